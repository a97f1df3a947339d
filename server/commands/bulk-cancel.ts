import type { InvocationFilterInput } from '../domain/invocation-filter.ts'
import { startBulkOperation } from './bulk-start.ts'
import type { CommandContext } from './context.ts'

/**
 * Cancels all invocations that exist now, match the filter and whose request has not left, each as `cancel` would. Gives the UUID of the operation.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `filter.statuses` or `filter.errorText`; NOT_FOUND on an id of another kind; INVALID_TRANSITION while
 * another bulk cancel of the project is under way
 */
export const bulkCancel = (ctx: CommandContext, filter: InvocationFilterInput): Promise<{ id: string }> =>
  startBulkOperation(ctx, 'CANCEL', filter)
