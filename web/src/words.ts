import type { ActionKind, ErrorSource, InvocationStatus, StatusReason, Trigger } from '../../sdk/generated/operations.ts'

export const FINAL: ReadonlySet<InvocationStatus> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED'])

export const STATUS_WORDS: Readonly<Record<InvocationStatus, string>> = {
  AWAITING_APPROVAL: 'Awaiting approval',
  PENDING: 'Pending',
  RUNNING: 'Running',
  RETRYING: 'Retrying',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  MISSED: 'Missed',
}

export const REASON_WORDS: Readonly<Record<StatusReason, string>> = {
  USER: 'Cancelled by hand.',
  ACTION_DELETED: 'The action was deleted.',
  SUPERSEDED: 'A newer one took its place.',
  REJECTED: 'The approval was refused.',
  APPROVAL_EXPIRED: 'Nobody approved it in time.',
  APPROVAL_LATE: 'The approval came too long after its time.',
  SCHEDULER_DOWN: 'No scheduler was running at its time.',
  OVERLAP: 'Another run of the action was not over at its time.',
  PAUSED: 'The action or the project was paused at its time.',
  CIRCUIT_OPEN: 'Its service was not being called at its time.',
}

export const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  SCHEDULE: 'Schedule',
  MANUAL: 'Invoked by hand',
  API: 'API',
  RETRY: 'Retried by hand',
  BACKFILL: 'Backfill',
  SEQUENCE: 'Sequence',
}

export const KIND_WORDS: Readonly<Record<ActionKind, string>> = {
  RECURRING: 'Recurring',
  ONE_TIME: 'One-time',
  ON_DEMAND: 'On demand',
}

/** The same reasons, as short as a column. */
export const REASON_NAMES: Readonly<Record<StatusReason, string>> = {
  USER: 'By hand',
  ACTION_DELETED: 'Action deleted',
  SUPERSEDED: 'Superseded',
  REJECTED: 'Rejected',
  APPROVAL_EXPIRED: 'Approval expired',
  APPROVAL_LATE: 'Approved too late',
  SCHEDULER_DOWN: 'Scheduler down',
  OVERLAP: 'Overlap',
  PAUSED: 'Paused',
  CIRCUIT_OPEN: 'Circuit open',
}

/** Whose fault it was, as the start of a sentence. */
export const SOURCE_WORDS: Readonly<Record<ErrorSource, string>> = {
  TARGET: 'The target answered with a failure',
  DISPATCH: 'No whole answer from the target',
  HANDLER: 'The handler failed',
  UNKNOWN: 'The outcome is not known',
}
