import { AUDIT_RESULTS, type AuditResult } from './audit-entry.ts'
import { DocketError } from './errors.ts'
import { internalId, parseId } from './ids.ts'
import { parseText } from './text.ts'

/** Which entries are meant; what is absent does not restrict. */
export interface AuditFilter {
  /** Both inclusive, epoch ms. */
  from?: number
  to?: number
  /** UUID of who did it, or for whom it was done. */
  actorId?: string
  /** A whole verb, or the noun before its dot. */
  verb?: string
  objectType?: string
  objectId?: string
  /** UUIDs. */
  actionId?: string
  invocationId?: string
  recordType?: string
  recordId?: string
  result?: AuditResult
  /** Part of what stands in an entry, in any case. */
  search?: string
}

/** As callers hand it in; null means the same as absent. */
export interface AuditFilterInput {
  from?: Date | null
  to?: Date | null
  actorId?: string | null
  verb?: string | null
  objectType?: string | null
  objectId?: string | null
  actionId?: string | null
  invocationId?: string | null
  recordType?: string | null
  recordId?: string | null
  result?: AuditResult | null
  search?: string | null
}

const TEXT_CHARACTERS = 200

/** @throws DocketError NOT_FOUND for what is no id of its kind; BAD_USER_INPUT for a text above 200 characters */
export function parseAuditFilter(input: AuditFilterInput | null | undefined): AuditFilter {
  const { from, to, actorId, actionId, invocationId, result, ...rest } = input ?? {}
  if (result != null && !AUDIT_RESULTS.includes(result)) {
    throw new DocketError('BAD_USER_INPUT', `filter.result must be one of ${AUDIT_RESULTS.join(', ')}.`, 'filter.result')
  }
  const filter: AuditFilter = {
    ...(from != null && { from: from.getTime() }),
    ...(to != null && { to: to.getTime() }),
    ...(actorId != null && { actorId: parseActor(actorId) }),
    ...(actionId != null && { actionId: internalId('action', actionId, 'filter.actionId') }),
    ...(invocationId != null && { invocationId: internalId('invocation', invocationId, 'filter.invocationId') }),
    ...(result != null && { result }),
  }
  for (const name of ['verb', 'objectType', 'objectId', 'recordType', 'recordId', 'search'] as const) {
    const value = rest[name]
    if (value?.trim()) filter[name] = parseText(value, `filter.${name}`, TEXT_CHARACTERS)
  }
  return filter
}

/** A person's or a token's. */
function parseActor(id: string): string {
  const known = parseId(id)
  return known?.noun === 'token' ? known.uuid : internalId('user', id, 'filter.actorId')
}
