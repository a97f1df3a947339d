import type { PolicyInput } from './action-input.ts'
import { DocketError } from './errors.ts'
import { parseWhole } from './text.ts'

const DEFAULT_MAX_ATTEMPTS = 3

export interface AttemptsPolicy {
  /** At least once; otherwise at most once. */
  retryable: boolean
  /** Attempts in all. */
  maxAttempts: number
}

/**
 * Absent fields come from `before`; `maxAttempts` without a value is 3 when retryable and 1 when not.
 * @throws DocketError BAD_USER_INPUT on `retryable` or `retry.maxAttempts`
 */
export function parseAttempts(input: PolicyInput, before?: AttemptsPolicy): AttemptsPolicy {
  const retryable = input.retryable === undefined && before ? before.retryable : (input.retryable ?? false)
  if (typeof retryable !== 'boolean') throw new DocketError('BAD_USER_INPUT', 'retryable is true or false.', 'retryable')
  const kept = input.retry === undefined && before?.retryable === retryable ? before.maxAttempts : undefined
  const fallback = kept ?? (retryable ? DEFAULT_MAX_ATTEMPTS : 1)
  const maxAttempts = parseWhole(input.retry?.maxAttempts ?? fallback, 'retry.maxAttempts', 1, 100)
  if (!retryable && maxAttempts > 1) {
    throw new DocketError('BAD_USER_INPUT', 'Only a retryable action has more than one attempt; set retryable too.', 'retry.maxAttempts')
  }
  return { retryable, maxAttempts }
}
