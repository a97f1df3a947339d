import type { SendInput } from '../domain/action-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { insertActions } from '../store/insert-actions.ts'
import { announceActions } from './announce.ts'
import { acceptedOf, checkBatchSize, type ItemResult, orRefusal } from './batch.ts'
import type { CommandContext } from './context.ts'
import { newSend } from './send.ts'

/**
 * Up to 1,000 requests in one statement. Gives the UUID of the invocation or the refusal per item, in their order; what is
 * wrong with one does not keep the others from being stored.
 * @throws DocketError BAD_USER_INPUT for more than 1,000
 */
export async function sendMany(ctx: CommandContext, inputs: readonly SendInput[], now = ctx.db.skew.now()): Promise<ItemResult[]> {
  checkBatchSize(inputs)
  const items = inputs.map((input) => orRefusal(() => newSend(ctx, input, now)))
  const valid = acceptedOf(items)
  const stored = valid.length > 0 ? await insertActions(ctx.db.pool, valid) : []
  if (valid.length > 0) announceActions(ctx.db.signal, valid, now)
  const results = stored.values()
  return items.map((item) => {
    if (item instanceof DocketError) return { error: item }
    const result = results.next().value
    return result ? { id: result.invocationId! } : { error: notFound('Service', 'serviceId') }
  })
}
