import { type ApprovalDecision, graceFrom, isTooLate, progressOf, WHY_NOT, whyNotDecide } from '../domain/approval.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { parseOptionalText } from '../domain/text.ts'
import { decidingOf } from '../store/approval-rights.ts'
import { type ApprovableRun, digestOfRun, readApprovableRuns, readRequesters } from '../store/approval-run.ts'
import { addVote, approveRun, lockApproval, type StoredApproval, setStage } from '../store/approval-votes.ts'
import { readRights } from '../store/approver-rights.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { endApprovals } from '../store/end-approvals.ts'
import { endRun } from '../store/end-run.ts'
import { tellApprovers } from '../store/notices.ts'
import { voidEdited } from '../store/void-approvals.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

export interface DecisionArguments {
  comment?: string | null
  /** Of the request that was looked at; absent = whatever it is. */
  digest?: string | null
}

const COMMENT_CHARACTERS = 1_000

/**
 * Adds one person's decision about a run that waits for approval. Gives the UUID of the run.
 * @throws DocketError NOT_FOUND; FORBIDDEN for a token, an agent, and who may not decide this one; INVALID_TRANSITION when it is decided, over,
 *   or the same person has voted; APPROVAL_VOID when the request is another one than was looked at
 */
export async function decideApproval(
  ctx: CommandContext,
  invocationId: string,
  decision: ApprovalDecision,
  { comment, digest }: DecisionArguments,
): Promise<{ id: string }> {
  authorize(ctx, 'READ')
  const id = internalId('invocation', invocationId)
  const userId = personOf(ctx)
  const words = comment?.trim() ? parseOptionalText(comment, 'comment', COMMENT_CHARACTERS) : null
  const refusal = await againAfterRace(() =>
    audited(ctx, (sql, note) => decide(sql, ctx, { id, userId, decision, comment: words, digest: digest ?? null }, note)),
  )
  ctx.db.signal.emit('events')
  if (refusal) throw refusal
  ctx.db.signal.emit('due')
  return { id }
}

/** @throws DocketError FORBIDDEN */
function personOf({ actor, access }: CommandContext): string {
  // Also not for the person on whose behalf a token acts: whoever holds the token is not that person.
  if (actor.kind === 'USER' && access?.personId) return access.personId
  throw new DocketError('FORBIDDEN', 'Only people decide: sign in as a member. API tokens and agents may ask for runs, never approve them.')
}

interface Vote {
  id: string
  userId: string
  decision: ApprovalDecision
  comment: string | null
  digest: string | null
}

/** Gives the refusal where something was stored all the same: the votes on a request that has changed are void. */
async function decide(sql: Sql, ctx: CommandContext, vote: Vote, note: (note: AuditNote) => void): Promise<DocketError | undefined> {
  const { id, userId, decision, comment } = vote
  const approval = await lockApproval(sql, ctx.projectId, id)
  if (approval === undefined) throw notFound('Invocation')
  if (approval === null) throw new DocketError('INVALID_TRANSITION', 'This run does not wait for an approval.')
  const run = (await readApprovableRuns(sql, [id], { hold: true })).get(id)!
  const requesters = (await readRequesters(sql, [id])).get(id) ?? []
  const rights = await readRights(sql)(userId, run)
  const why = whyNotDecide(decidingOf(approval, run, requesters), userId, rights, run.now)
  if (why) {
    const over = why === 'DECIDED' || why === 'EXPIRED' || why === 'VOTED'
    throw new DocketError(over ? 'INVALID_TRANSITION' : 'FORBIDDEN', why === 'DECIDED' ? decidedText(approval) : WHY_NOT[why])
  }
  const wanted = vote.digest?.trim().toLowerCase() ?? approval.digest
  const now = digestOfRun(ctx.db.vault, run, approval.policy.stages)
  if (now !== approval.digest) {
    await voidEdited(sql, ctx.db, { invocationIds: [id] }, null, note)
    return changed()
  }
  if (wanted !== approval.digest) throw changed()
  if (!(await addVote(sql, { approvalId: approval.id, userId, stage: approval.stage, decision, comment, digest: approval.digest }))) {
    throw new DocketError('INVALID_TRANSITION', WHY_NOT.EXPIRED)
  }
  await follow(sql, approval, run, { userId, decision })
  note({
    verb: decision === 'APPROVE' ? 'approval.approved' : 'approval.rejected',
    object: { type: 'approval', id: publicId('approval', approval.id) },
    actionId: run.actionId,
    invocationId: id,
    record: recordOf(run),
    data: { stage: approval.stage, digest: approval.digest, comment },
  })
  return undefined
}

/** What a vote that was added leads to. */
async function follow(
  sql: Sql,
  approval: StoredApproval,
  run: ApprovableRun,
  { userId, decision }: Pick<Vote, 'userId' | 'decision'>,
): Promise<void> {
  const { policy, votes, stage, invocationId } = approval
  if (decision === 'REJECT') {
    await endApprovals(sql, [invocationId], 'REJECTED')
    return
  }
  const progress = progressOf(policy.stages, [...votes, { userId, stage, decision }])
  if (!progress.complete) {
    await setStage(sql, approval.id, progress.stage)
    // Other people are to decide now.
    if (progress.stage !== stage) await tellApprovers(sql, approval, 'REQUESTED')
    return
  }
  await approveRun(sql, approval)
  const reason = missReasonOf(run, approval)
  // Whoever hears that it was approved takes it for sent.
  if (reason) await endRun(sql, invocationId, 'MISSED', reason)
  else await tellApprovers(sql, approval, 'APPROVED')
}

/** What someone asked for is sent when it is approved; an occurrence has its time. The one run of a ONE_TIME action waits for the end of a pause. */
function missReasonOf(
  { trigger, scheduledFor, enabled, action, now, catchUpWindowSeconds }: ApprovableRun,
  { requestedAt, policy: { expiresInSeconds } }: StoredApproval,
): 'APPROVAL_LATE' | 'PAUSED' | undefined {
  if (trigger !== 'SCHEDULE' || scheduledFor === null) return undefined
  if (!enabled && action.kind === 'RECURRING') return 'PAUSED'
  return isTooLate(graceFrom(scheduledFor, requestedAt), now, { catchUpWindowSeconds, expiresInSeconds }) ? 'APPROVAL_LATE' : undefined
}

const changed = () =>
  new DocketError(
    'APPROVAL_VOID',
    'The request is not the one that you looked at: it was edited since. Look at the approval again and decide about what it is now.',
    'digest',
  )

const decidedText = ({ status }: StoredApproval): string =>
  status === 'EXPIRED' ? WHY_NOT.EXPIRED : status === 'CANCELLED' ? 'The run was cancelled.' : `It was ${status.toLowerCase()} already.`
