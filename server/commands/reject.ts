import type { CommandContext } from './context.ts'
import { type DecisionArguments, decideApproval } from './decide-approval.ts'

/**
 * Rejects a run that waits for approval: one person is enough, and it ends CANCELLED(REJECTED). Gives the UUID of the run.
 * @throws DocketError as decideApproval
 */
export const reject = (ctx: CommandContext, invocationId: string, given: DecisionArguments = {}): Promise<{ id: string }> =>
  decideApproval(ctx, invocationId, 'REJECT', given)
