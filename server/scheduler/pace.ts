/** How many runs per millisecond its slots could end at present, were they always filled. */
export interface Pace {
  /** One run has ended, `tookMs` after it was sent. `now` in ms, any clock. */
  hit(now: number, tookMs: number): void
  perMs(now: number): number
}

/** Short enough to follow a target that slows down, long enough to see more than one batch. */
const WINDOW_MS = 50
/** After a silence so many ends say enough before their window is over. */
const EARLY_HITS = 8
/** Nothing answers faster; keeps the pace of a few lucky answers within reason. */
const LEAST_TOOK_MS = 0.5

/**
 * What ended in a time says how fast the target is only while every slot is filled: after a silence, or behind a slow statement, it says how
 * few runs were at hand, and who marked no more than that would never catch up. How long each one took says it in both cases (Little's law).
 */
export function createPace(slots: number): Pace {
  let since = 0
  let count = 0
  let tookMs = 0
  let rate = 0
  const seen = () => (count === 0 ? 0 : (slots * count) / tookMs)
  const turn = (now: number) => {
    const elapsed = now - since
    if (elapsed < WINDOW_MS) return
    // After a silence the few hits before it say nothing.
    rate = elapsed < 4 * WINDOW_MS ? seen() : 0
    since = now
    count = 0
    tookMs = 0
  }
  return {
    hit(now, took) {
      turn(now)
      count++
      tookMs += Math.max(took, LEAST_TOOK_MS)
    },
    perMs(now) {
      turn(now)
      return rate === 0 && count >= EARLY_HITS ? seen() : rate
    },
  }
}
