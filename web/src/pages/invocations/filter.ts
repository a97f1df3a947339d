import type { InvocationFilter, InvocationStatus } from '../../../../sdk/generated/operations.ts'
import { STATUS_WORDS } from '../../words.ts'

/** The filter as the address holds it; what is absent does not restrict. */
export interface Search {
  /** With commas between. */
  status?: string
  action?: string
  service?: string
  recordType?: string
  recordId?: string
  /** One of `SPANS`; not beside `from` and `to`. */
  since?: string
  /** Instants. */
  from?: string
  to?: string
  error?: string
}

export const KEYS = ['status', 'action', 'service', 'recordType', 'recordId', 'since', 'from', 'to', 'error'] as const

const HOUR_MS = 3_600_000

/** Times that are told by their distance, ms. */
export const SPANS: Readonly<Record<string, { name: string; ms: number }>> = {
  '1h': { name: 'Last hour', ms: HOUR_MS },
  '24h': { name: 'Last 24 hours', ms: 24 * HOUR_MS },
  '7d': { name: 'Last 7 days', ms: 7 * 24 * HOUR_MS },
  '30d': { name: 'Last 30 days', ms: 30 * 24 * HOUR_MS },
}

/** What the API is asked; what an address names that is none of its kind is left out. `now` is epoch ms. */
export function filterOf(search: Search, now: number): InvocationFilter {
  const statuses = statusesOf(search.status)
  const since = search.since === undefined ? undefined : SPANS[search.since]
  const from = since ? new Date(now - since.ms).toISOString() : instantOf(search.from)
  const to = since ? undefined : instantOf(search.to)
  const { action, service, recordType, recordId, error } = search
  return {
    ...(statuses.length > 0 && { statuses }),
    ...(action && { actionId: action }),
    ...(service && { serviceId: service }),
    ...(recordType && { recordType }),
    ...(recordId && { recordId }),
    ...(from && { from }),
    ...(to && { to }),
    ...(error?.trim() && { errorText: error }),
  }
}

/** The statuses that a link names. */
export const statusesOf = (text: string | undefined): InvocationStatus[] =>
  (text ?? '').split(',').filter((each): each is InvocationStatus => Object.hasOwn(STATUS_WORDS, each))

export type BulkKind = 'RETRY' | 'CANCEL'

/** What each bulk operation can change. */
const CHANGEABLE: Readonly<Record<BulkKind, readonly InvocationStatus[]>> = {
  RETRY: ['FAILED', 'CANCELLED', 'MISSED'],
  CANCEL: ['AWAITING_APPROVAL', 'PENDING', 'RETRYING'],
}

/** The filter narrowed to what such an operation can change; undefined when it matches none of that. */
export function bulkFilterOf(kind: BulkKind, filter: InvocationFilter): InvocationFilter | undefined {
  const statuses = CHANGEABLE[kind].filter((status) => filter.statuses?.includes(status) ?? true)
  return statuses.length > 0 ? { ...filter, statuses } : undefined
}

const instantOf = (text: string | undefined): string | undefined => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
