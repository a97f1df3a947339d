import { DocketError } from './errors.ts'
import type { InvocationFilter } from './invocation-filter.ts'
import { type InvocationStatus, REPEATABLE, sourcesOf } from './lifecycle.ts'

export type BulkKind = 'RETRY' | 'CANCEL'
export type BulkStatus = 'RUNNING' | 'COMPLETED' | 'STOPPED'

/** What each kind can change; anything else that a filter matches is left alone. */
const CHANGEABLE: Readonly<Record<BulkKind, readonly InvocationStatus[]>> = {
  RETRY: REPEATABLE,
  CANCEL: sourcesOf('CANCELLED', 'USER'),
}

/** Runs that one step may make: a step is one transaction, which others may have to wait for. */
const RETRIES_PER_STEP = 50
/** Own runs that may be under way: a replay must not flood its target, nor push what is due now far back. */
const OPEN_MOST = 200
/** Rows that one step cancels. */
export const CANCELS_PER_STEP = 200
/** Rows that one step looks at, whether they match or not: some ten milliseconds. A filter that matches one in a million is a matter of many steps. */
export const LOOKS_PER_STEP = 5_000

/** How many invocations the next step of a bulk retry may take on, when `open` of its runs are not over. */
export const retriesNow = (open: number): number => Math.max(0, Math.min(RETRIES_PER_STEP, OPEN_MOST - open))

/**
 * The filter narrowed to the states that such an operation can change.
 * @throws DocketError BAD_USER_INPUT on `filter.statuses` when it names none of these
 */
export function bulkFilter(kind: BulkKind, filter: InvocationFilter): InvocationFilter {
  const changeable = CHANGEABLE[kind]
  const statuses = changeable.filter((status) => filter.statuses?.includes(status) ?? true)
  if (statuses.length > 0) return { ...filter, statuses }
  const names = `${changeable.slice(0, -1).join(', ')} or ${changeable.at(-1)}`
  throw new DocketError(
    'BAD_USER_INPUT',
    `Only invocations that are ${names} can be ${kind === 'RETRY' ? 'retried' : 'cancelled'}.`,
    'filter.statuses',
  )
}
