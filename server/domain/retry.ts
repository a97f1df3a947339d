/** What kind of failed attempt is tried again. */
export type RetryOn = (typeof RETRY_ON)[number]
export const RETRY_ON = ['HTTP_3XX', 'HTTP_4XX', 'HTTP_5XX', 'TIMEOUT', 'NETWORK'] as const

/** How retries are spaced and chosen. `maxAttempts` stands beside it, in AttemptsPolicy. */
export interface RetryPlan {
  /** First pause between two attempts. */
  backoffSeconds: number
  /** By this much the pause grows after each further failure. */
  backoffFactor: number
  /** No pause is longer. */
  maxBackoffSeconds: number
  /** Each pause is moved by up to this part of itself either way, so that those who failed together do not return together. */
  jitter: number
  /** The pauses one by one, in place of the growing ones; the last one is repeated. Null for growing ones. */
  delaysSeconds: readonly number[] | null
  retryOn: readonly RetryOn[]
}

/** docs/protocol.md: 20 s, doubled each time, at most 1 h, ± 20 %, after every failure. */
export const DEFAULT_RETRY_PLAN: RetryPlan = {
  backoffSeconds: 20,
  backoffFactor: 2,
  maxBackoffSeconds: 3_600,
  jitter: 0.2,
  delaysSeconds: null,
  retryOn: RETRY_ON,
}

/**
 * Milliseconds to wait after `failedAttempts` attempts (1 or more) before the next.
 * @param random a number in [0, 1)
 */
export function backoffMs(failedAttempts: number, random: number, plan: RetryPlan = DEFAULT_RETRY_PLAN): number {
  const { backoffSeconds, backoffFactor, maxBackoffSeconds, jitter, delaysSeconds } = plan
  const seconds = delaysSeconds
    ? (delaysSeconds[failedAttempts - 1] ?? delaysSeconds.at(-1)!)
    : Math.min(maxBackoffSeconds, backoffSeconds * backoffFactor ** (failedAttempts - 1))
  return Math.round(seconds * 1000 * (1 - jitter + 2 * jitter * random))
}

/** Statuses that say "not now": the request itself is not at fault. */
const NOT_NOW = new Set([408, 425, 429])

/** Whether an answer with this status other than 2xx is tried again; what says "not now" also counts as a failure of the target itself. */
export const retriesStatus = (code: number, { retryOn }: RetryPlan): boolean =>
  retryOn.includes(classOf(code)) || (NOT_NOW.has(code) && retryOn.includes('HTTP_5XX'))

const classOf = (code: number): RetryOn => (code >= 300 && code < 400 ? 'HTTP_3XX' : code >= 400 && code < 500 ? 'HTTP_4XX' : 'HTTP_5XX')
