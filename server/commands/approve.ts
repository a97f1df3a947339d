import type { CommandContext } from './context.ts'
import { type DecisionArguments, decideApproval } from './decide-approval.ts'

/**
 * Approves a run that waits for it, as one person; the last approval that its policy wants lets it be sent. Gives the UUID of the run.
 * @throws DocketError as decideApproval
 */
export const approve = (ctx: CommandContext, invocationId: string, given: DecisionArguments = {}): Promise<{ id: string }> =>
  decideApproval(ctx, invocationId, 'APPROVE', given)
