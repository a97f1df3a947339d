import type { InvocationStatus } from './lifecycle.ts'

/** What the event log tells: always ids and kinds, never bodies (an event row stays below 200 bytes). */
export type EventType =
  | 'invocation.created'
  /** Same state, another time or body: a one-time run was moved, or a request took the place of one that waits. */
  | 'invocation.updated'
  | 'invocation.running'
  | 'invocation.retrying'
  | 'invocation.succeeded'
  | 'invocation.failed'
  | 'invocation.cancelled'
  | 'invocation.missed'
  /** The address of its receipt ended, or was made anew. */
  | 'receipt.revoked'
  | 'receipt.renewed'
  | 'action.created'
  | 'action.updated'
  | 'action.paused'
  | 'action.resumed'
  | 'action.deleted'
  /** Docket itself moved the next run, or cannot work it out; the note says why. */
  | 'action.rescheduled'
  | 'service.created'
  | 'calendar.created'
  | 'calendar.updated'
  | 'calendar.deleted'
  /** The project's mode or quota. */
  | 'project.updated'
  | 'backfill.created'
  /** Names the last run that it made, so that whoever watches its runs hears of the end. */
  | 'backfill.finished'

const OF_STATUS: Readonly<Record<InvocationStatus, EventType>> = {
  AWAITING_APPROVAL: 'invocation.created',
  PENDING: 'invocation.created',
  RUNNING: 'invocation.running',
  RETRYING: 'invocation.retrying',
  SUCCEEDED: 'invocation.succeeded',
  FAILED: 'invocation.failed',
  CANCELLED: 'invocation.cancelled',
  MISSED: 'invocation.missed',
}

/** The type of the event that reports an invocation's arrival in `status`. */
export const eventTypeOf = (status: InvocationStatus): EventType => OF_STATUS[status]

/** One row of the log. `seq` is its place and its cursor. */
export interface LoggedEvent {
  seq: bigint
  projectId: string
  type: EventType
  /** Epoch ms, database time. */
  at: number
  actionId: string | null
  invocationId: string | null
  status: InvocationStatus | null
  /** Why someone paused or resumed, in his words. */
  note: string | null
}
