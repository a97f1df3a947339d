import type { InvocationStatus, StatusReason } from './lifecycle.ts'

const TEXT: Readonly<Record<StatusReason, string>> = {
  REJECTED: 'Its approval was refused.',
  APPROVAL_EXPIRED: 'Nobody approved it in time.',
  SUPERSEDED: 'A newer run or an edit of its schedule took its place.',
  USER: 'Someone cancelled it before it was sent.',
  ACTION_DELETED: 'Its action was deleted.',
  SCHEDULER_DOWN: 'No scheduler was at work when it was due, and the catch-up policy of its action left it out.',
  OVERLAP: 'Another run of its action was not over when it was due.',
  PAUSED: 'Its action or the project was paused when it was due.',
  CIRCUIT_OPEN: 'Its target was not called because it kept failing.',
  APPROVAL_LATE: 'It was approved too long after its time.',
}

/** What the row of an invocation says of its end. */
export interface Ended {
  status: InvocationStatus
  statusReason: StatusReason | null
  /** How many occurrences without a row of their own this one stands for. */
  missedCount: number | null
}

/** Why an invocation was MISSED or CANCELLED, in one or two sentences; null for any other. */
export function statusText({ statusReason, missedCount }: Ended): string | null {
  if (!statusReason) return null
  const others = missedCount
    ? ` It stands for ${missedCount.toLocaleString('en-US')} further occurrence${missedCount === 1 ? '' : 's'}.`
    : ''
  return TEXT[statusReason] + others
}
