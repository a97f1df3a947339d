import type {
  AttemptViewFragment,
  InvocationDetailFragment,
  ReceiptCallbackViewFragment,
  ReceiptViewFragment,
} from '../../../sdk/generated/operations.ts'
import type { ShownApproval } from '../approval/shown.ts'
import { shownApproval } from '../approval/shown.ts'

/** What a receipt is drawn from: the part that the page of an invocation and the public receipt have in common. */
export type ReceiptSource = Pick<
  ReceiptViewFragment,
  | 'actionName'
  | 'status'
  | 'statusReason'
  | 'trigger'
  | 'createdAt'
  | 'scheduledFor'
  | 'runAt'
  | 'startedAt'
  | 'finishedAt'
  | 'durationMs'
  | 'attemptCount'
  | 'maxAttempts'
  | 'nextRetryAt'
  | 'responseCode'
  | 'error'
  | 'request'
> & { attempts: AttemptViewFragment[]; callback: ReceiptCallbackViewFragment | null; approval: ShownApproval | null }

export const fromInvocation = (invocation: InvocationDetailFragment): ReceiptSource => ({
  ...invocation,
  actionName: invocation.action.name,
  attempts: invocation.attempts.edges.map((edge) => edge.node),
  approval: invocation.approval && shownApproval(invocation.approval),
  callback: invocation.callback && { ...invocation.callback, attempts: invocation.callback.attempts.edges.map((edge) => edge.node) },
})
