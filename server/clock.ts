/**
 * The database's time, held in memory. All servers on one database decide by its clock, so that a wrong clock on one of
 * them neither fires early nor takes a row that is not due.
 */
export interface DbClock {
  /** Epoch ms, with fractions. Never ahead of the database's clock, behind it by about the time an answer takes to come back. */
  now(): number
  /**
   * Takes one reading: the database said `dbMs` (epoch ms) at some moment between `before` and `after` (`monotonic()` in this process).
   * A database clock that was set back is noticed here, and all older readings are dropped.
   */
  sample(dbMs: number, before: number, after: number): void
  /** False until the first reading; `now()` is of no use before. */
  readonly ready: boolean
}

/** Milliseconds since the process began, for durations and for relating to a clock reading. Never goes back. */
export const monotonic = (): number => performance.now()

/** Older readings say little: the two clocks drift apart. */
const SAMPLE_KEPT_MS = 5_000
/** Two clocks disagree on the length of a second by less than this, also while NTP corrects one of them. */
const DRIFT_PER_MS = 0.000_2

/** Set back by less, the clock only made up for running fast. */
const SET_BACK_MS = 1_000

/**
 * @param local the monotonic clock of this process, given by tests
 * @param onSetBack the database's clock was found to be more than a second behind what it said before
 */
export function createDbClock(local: () => number = monotonic, onSetBack: () => void = () => {}): DbClock {
  /** `offset`: the database's time minus ours, at least; `at`: when that was known. */
  let samples: { offset: number; at: number }[] = []
  let offset = Number.NaN

  return {
    get ready() {
      return !Number.isNaN(offset)
    },
    now: () => local() + offset,
    sample(dbMs, before, after) {
      const highest = dbMs - before
      const setBack = samples.some((sample) => worth(sample, after) > highest + SET_BACK_MS)
      samples = samples.filter((sample) => after - sample.at < SAMPLE_KEPT_MS && worth(sample, after) <= highest)
      samples.push({ offset: dbMs - after, at: after })
      offset = Math.max(...samples.map((sample) => worth(sample, after)))
      if (setBack) onSetBack()
    },
  }
}

const worth = (sample: { offset: number; at: number }, at: number) => sample.offset - (at - sample.at) * DRIFT_PER_MS
