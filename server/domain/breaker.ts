/** A circuit breaker keeps runs from a service that fails: CLOSED lets them pass, OPEN holds them back, HALF_OPEN waits for one that is tried. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN'

export interface BreakerSettings {
  enabled: boolean
  /** Opens when at least this share of the attempts within the window failed; above 0, at most 1. */
  failureShare: number
  windowSeconds: number
  /** And there were at least as many as this. */
  minAttempts: number
  /** From opening to the first probe; doubled after each that fails. */
  cooldownSeconds: number
}

export const DEFAULT_BREAKER: BreakerSettings = {
  enabled: true,
  failureShare: 0.5,
  windowSeconds: 60,
  minAttempts: 20,
  cooldownSeconds: 30,
}

/** The settings of a circuit, without its state. */
export const settingsOf = ({ enabled, failureShare, windowSeconds, minAttempts, cooldownSeconds }: BreakerSettings): BreakerSettings => ({
  enabled,
  failureShare,
  windowSeconds,
  minAttempts,
  cooldownSeconds,
})

/** Nobody waits longer than this for the next probe. */
export const COOLDOWN_MAX_SECONDS = 600

/** When the next probe is due after `failedProbes` that failed, in ms from now. */
export const cooldownMs = (cooldownSeconds: number, failedProbes: number): number =>
  1000 * Math.min(COOLDOWN_MAX_SECONDS, cooldownSeconds * 2 ** Math.min(failedProbes, 30))

/** Whether a probe may be sent: the first one after the cooldown, another one when nothing was heard of the one before in its time. */
export const mayProbe = ({ state, probeAt }: { state: BreakerState; probeAt: number | null }, now: number): boolean =>
  state !== 'CLOSED' && probeAt !== null && probeAt <= now

/** Attempts that ended within one second. */
interface Second {
  /** Epoch seconds. */
  at: number
  attempts: number
  failed: number
}

/** The attempts of late, by the second in which they ended; seconds rise. */
export type Attempts = Second[]

/** Counts one attempt that ended at `endedAt` (epoch ms), and forgets those that ended more than `windowSeconds` before it. */
export function countAttempt(attempts: Attempts, endedAt: number, failed: boolean, windowSeconds: number): void {
  const at = Math.floor(endedAt / 1000)
  let last = attempts.at(-1)
  // Counted while a clock was ahead.
  if (last && last.at > at + windowSeconds) {
    attempts.length = 0
    last = undefined
  }
  // Outcomes come nearly in order; one that is late counts as of the newest second.
  if (!last || last.at < at) {
    last = { at, attempts: 0, failed: 0 }
    attempts.push(last)
    const old = attempts.findIndex((second) => second.at > at - windowSeconds)
    if (old > 0) attempts.splice(0, old)
  }
  last.attempts++
  if (failed) last.failed++
}

export interface Tally {
  attempts: number
  failed: number
}

/** Adds up the attempts that ended within the window before `now`, and not before the second of `since` (epoch ms). */
export function tally(attempts: Attempts, { now, since, windowSeconds }: { now: number; since: number; windowSeconds: number }): Tally {
  const from = Math.max(Math.floor(now / 1000) - windowSeconds + 1, Math.floor(since / 1000))
  const sum = { attempts: 0, failed: 0 }
  for (const second of attempts) {
    if (second.at < from) continue
    sum.attempts += second.attempts
    sum.failed += second.failed
  }
  return sum
}

/** 7 % of 100 is a little more than 7 where numbers are binary. */
const ROUNDING = 1e-6

/** Whether a closed circuit opens. */
export const opens = ({ enabled, failureShare, minAttempts }: BreakerSettings, { attempts, failed }: Tally): boolean =>
  enabled && failed > 0 && attempts >= minAttempts && failed >= failureShare * attempts - ROUNDING

/** What an attempt tells of its service; null: nothing. */
export type Health = 'UP' | 'DOWN' | null

/** Kinds of no answer. What else is an error of our own side: the request could not be made, or may not be sent, or was given up. */
const NO_ANSWER = new Set([
  'TIMEOUT',
  'DNS_FAILED',
  'DNS_TIMEOUT',
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'TLS_ERROR',
  'CONNECTION_LOST',
  'PROTOCOL_ERROR',
  'HEADERS_OVERFLOW',
])

/** No answer, 5xx and 429 are failures. A refusal is none: whoever answers 404 is there. */
export function healthOf(outcome: { responseCode: number | null; errorSource: string | null; errorCode: string | null }): Health {
  const { responseCode, errorSource, errorCode } = outcome
  if (errorSource === 'DISPATCH') return NO_ANSWER.has(errorCode ?? '') ? 'DOWN' : null
  if (responseCode === null) return null
  return responseCode >= 500 || responseCode === 429 ? 'DOWN' : 'UP'
}
