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
  /** Its callback was accepted, is to be tried again, or is given up. */
  | 'callback.delivered'
  | 'callback.retrying'
  | 'callback.failed'
  /** A run waits for an approval; someone approved and more have to; the decision; it ended undecided; the request changed, or a voter lost the right to vote. */
  | 'approval.requested'
  | 'approval.voted'
  | 'approval.approved'
  | 'approval.rejected'
  | 'approval.expired'
  | 'approval.cancelled'
  | 'approval.voided'
  /** Those who may decide were told again; a second role was asked. */
  | 'approval.reminded'
  | 'approval.escalated'
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
  /** The note of these names the service. */
  | 'service.updated'
  | 'service.deleted'
  /** The limit of a concurrencyKey was set or removed; the note names it. */
  | 'limit.updated'
  /** A circuit changed; the note names the service and says why. */
  | 'breaker.opened'
  | 'breaker.half_opened'
  | 'breaker.closed'
  /** A service, or the project, has a new signing secret. */
  | 'signing.rotated'
  | 'secret.created'
  | 'secret.updated'
  | 'secret.deleted'
  | 'calendar.created'
  | 'calendar.updated'
  | 'calendar.deleted'
  /** The project's mode or quota. */
  | 'project.updated'
  | 'backfill.created'
  /** Names the last run that it made, so that whoever watches its runs hears of the end. */
  | 'backfill.finished'
  | 'bulk.created'
  /** Names the last invocation that it looked at. */
  | 'bulk.finished'

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
