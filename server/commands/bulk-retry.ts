import type { InvocationFilterInput } from '../domain/invocation-filter.ts'
import { startBulkOperation } from './bulk-start.ts'
import type { CommandContext } from './context.ts'

/**
 * Repeats all invocations that FAILED, were CANCELLED or MISSED and match the filter now, the oldest first, each as `retry` would: at most 200
 * at a time are under way. One that was retried with success, or has a retry that is not over, is skipped. Gives the UUID of the operation.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `filter.statuses` or `filter.errorText`; NOT_FOUND on an id of another kind; INVALID_TRANSITION while
 * another bulk retry of the project is under way
 */
export const bulkRetry = (ctx: CommandContext, filter: InvocationFilterInput): Promise<{ id: string }> =>
  startBulkOperation(ctx, 'RETRY', filter)
