import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { close } from '../store/breaker-transitions.ts'
import { lockBreaker } from '../store/breakers.ts'
import { transaction } from '../store/database.ts'
import { lockService } from '../store/services.ts'
import type { CommandContext } from './context.ts'

/**
 * Closes the circuit of a service by hand: what waits is sent, and failures are counted anew. Nothing happens when it is closed. Gives the
 * service's UUID.
 * @throws DocketError NOT_FOUND on `serviceId`
 */
export async function resetBreaker({ db, projectId }: CommandContext, serviceId: string): Promise<{ id: string }> {
  const id = internalId('service', serviceId, 'serviceId')
  await transaction(db.pool, async (sql) => {
    const service = await lockService(sql, projectId, id)
    if (!service) throw notFound('Service', 'serviceId')
    await close(sql, service, await lockBreaker(sql, id), 'closed by hand')
  })
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}
