/** How many runs end per millisecond at present. */
export interface Pace {
  /** One run has ended. `now` in ms, any clock. */
  hit(now: number): void
  perMs(now: number): number
}

/** Short enough to follow a target that slows down, long enough to see more than one batch. */
const WINDOW_MS = 50

export function createPace(): Pace {
  let since = 0
  let count = 0
  let rate = 0
  const turn = (now: number) => {
    const elapsed = now - since
    if (elapsed < WINDOW_MS) return
    // After a silence the few hits before it say nothing.
    rate = elapsed < 4 * WINDOW_MS ? count / elapsed : 0
    since = now
    count = 0
  }
  return {
    hit(now) {
      turn(now)
      count++
    },
    perMs(now) {
      turn(now)
      return rate
    },
  }
}
