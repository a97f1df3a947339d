import type { Blocker } from './blockers.ts'
import type { Subject } from './lane.ts'
import { rateText, refill, startsAt, startsIn } from './limit.ts'

/** What a run that is due in a lane waits for. */
export interface HeldBack {
  subjects: readonly NamedSubject[]
  /** Runs of its lane that start before it. */
  ahead: number
}

export interface NamedSubject extends Subject {
  name: string
}

/** Where counting those in front ends: who waits behind so many is told no time. */
export const AHEAD_MAX = 1_000

/** Why a run in a lane does not start now: its circuit first, since nothing else matters while that is open. None: it is about to start. */
export function laneBlockers({ subjects, ahead }: HeldBack, now: number): Blocker[] {
  return [
    ...subjects.map(circuit),
    ...subjects.map((subject) => concurrency(subject)),
    ...subjects.map((subject) => rate(subject, ahead, now)),
  ].filter((blocker) => blocker !== undefined)
}

function circuit({ name, breaker }: NamedSubject): Blocker | undefined {
  if (!breaker || breaker.state === 'CLOSED') return undefined
  const remedy = 'It starts when a probe is answered. Once the service is back, its breaker can also be reset by hand.'
  return breaker.state === 'OPEN'
    ? {
        code: 'CIRCUIT_OPEN',
        message: `Too many calls of the service ${name} failed: one run is sent as a probe, the others wait.`,
        until: breaker.probeAt,
        remedy,
      }
    : {
        code: 'CIRCUIT_OPEN',
        message: `The service ${name} kept failing; a probe is under way to see whether it is back.`,
        until: null,
        remedy,
      }
}

function concurrency({ name, breaker, limit, running }: NamedSubject): Blocker | undefined {
  if (limit?.maxConcurrency == null || running < limit.maxConcurrency) return undefined
  const who = breaker ? `the service ${name}` : `the concurrencyKey ${name}`
  return {
    code: 'CONCURRENCY_LIMIT',
    message: `${running === 1 ? '1 run' : `${running} runs`} of ${who} ${running === 1 ? 'is' : 'are'} under way, and at most ${limit.maxConcurrency} may be.`,
    until: null,
    remedy: 'It starts when one of those ends and its turn has come; to let more run beside each other, raise the limit.',
  }
}

function rate({ name, breaker, limit, bucket }: NamedSubject, ahead: number, now: number): Blocker | undefined {
  if (limit?.rateLimit == null || !limit.ratePeriod) return undefined
  const { rateLimit, ratePeriod } = limit
  const filled = refill(rateLimit, ratePeriod, bucket, Math.floor(now))
  if (startsIn(filled) > ahead) return undefined
  const who = breaker ? `the service ${name}` : `the concurrencyKey ${name}`
  const front = ahead === 0 ? 'It is the next one.' : `${ahead >= AHEAD_MAX ? `${AHEAD_MAX} or more` : ahead} start before it.`
  return {
    code: 'RATE_LIMIT',
    message: `At most ${rateText(rateLimit, ratePeriod)} may start for ${who}. ${front}`,
    until: ahead >= AHEAD_MAX ? null : startsAt(filled, rateLimit, ratePeriod, ahead + 1),
    remedy: 'It starts when its turn has come; to let more start, raise the limit.',
  }
}
