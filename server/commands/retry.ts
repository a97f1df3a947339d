import { parseBody } from '../domain/body.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { addRetry } from '../store/add-retry.ts'
import { readApprovableRuns } from '../store/approval-run.ts'
import { holdForApproval } from '../store/approvals.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import type { CommandContext } from './context.ts'
import { asSent, checkTrigger } from './permitted.ts'

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
  // Held: a run that was never sent would send what its action is, which nobody edits between this judgement and the new row.
  const original = (await readApprovableRuns(sql, [id], { hold: true })).get(id)
  if (original?.projectId !== projectId) throw notFound('Invocation')
  const { actionId } = original
  const record = recordOf(original)
  const permitted = await checkTrigger(ctx, sql, asSent(original, text ?? original.body))
  const outcome = await addRetry(sql, projectId, actor, id, permitted, text)
  if (!outcome) throw notFound('Invocation')
  if ('id' in outcome) {
    note({
      verb: 'invocation.requested',
      object: { type: 'invocation', id: publicId('invocation', outcome.id) },
      actionId,
      invocationId: outcome.id,
      record,
      data: { trigger: 'RETRY', retryOf: publicId('invocation', id), body: text ?? undefined },
    })
    await holdForApproval(sql, ctx.db, [{ id: outcome.id, requireApproval: permitted.requireApproval }], note)
    return outcome
  }
  const { status, deleted, method } = outcome
  if (method === 'GET' && text !== null) throw new DocketError('BAD_USER_INPUT', 'It sends GET, which has no body; leave body out.', 'body')
  throw new DocketError(
    'INVALID_TRANSITION',
    deleted ? 'Its action is deleted.' : `Only a FAILED, CANCELLED or MISSED invocation can be retried; this one is ${status}.`,
  )
}
