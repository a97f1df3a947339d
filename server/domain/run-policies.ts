import { DocketError } from './errors.ts'
import { parseWhole } from './text.ts'

export type OverlapPolicy = 'SKIP' | 'QUEUE_ONE' | 'ALLOW' | 'CANCEL_OTHER'
export type CatchUp = 'LATEST' | 'ALL' | 'NONE'

/** What happens when runs meet, are late, or are enough. */
export interface RunPolicies {
  /** What becomes of an occurrence that is due while another run of its action is not over. */
  overlapPolicy: OverlapPolicy
  /** Which of the occurrences that were missed still run. */
  catchUp: CatchUp
  /** How late one may be for that. */
  catchUpWindowSeconds: number
  /** Occurrences that may run in all; null = no limit. Only for a recurring action. */
  maxRuns: number | null
  /** Deletes a one-time action when its run has ended. */
  deleteAfterCompletion: boolean
}

export interface RunPoliciesInput {
  overlapPolicy?: OverlapPolicy | null
  catchUp?: CatchUp | null
  catchUpWindowSeconds?: number | null
  maxRuns?: number | null
  deleteAfterCompletion?: boolean | null
}

export const DEFAULT_POLICIES: RunPolicies = {
  overlapPolicy: 'SKIP',
  catchUp: 'LATEST',
  catchUpWindowSeconds: 300,
  maxRuns: null,
  deleteAfterCompletion: false,
}

/** A schedule that has made as many runs as it may makes no more. */
export const hasRunsLeft = ({ maxRuns }: Pick<RunPolicies, 'maxRuns'>, runsMade: number): boolean => maxRuns === null || runsMade < maxRuns

/** A run that is more than a month late is another run. */
const CATCH_UP_WINDOW_MOST_S = 31 * 86_400
const MAX_RUNS_MOST = 1_000_000

/**
 * An absent field stays as in `before`; null puts it back to its default. What only another kind of action has is refused when
 * it is asked for, and dropped when an edit of the schedule has changed the kind.
 * @throws DocketError BAD_USER_INPUT with the field
 */
export function parsePolicies(
  input: RunPoliciesInput,
  kind: 'RECURRING' | 'ONE_TIME' | 'ON_DEMAND',
  before: RunPolicies = DEFAULT_POLICIES,
): RunPolicies {
  const { catchUpWindowSeconds: window, maxRuns, deleteAfterCompletion } = input
  const refuse = (sentence: string, field: string) => new DocketError('BAD_USER_INPUT', sentence, field)
  if (window != null) parseWhole(window, 'catchUpWindowSeconds', 0, CATCH_UP_WINDOW_MOST_S)
  if (maxRuns != null && !(Number.isInteger(maxRuns) && maxRuns >= 1 && maxRuns <= MAX_RUNS_MOST)) {
    throw refuse(`maxRuns must be a whole number from 1 to ${MAX_RUNS_MOST}, or null for no limit.`, 'maxRuns')
  }
  if (maxRuns != null && kind !== 'RECURRING') {
    throw refuse(
      'maxRuns needs a recurring schedule (cronExpression or every); leave it out for an action that runs once or on demand.',
      'maxRuns',
    )
  }
  if (deleteAfterCompletion && kind !== 'ONE_TIME') {
    throw refuse(
      'deleteAfterCompletion needs a one-time schedule (scheduledAt); leave it out for any other action.',
      'deleteAfterCompletion',
    )
  }
  const pick = <K extends keyof RunPolicies>(name: K): RunPolicies[K] =>
    input[name] === undefined ? before[name] : ((input[name] ?? DEFAULT_POLICIES[name]) as RunPolicies[K])
  return {
    overlapPolicy: pick('overlapPolicy'),
    catchUp: pick('catchUp'),
    catchUpWindowSeconds: pick('catchUpWindowSeconds'),
    maxRuns: kind === 'RECURRING' ? pick('maxRuns') : null,
    deleteAfterCompletion: kind === 'ONE_TIME' && pick('deleteAfterCompletion'),
  }
}

/** A little late is well under every policy. */
export const ON_TIME_MS = 5_000

/** How late an occurrence may start, in ms. */
export const mayBeLateMs = ({ catchUp, catchUpWindowSeconds }: Pick<RunPolicies, 'catchUp' | 'catchUpWindowSeconds'>): number =>
  Math.max(ON_TIME_MS, catchUp === 'NONE' ? 0 : catchUpWindowSeconds * 1_000)
