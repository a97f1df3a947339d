import { evaluateCondition, faultOf } from '../domain/condition.ts'
import type { ConditionFault } from '../domain/condition-language.ts'
import { variablesOf } from '../store/approval-run.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { lookAtPastRuns, type PastRunsInput } from './past-runs.ts'

/** What a condition comes to. */
export interface ConditionTrial {
  /** Why it cannot be saved; nothing was tried then. */
  error: ConditionFault | null
  /** Newest first. `error`: why it has no value for that run, which denies. */
  results: { invocationId: string; value: boolean | null; error: string | null }[]
  /** It was tried on all runs that were asked for. */
  complete: boolean
}

/**
 * Tries a condition on the newest runs, as whoever asked for them, with the role he has now.
 * @throws DocketError FORBIDDEN; NOT_FOUND on `actionId`; BAD_USER_INPUT on `last`
 */
export async function tryCondition(ctx: CommandContext, condition: string, which: PastRunsInput): Promise<ConditionTrial> {
  authorize(ctx, 'READ')
  authorize(ctx, 'MANAGE')
  const error = faultOf(condition)
  if (error) return { error, results: [], complete: true }
  const results: ConditionTrial['results'] = []
  const complete = await lookAtPastRuns(ctx, which, (run) => {
    const judged = evaluateCondition(condition, variablesOf(run))
    results.push({
      invocationId: run.id,
      value: 'error' in judged ? null : judged.value,
      error: 'error' in judged ? judged.error : null,
    })
  })
  return { error: null, results, complete }
}
