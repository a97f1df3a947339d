/** The states of an invocation and every change between them; docs/lifecycle.md draws them. */
export type InvocationStatus = 'AWAITING_APPROVAL' | 'PENDING' | 'RUNNING' | 'RETRYING' | FinalStatus
export type FinalStatus = 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'MISSED'
export type StatusReason =
  | 'REJECTED'
  | 'APPROVAL_EXPIRED'
  | 'SUPERSEDED'
  | 'USER'
  | 'ACTION_DELETED'
  | 'SCHEDULER_DOWN'
  | 'OVERLAP'
  | 'PAUSED'
  | 'CIRCUIT_OPEN'
  | 'APPROVAL_LATE'

type Reasons = readonly StatusReason[]

/**
 * The one table. A row that is missing here cannot happen: statements take the states they may leave from
 * `sourcesOf`, so a change that the table does not hold touches no row.
 */
export const TRANSITIONS: Readonly<Record<InvocationStatus, Readonly<Partial<Record<InvocationStatus, Reasons>>>>> = {
  AWAITING_APPROVAL: { PENDING: [], CANCELLED: ['REJECTED', 'APPROVAL_EXPIRED', 'SUPERSEDED', 'USER'] },
  PENDING: {
    RUNNING: [],
    AWAITING_APPROVAL: [],
    CANCELLED: ['USER', 'ACTION_DELETED', 'SUPERSEDED', 'REJECTED'],
    MISSED: ['SCHEDULER_DOWN', 'OVERLAP', 'PAUSED', 'CIRCUIT_OPEN', 'APPROVAL_LATE'],
  },
  RUNNING: { SUCCEEDED: [], RETRYING: [], FAILED: [] },
  RETRYING: { RUNNING: [], CANCELLED: ['USER', 'ACTION_DELETED', 'SUPERSEDED'] },
  SUCCEEDED: {},
  FAILED: {},
  CANCELLED: {},
  MISSED: {},
}

export const STATUSES = Object.keys(TRANSITIONS) as InvocationStatus[]

/** The ends after which a run may be repeated by hand. */
export const REPEATABLE: readonly InvocationStatus[] = ['FAILED', 'CANCELLED', 'MISSED']

/** A final state never changes. */
export const isFinal = (status: InvocationStatus): status is FinalStatus => Object.keys(TRANSITIONS[status]).length === 0

/** Whether `from` may become `to`; where the new state explains itself by a reason, only with one of those. */
export function canBecome(from: InvocationStatus, to: InvocationStatus, reason?: StatusReason): boolean {
  const reasons = TRANSITIONS[from][to]
  if (!reasons) return false
  return reasons.length === 0 ? reason === undefined : reason !== undefined && reasons.includes(reason)
}

/** The states from which `to` (for that reason) can be reached: the fence of the statement that writes it. */
export const sourcesOf = (to: InvocationStatus, reason?: StatusReason): InvocationStatus[] =>
  STATUSES.filter((from) => canBecome(from, to, reason))
