import type { PolicyInput } from './action-input.ts'
import { DocketError } from './errors.ts'
import type { RetryPlan } from './retry.ts'
import { parseRetryPlan } from './retry-input.ts'
import { parseWhole } from './text.ts'

const DEFAULT_MAX_ATTEMPTS = 3

export interface AttemptsPolicy {
  /** At least once; otherwise at most once. */
  retryable: boolean
  /** Attempts in all. */
  maxAttempts: number
  /** Null: as by default. */
  retry: RetryPlan | null
}

/**
 * Absent fields come from `before`; `maxAttempts` without a value is one more than the delays that were given, else 3, when retryable, and 1
 * when not.
 * @throws DocketError BAD_USER_INPUT on `retryable` or a field under `retry`
 */
export function parseAttempts(input: PolicyInput, before?: AttemptsPolicy): AttemptsPolicy {
  const retryable = input.retryable === undefined && before ? before.retryable : (input.retryable ?? false)
  if (typeof retryable !== 'boolean') throw new DocketError('BAD_USER_INPUT', 'retryable is true or false.', 'retryable')
  const asBefore = input.retry === undefined && before?.retryable === retryable ? before : undefined
  const retry = asBefore ? asBefore.retry : parseRetryPlan(input.retry)
  const fallback = asBefore?.maxAttempts ?? (retryable ? (retry?.delaysSeconds ? retry.delaysSeconds.length + 1 : DEFAULT_MAX_ATTEMPTS) : 1)
  const maxAttempts = parseWhole(input.retry?.maxAttempts ?? fallback, 'retry.maxAttempts', 1, 100)
  if (!retryable && maxAttempts > 1) {
    throw new DocketError('BAD_USER_INPUT', 'Only a retryable action has more than one attempt; set retryable too.', 'retry.maxAttempts')
  }
  return { retryable, maxAttempts, retry }
}
