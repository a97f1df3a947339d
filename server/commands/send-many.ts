import type { SendInput } from '../domain/action-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { audited } from '../store/audited.ts'
import { insertApprovable } from '../store/insert-approvable.ts'
import { announceActions } from './announce.ts'
import { checkBatchSize, type ItemResult, orRefusal, refusalsOf, withRefusals } from './batch.ts'
import type { CommandContext } from './context.ts'
import { withKnownSecrets } from './known-secrets.ts'
import { newSend } from './new-send.ts'
import { noteOfSend } from './note-of-new.ts'
import { isKeyed, sendKeyed } from './send-keyed.ts'

/**
 * Up to 1,000 requests in one transaction. Gives the UUID of the invocation or the refusal per item, in their order; what is
 * wrong with one does not keep the others from being stored.
 * @throws DocketError BAD_USER_INPUT for more than 1,000
 */
export async function sendMany(ctx: CommandContext, inputs: readonly SendInput[], now = ctx.db.skew.now()): Promise<ItemResult[]> {
  checkBatchSize(inputs)
  const items = inputs.map((input) =>
    orRefusal(() => {
      if (input.waitSeconds != null) throw noWaiting()
      return input
    }),
  )
  return withRefusals(items, (accepted) => (accepted.some(isKeyed) ? sendKeyed(ctx, accepted, now) : sendPlain(ctx, accepted, now)))
}

async function sendPlain(ctx: CommandContext, inputs: readonly SendInput[], now: number): Promise<ItemResult[]> {
  const parsed = await refusalsOf(inputs, (input) => newSend(ctx, ctx.db.pool, input, now))
  const items = await withKnownSecrets(ctx.db.pool, ctx.projectId, parsed, ({ spec }) => spec.request.headers)
  return withRefusals(items, async (valid) => {
    const { stored } = await audited(ctx, async (sql, note) => {
      const inserted = await insertApprovable(sql, ctx.db, valid)
      for (const [index, one] of inserted.stored.entries()) if (one) note(noteOfSend(valid[index]!))
      return inserted
    })
    announceActions(ctx.db.signal, valid, now)
    return stored.map((one) => (one ? { id: one.invocationId! } : { error: notFound('Service', 'serviceId') }))
  })
}

const noWaiting = () => new DocketError('BAD_USER_INPUT', 'A batch is answered at once; leave waitSeconds out.', 'waitSeconds')
