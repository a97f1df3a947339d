import { NAME_CHARACTERS } from '../domain/action.ts'
import { type BreakerSettings, settingsOf } from '../domain/breaker.ts'
import { type BreakerInput, parseBreaker } from '../domain/breaker-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import type { Limit } from '../domain/limit.ts'
import { type LimitInput, parseLimit } from '../domain/limit-input.ts'
import { maskUrl } from '../domain/mask.ts'
import { parseText } from '../domain/text.ts'
import { parseBaseUrl } from '../domain/url.ts'
import { endGrants } from '../store/approval-grants.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import { close, serviceText } from '../store/breaker-transitions.ts'
import { lockBreaker } from '../store/breakers.ts'
import type { Sql } from '../store/database.ts'
import { lockActionsOf, supersedeAddresses } from '../store/keep-addresses.ts'
import { deleteLimit, limitOf, lockLimit, putLimit } from '../store/limits.ts'
import { logServiceEvent } from '../store/log-events.ts'
import { personBehind } from '../store/person-behind.ts'
import { lockService, type StoredService, setLimited } from '../store/services.ts'
import { probeNow, writeBreakerSettings, writeService } from '../store/update-service.ts'
import { voidEdited } from '../store/void-approvals.ts'
import { againAfterRace, isUniqueViolation } from './again-after-race.ts'
import { authorize } from './authorize.ts'
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
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `name` (also when it is taken), `gateway` or a field below `limit` or `breaker`; the URL
 * codes on `baseUrl`
 */
export async function updateService(ctx: CommandContext, serviceId: string, input: UpdateServiceInput): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const id = internalId('service', serviceId)
  await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const followed: AuditNote[] = []
      const change = await edit(sql, ctx, id, input, (one) => followed.push(one))
      note({ verb: 'service.updated', object: { type: 'service', id: serviceId }, ...change })
      followed.forEach(note)
    }),
  )
  ctx.db.signal.emit('events')
  ctx.db.signal.emit('due')
  return { id }
}

/** What of a service an edit changes. */
interface Edited {
  name?: string
  baseUrl?: string
  gateway?: boolean
  limit?: Limit | null
  breaker?: BreakerSettings
}

async function edit(
  sql: Sql,
  ctx: CommandContext,
  id: string,
  { name, baseUrl, gateway, limit, breaker }: UpdateServiceInput,
  note: (note: AuditNote) => void,
): Promise<{ before: Edited; after: Edited }> {
  const { projectId, egress } = ctx
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
  const editor = moved ? await personBehind(sql, ctx) : null
  if (moved) await supersedeAddresses(sql, id, editor)
  // Not again: the name stays taken.
  await writeService(sql, service).catch((error) => {
    throw isUniqueViolation(error) ? serviceNameTaken() : error
  })
  const was: Edited = shown(before)
  const is: Edited = shown(service)
  if (limit !== undefined) [was.limit, is.limit] = await setServiceLimit(sql, service, limit)
  if (breaker !== undefined) [was.breaker, is.breaker] = await setBreaker(sql, service, breaker)
  if (moved) await probeNow(sql, id)
  if (moved) await endGrants(sql, { serviceId: id }, note)
  if (moved) await voidEdited(sql, ctx.db, { serviceIds: [id] }, editor, note)
  await setLimited(sql, id)
  await logServiceEvent(sql, 'service.updated', projectId, serviceText(service))
  return { before: was, after: is }
}

const shown = ({ name, baseUrl, gateway }: StoredService) => ({ name, baseUrl: maskUrl(baseUrl), gateway })

/** What was there before, and what is there now. */
type Change<T> = [before: T, after: T]

async function setServiceLimit(sql: Sql, { id, projectId }: StoredService, input: LimitInput | null): Promise<Change<Limit | null>> {
  const subject = { projectId, serviceId: id, key: null } as const
  const before = await lockLimit(sql, subject)
  const limit = input === null ? null : parseLimit(input, 'limit', before)
  if (limit) await putLimit(sql, subject, before, limit)
  else if (before) await deleteLimit(sql, before.id)
  return [before && limitOf(before), limit]
}

async function setBreaker(sql: Sql, service: StoredService, input: BreakerInput | null): Promise<Change<BreakerSettings>> {
  const before = await lockBreaker(sql, service.id)
  const settings = parseBreaker(input, before)
  await writeBreakerSettings(sql, service.id, settings)
  if (!settings.enabled) await close(sql, service, before, 'its breaker was turned off')
  return [settingsOf(before), settings]
}
