import type { AttemptViewFragment, InvocationDetailFragment, ReceiptViewFragment } from '../../../sdk/generated/operations.ts'

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
> & { attempts: AttemptViewFragment[] }

export const fromInvocation = (invocation: InvocationDetailFragment): ReceiptSource => ({
  ...invocation,
  actionName: invocation.action.name,
  attempts: invocation.attempts.edges.map((edge) => edge.node),
})
