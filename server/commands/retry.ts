import { parseBody } from '../domain/body.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { addRetry } from '../store/add-retry.ts'
import { holdForApproval } from '../store/approvals.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { PINNED } from '../store/pinned-request.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

export interface RetryArguments {
  /** Sent instead of what was sent before; null and absent leave that as it was. */
  body?: unknown
  idempotencyKey?: string | null
}

/**
 * Repeats an invocation that FAILED, was CANCELLED or MISSED, at once, as a new invocation linked by `retryOf`. Gives its UUID.
 * @throws DocketError NOT_FOUND; FORBIDDEN; BAD_USER_INPUT on `body` or `idempotencyKey`; INVALID_TRANSITION in any other state or when the
 *   action is deleted; IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT
 */
export async function retry(ctx: CommandContext, invocationId: string, given: RetryArguments = {}): Promise<{ id: string }> {
  const { db, projectId } = ctx
  const { body, idempotencyKey } = given
  const id = internalId('invocation', invocationId)
  const asked = keyedRequest(idempotencyKey, 'retry', { invocationId: id, body })
  const [result] = await audited(ctx, (sql, note) =>
    answerOnce(sql, projectId, [asked], async () => [await repeat(sql, ctx, id, body, note)]),
  )
  if ('error' in result!) throw result.error
  db.signal.emit('events')
  db.signal.emit('due')
  return result!
}

async function repeat(sql: Sql, ctx: CommandContext, id: string, body: unknown, note: (note: AuditNote) => void): Promise<{ id: string }> {
  const { projectId, actor } = ctx
  const text = parseBody(body)
  const original = await readOriginal(sql, projectId, id)
  if (!original) throw notFound('Invocation')
  const { actionId, record } = original
  const permitted = await checkTrigger(ctx, sql, { actionId, record, input: text ?? original.body })
  const outcome = await addRetry(sql, projectId, actor, id, permitted, text)
  if (!outcome) throw notFound('Invocation')
  if ('id' in outcome) {
    await holdForApproval(sql, ctx.db, [{ id: outcome.id, requireApproval: permitted.requireApproval }])
    note({
      verb: 'invocation.requested',
      object: { type: 'invocation', id: publicId('invocation', outcome.id) },
      actionId,
      invocationId: outcome.id,
      record,
      data: { trigger: 'RETRY', retryOf: publicId('invocation', id), body: text ?? undefined },
    })
    return outcome
  }
  const { status, deleted, method } = outcome
  if (method === 'GET' && text !== null) throw new DocketError('BAD_USER_INPUT', 'It sends GET, which has no body; leave body out.', 'body')
  throw new DocketError(
    'INVALID_TRANSITION',
    deleted ? 'Its action is deleted.' : `Only a FAILED, CANCELLED or MISSED invocation can be retried; this one is ${status}.`,
  )
}

interface Original {
  actionId: string
  record: { type: string; id: string } | null
  /** That is sent again. */
  body: string | null
}

async function readOriginal(sql: Sql, projectId: string, id: string): Promise<Original | undefined> {
  const { rows } = await sql.query<Original>({
    name: 'original-of-retry',
    text: `
      select i.action_id as "actionId", coalesce(i.input, case when v.version is null then a.body else v.body end) as body,
        case when i.record_type is not null and i.record_id is not null then json_build_object('type', i.record_type, 'id', i.record_id) end as record
      from invocations i join actions a on a.id = i.action_id ${PINNED}
      where i.id = $1 and i.project_id = $2`,
    values: [id, projectId],
  })
  return rows[0]
}
