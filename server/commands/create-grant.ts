import { parseCondition } from '../domain/condition.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { parseOptionalText, parseWhole } from '../domain/text.ts'
import { newId } from '../new-id.ts'
import { insertGrant, type NewGrant } from '../store/approval-grants.ts'
import { audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { accessNow, rightsToApprove } from '../store/judge-run.ts'
import { lockRights } from '../store/memberships.ts'
import { readVariables } from '../store/run-variables.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/** At most one of `memberId` and `tokenId`; at least one of `maxRuns` and `expiresAt`. */
export interface CreateGrantInput {
  actionId: string
  memberId?: string | null
  tokenId?: string | null
  condition?: string | null
  maxRuns?: number | null
  expiresAt?: Date | null
  comment?: string | null
}

const MAX_RUNS_MOST = 100_000
/** A year: who still wants it then, says so again. */
const LASTS_MOST_MS = 366 * 86_400_000
const COMMENT_CHARACTERS = 1_000

/**
 * Approves runs of an action in advance. For members who may approve them, and never for what they ask for themselves. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_CONDITION; BAD_USER_INPUT
 */
export async function createGrant(ctx: CommandContext, input: CreateGrantInput): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { actor, access, projectId, db } = ctx
  const createdBy = actor.kind === 'USER' ? access?.personId : null
  if (!createdBy) throw new DocketError('FORBIDDEN', 'Only people approve, also in advance: sign in as a member.')
  const { maxRuns = null, expiresAt = null } = input
  if (maxRuns === null && expiresAt === null) throw refuse('A grant has an end: give maxRuns, expiresAt, or both.', 'maxRuns')
  if (maxRuns !== null) parseWhole(maxRuns, 'maxRuns', 1, MAX_RUNS_MOST)
  if (expiresAt !== null) checkEnd(expiresAt.getTime(), db.skew.now())
  if (input.memberId != null && input.tokenId != null) throw refuse('Give memberId or tokenId, not both.', 'tokenId')
  const grant = {
    id: newId(),
    projectId,
    actionId: internalId('action', input.actionId, 'actionId'),
    userId: input.memberId == null ? null : internalId('user', input.memberId, 'memberId'),
    tokenId: input.tokenId == null ? null : internalId('token', input.tokenId, 'tokenId'),
    condition: parseCondition(input.condition, 'condition'),
    maxRuns,
    expiresAt: expiresAt?.getTime() ?? null,
    comment: input.comment?.trim() ? parseOptionalText(input.comment, 'comment', COMMENT_CHARACTERS) : null,
    createdBy,
  }
  await audited(ctx, async (sql, note) => {
    await lockRights(sql, projectId)
    await checkParties(sql, grant)
    if (!(await mayGrant(sql, grant))) throw new DocketError('FORBIDDEN', 'Your role may not approve runs of this action.')
    await insertGrant(sql, grant)
    const { id, userId, tokenId, condition, comment } = grant
    note({
      verb: 'grant.created',
      object: { type: 'grant', id: publicId('grant', id) },
      actionId: grant.actionId,
      data: {
        memberId: userId && publicId('user', userId),
        tokenId: tokenId && publicId('token', tokenId),
        condition,
        maxRuns,
        expiresAt: expiresAt?.toISOString() ?? null,
        comment,
      },
    })
  })
  return { id: grant.id }
}

/** Whether the granter may approve a run of the action as it is now: each run is judged for itself when the grant is used. */
async function mayGrant(
  sql: Sql,
  { projectId, actionId, createdBy }: Pick<NewGrant, 'projectId' | 'actionId' | 'createdBy'>,
): Promise<boolean> {
  const who = { kind: 'USER', id: createdBy } as const
  const access = await accessNow(sql, projectId, who)
  const run = { projectId, actionId, record: null, input: null }
  const rights = await rightsToApprove(sql, access, actionId, async (conditions) => {
    const read = await readVariables(sql, { ...who, roleName: access!.roleName }, run, conditions)
    return read?.variables
  })
  return rights?.approve ?? false
}

/**
 * @throws DocketError NOT_FOUND for what is not of this project; FORBIDDEN for who edited it last; BAD_USER_INPUT for the granter himself, also
 * behind a token
 */
async function checkParties(
  sql: Sql,
  { projectId, actionId, userId, tokenId, createdBy }: Pick<NewGrant, 'projectId' | 'actionId' | 'userId' | 'tokenId' | 'createdBy'>,
): Promise<void> {
  const { rows } = await sql.query<{ action: boolean; member: boolean; token: boolean; own: boolean; edited: boolean }>(
    `select exists (select from actions where id = $2 and project_id = $1 and deleted_at is null) as action,
       exists (select from memberships where user_id = $3 and project_id = $1) as member,
       exists (select from api_tokens where id = $4 and project_id = $1 and revoked_at is null) as token,
       $3 = $5 or exists (select from api_tokens where id = $4 and $5 in (created_by, on_behalf_of)) as own,
       exists (select from actions where id = $2 and edited_by = $5) as edited`,
    [projectId, actionId, userId, tokenId, createdBy],
  )
  const { action, member, token, own, edited } = rows[0]!
  if (!action) throw notFound('Action', 'actionId')
  if (userId !== null && !member) throw notFound('Member', 'memberId')
  if (tokenId !== null && !token) throw notFound('API token', 'tokenId')
  if (own)
    throw refuse('Nobody approves what they ask for themselves, also in advance or by a token.', userId === null ? 'tokenId' : 'memberId')
  if (edited)
    throw new DocketError('FORBIDDEN', 'You were the last to edit this action, so somebody else has to approve its runs in advance.')
}

function checkEnd(at: number, now: number): void {
  if (!(at > now && at <= now + LASTS_MOST_MS)) throw refuse('expiresAt must be in the future, at most a year ahead.', 'expiresAt')
}

const refuse = (sentence: string, field: string) => new DocketError('BAD_USER_INPUT', sentence, field)
