import type { AuditFilter, AuditResult } from '../../../../sdk/generated/operations.ts'
import { SPANS } from '../invocations/filter.ts'

/** The filter as the address holds it; what is absent does not restrict. */
export interface Search {
  /** One of `SPANS`; not beside `from` and `to`. */
  since?: string
  /** Instants. */
  from?: string
  to?: string
  actor?: string
  verb?: string
  action?: string
  invocation?: string
  recordType?: string
  recordId?: string
  result?: string
  text?: string
}

export const KEYS = [
  'since',
  'from',
  'to',
  'actor',
  'verb',
  'action',
  'invocation',
  'recordType',
  'recordId',
  'result',
  'text',
] as const satisfies readonly (keyof Search)[]

const RESULTS: readonly AuditResult[] = ['DONE', 'REFUSED', 'FAILED']

/** What the API is asked; what an address names that is none of its kind is left out. `now` is epoch ms. */
export function filterOf(search: Search, now: number): AuditFilter {
  const since = search.since !== undefined && Object.hasOwn(SPANS, search.since) ? SPANS[search.since] : undefined
  const from = since ? new Date(now - since.ms).toISOString() : instantOf(search.from)
  const to = since ? undefined : instantOf(search.to)
  const result = RESULTS.find((each) => each === search.result)
  const { actor, verb, action, invocation, recordType, recordId, text } = search
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(actor && { actorId: actor }),
    ...(verb?.trim() && { verb: verb.trim() }),
    ...(action && { actionId: action }),
    ...(invocation && { invocationId: invocation }),
    ...(recordType && { recordType }),
    ...(recordId && { recordId }),
    ...(result && { result }),
    ...(text?.trim() && { search: text.trim() }),
  }
}

/** Where the entries that a filter matches can be had as a file. */
export const exportHref = (format: 'jsonl' | 'csv', filter: AuditFilter): string =>
  `/audit/export?${new URLSearchParams({ format, ...(filter as Record<string, string>) })}`

const instantOf = (text: string | undefined): string | undefined => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
