import { NAME_CHARACTERS } from '../domain/action.ts'
import { type BreakerInput, parseBreaker } from '../domain/breaker-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { type LimitInput, parseLimit } from '../domain/limit-input.ts'
import { parseText } from '../domain/text.ts'
import { parseBaseUrl } from '../domain/url.ts'
import { close, serviceText } from '../store/breaker-transitions.ts'
import { lockBreaker } from '../store/breakers.ts'
import { type Sql, transaction } from '../store/database.ts'
import { lockActionsOf, supersedeAddresses } from '../store/keep-addresses.ts'
import { deleteLimit, lockLimit, putLimit } from '../store/limits.ts'
import { logServiceEvent } from '../store/log-events.ts'
import { lockService, type StoredService, setLimited } from '../store/services.ts'
import { probeNow, writeBreakerSettings, writeService } from '../store/update-service.ts'
import { againAfterRace, isUniqueViolation } from './again-after-race.ts'
import type { CommandContext } from './context.ts'
import { serviceNameTaken } from './service-name.ts'

/** An absent field stays as it is; null is the default: through the gateway, without a limit, the usual breaker. */
export interface UpdateServiceInput {
  name?: string | null
  baseUrl?: string | null
  gateway?: boolean | null
  limit?: LimitInput | null
  breaker?: BreakerInput | null
}

/**
 * Edits a service. Its runs go by it from now on; only the base URL is part of a request, so what was sent before stays with the one before.
 * Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `name` (also when it is taken), `gateway` or a field below `limit` or `breaker`; the URL
 * codes on `baseUrl`
 */
export async function updateService(
  { db, projectId, egress }: CommandContext,
  serviceId: string,
  input: UpdateServiceInput,
): Promise<{ id: string }> {
  const id = internalId('service', serviceId)
  await againAfterRace(() => transaction(db.pool, (sql) => edit(sql, { projectId, egress }, id, input)))
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}

async function edit(
  sql: Sql,
  { projectId, egress }: Pick<CommandContext, 'projectId' | 'egress'>,
  id: string,
  { name, baseUrl, gateway, limit, breaker }: UpdateServiceInput,
): Promise<void> {
  const mayMove = baseUrl !== undefined
  if (mayMove) await lockActionsOf(sql, projectId, id)
  // An action that comes to the service waits for this lock, and then has a request of the new address.
  const before = await lockService(sql, projectId, id, mayMove ? 'update' : 'no key update')
  if (!before) throw notFound('Service')
  if (name === null || baseUrl === null) {
    throw new DocketError(
      'BAD_USER_INPUT',
      'A service has a name and a baseUrl; leave out what is to stay.',
      name === null ? 'name' : 'baseUrl',
    )
  }
  const service: StoredService = {
    ...before,
    name: name === undefined ? before.name : parseText(name, 'name', NAME_CHARACTERS),
    baseUrl: baseUrl === undefined ? before.baseUrl : parseBaseUrl(baseUrl, 'baseUrl', egress),
    gateway: gateway === undefined ? before.gateway : (gateway ?? true),
  }
  const moved = service.baseUrl !== before.baseUrl
  if (moved) await supersedeAddresses(sql, id)
  // Not again: the name stays taken.
  await writeService(sql, service).catch((error) => {
    throw isUniqueViolation(error) ? serviceNameTaken() : error
  })
  if (limit !== undefined) await setServiceLimit(sql, service, limit)
  if (breaker !== undefined) await setBreaker(sql, service, breaker)
  if (moved) await probeNow(sql, id)
  await setLimited(sql, id)
  await logServiceEvent(sql, 'service.updated', projectId, serviceText(service))
}

async function setServiceLimit(sql: Sql, { id, projectId }: StoredService, input: LimitInput | null): Promise<void> {
  const subject = { projectId, serviceId: id, key: null } as const
  const before = await lockLimit(sql, subject)
  if (input !== null) await putLimit(sql, subject, before, parseLimit(input, 'limit', before))
  else if (before) await deleteLimit(sql, before.id)
}

async function setBreaker(sql: Sql, service: StoredService, input: BreakerInput | null): Promise<void> {
  const before = await lockBreaker(sql, service.id)
  const settings = parseBreaker(input, before)
  await writeBreakerSettings(sql, service.id, settings)
  if (!settings.enabled) await close(sql, service, before, 'its breaker was turned off')
}
