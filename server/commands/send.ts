import type { SendInput } from '../domain/action-input.ts'
import { notFound } from '../domain/errors.ts'
import { enqueue } from '../store/enqueue.ts'
import { announceActions } from './announce.ts'
import type { CommandContext } from './context.ts'
import { checkKnownSecrets } from './known-secrets.ts'
import { newSend } from './new-send.ts'
import { isKeyed, sendKeyed } from './send-keyed.ts'

/**
 * Stores a single request, to be sent at once or at `scheduledAt`, as a ONE_TIME action. Gives the UUID of its invocation; with an
 * `idempotencyKey` or `dedupe` it may be one that was there before. Waiting for its end (`waitSeconds`) is the caller's.
 * @throws DocketError for bad input; NOT_FOUND on `serviceId`; IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT
 */
export async function send(ctx: CommandContext, input: SendInput, now = ctx.db.skew.now()): Promise<{ id: string }> {
  if (isKeyed(input)) {
    const [result] = await sendKeyed(ctx, [input], now)
    if ('error' in result!) throw result.error
    return result!
  }
  const item = newSend(ctx, input, now)
  await checkKnownSecrets(ctx.db.pool, ctx.projectId, item.spec.request.headers)
  const stored = await enqueue(ctx.db, item)
  if (!stored) throw notFound('Service', 'serviceId')
  announceActions(ctx.db.signal, [item], now)
  return { id: stored.invocationId! }
}
