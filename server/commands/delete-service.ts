import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { maskUrl } from '../domain/mask.ts'
import { audited } from '../store/audited.ts'
import { serviceText } from '../store/breaker-transitions.ts'
import { deleteStoredService, type ServiceUsers, usersOfService } from '../store/delete-service.ts'
import { logServiceEvent } from '../store/log-events.ts'
import { lockService } from '../store/services.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes a service that no action uses; deleted ones do not count. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT while actions use it, or runs of actions that used it are not over
 */
export async function deleteService(ctx: CommandContext, serviceId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('service', serviceId)
  await audited(ctx, async (sql, note) => {
    // A new action waits for this lock, and then finds no service.
    const service = await lockService(sql, projectId, id, 'update')
    if (!service) throw notFound('Service')
    const users = await usersOfService(sql, projectId, id)
    if (users.actions > 0 || users.runs > 0) throw inUse(users)
    await deleteStoredService(sql, id)
    await logServiceEvent(sql, 'service.deleted', projectId, serviceText(service))
    const { name, baseUrl, gateway } = service
    note({ verb: 'service.deleted', object: { type: 'service', id: serviceId }, before: { name, baseUrl: maskUrl(baseUrl), gateway } })
  })
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}

function inUse({ actions, runs }: ServiceUsers): DocketError {
  if (actions === 0) {
    const who = runs === 1 ? '1 run that is not over calls' : `${runs} runs that are not over call`
    return new DocketError('BAD_USER_INPUT', `${who} this service; wait for the end, or cancel them, before you delete it.`, 'id')
  }
  const who = actions === 1 ? '1 action uses' : `${actions} actions use`
  return new DocketError('BAD_USER_INPUT', `${who} this service; give them another target, or delete them, before you delete it.`, 'id')
}
