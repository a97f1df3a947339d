import { DocketError } from './errors.ts'
import { DEFAULT_RETRY_PLAN, RETRY_ON, type RetryOn, type RetryPlan } from './retry.ts'
import { parseWhole } from './text.ts'

/** Null means the same as absent. */
export interface RetryInput {
  /** Attempts in all, 1–100. */
  maxAttempts?: number | null
  backoffSeconds?: number | null
  backoffFactor?: number | null
  maxBackoffSeconds?: number | null
  jitter?: number | null
  delaysSeconds?: readonly number[] | null
  retryOn?: readonly RetryOn[] | null
}

const BACKOFF_MOST_S = 3_600
/** A pause of more than a day is a schedule. */
const PAUSE_MOST_S = 86_400
const FACTOR_MOST = 10
const DELAYS_MOST = 99

/**
 * Null when all of it is as by default.
 * @throws DocketError BAD_USER_INPUT with the field under `retry`
 */
export function parseRetryPlan(input: RetryInput | null | undefined): RetryPlan | null {
  if (input == null) return null
  const { backoffFactor, delaysSeconds, jitter, retryOn } = input
  const plan: RetryPlan = {
    backoffSeconds: whole(input.backoffSeconds, 'backoffSeconds', 1, BACKOFF_MOST_S),
    backoffFactor: between(backoffFactor, 'backoffFactor', 1, FACTOR_MOST),
    maxBackoffSeconds: whole(input.maxBackoffSeconds, 'maxBackoffSeconds', 1, PAUSE_MOST_S),
    jitter: between(jitter, 'jitter', 0, 1),
    delaysSeconds: delaysSeconds == null ? null : parseDelays(delaysSeconds),
    retryOn: retryOn == null ? RETRY_ON : parseRetryOn(retryOn),
  }
  if (plan.delaysSeconds && (input.backoffSeconds ?? input.backoffFactor ?? input.maxBackoffSeconds) != null) {
    throw refuse(
      'A list of delays takes the place of backoffSeconds, backoffFactor and maxBackoffSeconds; give one or the other.',
      'delaysSeconds',
    )
  }
  return JSON.stringify(plan) === JSON.stringify(DEFAULT_RETRY_PLAN) ? null : plan
}

const refuse = (sentence: string, name: string) => new DocketError('BAD_USER_INPUT', sentence, `retry.${name}`)

const whole = (value: number | null | undefined, name: 'backoffSeconds' | 'maxBackoffSeconds', least: number, most: number): number =>
  parseWhole(value ?? DEFAULT_RETRY_PLAN[name], `retry.${name}`, least, most)

function between(value: number | null | undefined, name: 'backoffFactor' | 'jitter', least: number, most: number): number {
  const number = value ?? DEFAULT_RETRY_PLAN[name]
  if (!(number >= least && number <= most)) throw refuse(`retry.${name} must be a number from ${least} to ${most}.`, name)
  return number
}

function parseDelays(delays: readonly number[]): readonly number[] {
  if (delays.length === 0 || delays.length > DELAYS_MOST) throw refuse(`Give 1 to ${DELAYS_MOST} delays, in seconds.`, 'delaysSeconds')
  return delays.map((delay) => parseWhole(delay, 'retry.delaysSeconds', 0, PAUSE_MOST_S))
}

function parseRetryOn(kinds: readonly RetryOn[]): readonly RetryOn[] {
  const wanted = RETRY_ON.filter((kind) => kinds.includes(kind))
  if (wanted.length === 0) throw refuse(`Name at least one of ${RETRY_ON.join(', ')}, or leave retryOn out for all of them.`, 'retryOn')
  return wanted
}
