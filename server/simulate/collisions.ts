import type { BusyMinute } from './tally.ts'

/** Sees every start and end of an attempt, in the order of time. */
export interface CollisionWatch {
  started(at: number, action: object): void
  ended(): void
  finish(): { minutes: BusyMinute[]; peak: { at: number; running: number } | null }
}

const MINUTE_MS = 60_000

/** Keeps only the `most` busiest minutes, so that a long simulation needs no more room than a short one. */
export function watchCollisions(most: number): CollisionWatch {
  const busiest: BusyMinute[] = []
  const actions = new Set<object>()
  let minute = Number.NaN
  let starts = 0
  let running = 0
  let peak: { at: number; running: number } | null = null

  function closeMinute() {
    if (actions.size > 1 && (busiest.length < most || starts > busiest.at(-1)!.starts)) {
      const place = busiest.findIndex((other) => other.starts < starts)
      busiest.splice(place < 0 ? busiest.length : place, 0, { at: minute * MINUTE_MS, starts, actions: actions.size })
      if (busiest.length > most) busiest.pop()
    }
    actions.clear()
    starts = 0
  }
  return {
    started(at, action) {
      const own = Math.floor(at / MINUTE_MS)
      if (own !== minute) {
        closeMinute()
        minute = own
      }
      starts++
      actions.add(action)
      running++
      if (running > (peak?.running ?? 0)) peak = { at, running }
    },
    ended() {
      running--
    },
    finish() {
      closeMinute()
      return { minutes: busiest, peak }
    },
  }
}
