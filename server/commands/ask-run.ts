import type { RecordInput } from '../domain/action-input.ts'
import { evaluateCondition } from '../domain/condition.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import type { Permitted } from '../domain/permitted.ts'
import { newId } from '../new-id.ts'
import { holdAction } from '../store/action-row.ts'
import { type AskedRun, addRun } from '../store/add-run.ts'
import { holdForApproval } from '../store/approvals.ts'
import { type AuditNote, audited, statedWith } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { givenVariables } from '../store/run-variables.ts'
import { seenPolicy } from '../store/seen-policies.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'
import { checkSync } from './sync.ts'

/** A run of an action that someone asks for, and may. */
export interface Asked {
  /** UUID. */
  actionId: string
  input: string | null
  record: RecordInput | null
  /** Epoch ms; null = at once. */
  at: number | null
  permitted: Permitted
  waitSeconds?: number | null | undefined
  breakGlassReason?: string | null | undefined
}

/**
 * Stores a run in a transaction of its own: one statement unless it has to be approved. Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `input` for an action that sends GET; INVALID_SYNC
 */
export async function storeAsked(ctx: CommandContext, asked: Asked): Promise<{ id: string }> {
  const { db } = ctx
  if (!asked.permitted.requireApproval) {
    const id = newId()
    const policyNotForIt = policyThatIsNotFor(ctx, asked)
    const stored = await statedWith(db, [{ author: ctx, note: noteOf(id, asked) }], async (entries) => {
      const { actionStamp } = asked.permitted
      const written = await addRun(db.pool, runOf(ctx, asked), { id, onlyFree: true, policyNotForIt, actionStamp, entries })
      return { value: written, written }
    })
    if (stored) return { id }
  }
  return audited(ctx, async (sql, note) => addAsked(sql, ctx, await heldFor(sql, ctx, asked), note))
}

/** From here on nobody edits the action. What was judged by what it was before is judged anew. */
async function heldFor(sql: Sql, ctx: CommandContext, asked: Asked): Promise<Asked> {
  if (asked.permitted.actionStamp === undefined) return asked
  await holdAction(sql, ctx.projectId, asked.actionId)
  return { ...asked, permitted: await checkTrigger(ctx, sql, asked) }
}

/**
 * The approval policy of the action as it was seen last, if its condition is about nothing but what is in hand and is false for this run: then
 * the run needs no transaction to find that out. Undefined for any other.
 */
function policyThatIsNotFor({ access, actor, projectId }: CommandContext, asked: Asked): string | undefined {
  const policy = seenPolicy(asked.actionId)
  if (!access || policy?.condition == null) return undefined
  const who = { ...actor, personId: access.personId, roleName: access.roleName }
  const variables = givenVariables(who, { ...asked, projectId }, [policy.condition])
  const judged = variables && evaluateCondition(policy.condition, variables)
  return judged && 'value' in judged && !judged.value ? policy.text : undefined
}

/** The same inside a transaction, with what it notes. */
export async function addAsked(sql: Sql, ctx: CommandContext, asked: Asked, note: (note: AuditNote) => void): Promise<{ id: string }> {
  const id = newId()
  if (!(await addRun(sql, runOf(ctx, asked), { id }))) throw await refusalOf(sql, ctx, asked)
  const { permitted, breakGlassReason = null, waitSeconds } = asked
  note(noteOf(id, asked))
  const wanted = [{ id, requireApproval: permitted.requireApproval, breakGlassReason }]
  const outcome = (await holdForApproval(sql, ctx.db, wanted, note)).get(id)
  checkSync(waitSeconds, outcome)
  if (outcome === 'BROKEN_GLASS') note({ ...noteOf(id, asked), verb: 'approval.glass_broken', data: { reason: breakGlassReason } })
  return { id }
}

const runOf = ({ projectId, actor }: CommandContext, { actionId, input, record, at, permitted }: Asked): AskedRun => ({
  projectId,
  actor,
  actionId,
  input,
  record,
  at,
  permitted,
})

const noteOf = (id: string, { actionId, input, record, at }: Asked): AuditNote => ({
  verb: 'invocation.requested',
  object: { type: 'invocation', id: publicId('invocation', id) },
  actionId,
  invocationId: id,
  record,
  data: { trigger: 'MANUAL', input: input ?? undefined, at: at === null ? undefined : new Date(at).toISOString() },
})

async function refusalOf(sql: Sql, { projectId }: CommandContext, { actionId, input }: Asked): Promise<DocketError> {
  // On the same connection: inside a transaction, waiting for another one could be waiting for ourselves.
  const { rows } = await sql.query('select from actions where id = $1 and project_id = $2 and deleted_at is null', [actionId, projectId])
  return rows.length > 0 && input !== null
    ? new DocketError('BAD_USER_INPUT', 'This action sends GET requests, which have no body; leave input out.', 'input')
    : notFound('Action')
}
