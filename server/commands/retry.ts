import { parseBody } from '../domain/body.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { addRetry } from '../store/add-retry.ts'
import { type Sql, transaction } from '../store/database.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import type { CommandContext } from './context.ts'

export interface RetryArguments {
  /** Sent instead of what was sent before; null and absent leave that as it was. */
  body?: unknown
  idempotencyKey?: string | null
}

/**
 * Repeats an invocation that FAILED, was CANCELLED or MISSED, at once, as a new invocation linked by `retryOf`. Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `body` or `idempotencyKey`; INVALID_TRANSITION in any other state or when the action is
 *   deleted; IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT
 */
export async function retry(ctx: CommandContext, invocationId: string, given: RetryArguments = {}): Promise<{ id: string }> {
  const { db, projectId } = ctx
  const { body, idempotencyKey } = given
  const id = internalId('invocation', invocationId)
  if (idempotencyKey == null) {
    const run = await repeat(db.pool, ctx, id, body)
    announce(ctx)
    return run
  }
  const asked = keyedRequest(idempotencyKey, 'retry', { invocationId: id, body })
  const [result] = await transaction(db.pool, (sql) => answerOnce(sql, projectId, [asked], async () => [await repeat(sql, ctx, id, body)]))
  if ('error' in result!) throw result.error
  announce(ctx)
  return result!
}

async function repeat(sql: Sql, { projectId, actor }: CommandContext, id: string, body: unknown): Promise<{ id: string }> {
  const text = parseBody(body)
  const outcome = await addRetry(sql, projectId, actor, id, text)
  if (!outcome) throw notFound('Invocation')
  if ('id' in outcome) return outcome
  const { status, deleted, method } = outcome
  if (method === 'GET' && text !== null) throw new DocketError('BAD_USER_INPUT', 'It sends GET, which has no body; leave body out.', 'body')
  throw new DocketError(
    'INVALID_TRANSITION',
    deleted ? 'Its action is deleted.' : `Only a FAILED, CANCELLED or MISSED invocation can be retried; this one is ${status}.`,
  )
}

function announce({ db: { signal } }: CommandContext): void {
  signal.emit('events')
  signal.emit('due')
}
