import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { close } from '../store/breaker-transitions.ts'
import { lockBreaker } from '../store/breakers.ts'
import { lockService } from '../store/services.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Closes the circuit of a service by hand: what waits is sent, and failures are counted anew. Nothing happens when it is closed. Gives the
 * service's UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND on `serviceId`
 */
export async function resetBreaker(ctx: CommandContext, serviceId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('service', serviceId, 'serviceId')
  await audited(ctx, async (sql, note) => {
    const service = await lockService(sql, projectId, id)
    if (!service) throw notFound('Service', 'serviceId')
    const before = await lockBreaker(sql, id)
    await close(sql, service, before, 'closed by hand')
    note({
      verb: 'breaker.closed',
      object: { type: 'service', id: serviceId },
      before: { state: before.state },
      after: { state: 'CLOSED' },
    })
  })
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}
