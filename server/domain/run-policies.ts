import { DocketError } from './errors.ts'

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

/** A run that is more than a month late is another run. */
const CATCH_UP_WINDOW_MOST_S = 31 * 86_400
const MAX_RUNS_MOST = 1_000_000

/**
 * An absent field stays as in `before`; null puts it back to its default.
 * @throws DocketError BAD_USER_INPUT with the field
 */
export function parsePolicies(input: RunPoliciesInput, before: RunPolicies = DEFAULT_POLICIES): RunPolicies {
  const { catchUpWindowSeconds: window, maxRuns } = input
  if (window != null && !(Number.isInteger(window) && window >= 0 && window <= CATCH_UP_WINDOW_MOST_S)) {
    throw new DocketError(
      'BAD_USER_INPUT',
      `catchUpWindowSeconds must be a whole number from 0 to ${CATCH_UP_WINDOW_MOST_S}.`,
      'catchUpWindowSeconds',
    )
  }
  if (maxRuns != null && !(Number.isInteger(maxRuns) && maxRuns >= 1 && maxRuns <= MAX_RUNS_MOST)) {
    throw new DocketError('BAD_USER_INPUT', `maxRuns must be a whole number from 1 to ${MAX_RUNS_MOST}, or null for no limit.`, 'maxRuns')
  }
  const pick = <K extends keyof RunPolicies>(name: K): RunPolicies[K] =>
    input[name] === undefined ? before[name] : ((input[name] ?? DEFAULT_POLICIES[name]) as RunPolicies[K])
  return {
    overlapPolicy: pick('overlapPolicy'),
    catchUp: pick('catchUp'),
    catchUpWindowSeconds: pick('catchUpWindowSeconds'),
    maxRuns: pick('maxRuns'),
    deleteAfterCompletion: pick('deleteAfterCompletion'),
  }
}
