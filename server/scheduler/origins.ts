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
  /** Claimed rows that its limit holds back, oldest first. */
  waiting: Claimed[]
  /** Marked rows whose instant has come and which wait for one of its slots. */
  blocked: Running[]
  pace: Pace
}

/** The hosts with something to do. */
export interface Origins {
  of(name: string): Origin
  /** Forgets a host that has nothing left here. */
  tidy(origin: Origin): void
  all(): Iterable<Origin>
}

export function createOrigins(): Origins {
  const known = new Map<string, Origin>()
  return {
    of(name) {
      let origin = known.get(name)
      if (!origin) {
        origin = { name, held: 0, active: 0, sending: 0, waiting: [], blocked: [], pace: createPace() }
        known.set(name, origin)
      }
      return origin
    },
    tidy(origin) {
      if (origin.active === 0 && origin.held === 0) known.delete(origin.name)
    },
    all: () => known.values(),
  }
}
