import type { Claimed } from '../store/claim.ts'
import type { Running } from '../store/mark-running.ts'
import { createPace, type Pace } from './pace.ts'

/** One host that is called, and what is queued for it in this process. */
export interface Origin {
  /** `https://host:port`. */
  name: string
  /** Claimed rows, in turn or waiting. */
  held: number
  /** Marked RUNNING, or about to be, and not ended. */
  active: number
  /** Requests under way. */
  sending: number
  /** Claimed rows that its limit holds back, earliest first. */
  waiting: Claimed[]
  /** Marked rows whose instant has come and which wait for one of its slots. */
  blocked: Running[]
  /** It was left out when due rows were looked for. */
  leftOut: boolean
  pace: Pace
}

/** The hosts with something to do. */
export interface Origins {
  of(name: string): Origin
  /** Forgets the hosts that have nothing here and had nothing for a while. `now` as for their pace. */
  tidy(now: number): void
  all(): Iterable<Origin>
}

/** `perOrigin`: requests under way to one host at one time. */
export function createOrigins(perOrigin: number): Origins {
  const known = new Map<string, Origin>()
  return {
    of(name) {
      let origin = known.get(name)
      if (!origin) {
        origin = { name, held: 0, active: 0, sending: 0, waiting: [], blocked: [], leftOut: false, pace: createPace(perOrigin) }
        known.set(name, origin)
      }
      return origin
    },
    tidy(now) {
      for (const { name, active, held, pace } of known.values()) if (active === 0 && held === 0 && pace.perMs(now) === 0) known.delete(name)
    },
    all: () => known.values(),
  }
}
