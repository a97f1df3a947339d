import { monotonic } from './clock.ts'
import type { Log } from './log.ts'

/**
 * How far this process's wall clock is from the database's. What is due follows the database alone (`DbClock`); this is for what is judged when
 * it is asked for, and for the people who run the server, because its log carries this machine's time.
 */
export interface ClockSkew {
  /** The database said `dbMs` (epoch ms) at some moment between `before` and `after` (`monotonic()` in this process, `after` just now). */
  sample(dbMs: number, before: number, after: number): void
  /** By the last sample, whole ms: above 0 when this process is ahead. Undefined before the first. */
  readonly ms: number | undefined
  /** The database's time by this machine's clock and the last sample, epoch ms; before the first, this machine's. */
  now(): number
}

/** More than this is said in the log, and every further change by as much. Well above what NTP leaves, well below what people notice. */
const TELL_MS = 1_000

/** @param wall the wall clock of this process, given by tests */
export function createClockSkew(log: Log, wall: () => number = Date.now): ClockSkew {
  let ms: number | undefined
  let told = 0

  return {
    get ms() {
      return ms
    },
    now: () => wall() - (ms ?? 0),
    sample(dbMs, before, after) {
      const at = wall() - dbMs
      // The wall clock says whole milliseconds, rounded down.
      ms = Math.round(nearestToZero(at - (after - before), at + 1))
      if (Math.abs(ms - told) <= TELL_MS) return
      told = ms
      if (Math.abs(ms) > TELL_MS) log.warn({ clockSkewMs: ms }, `${differs(ms)}; runs follow the clock of the database`)
      else log.info({ clockSkewMs: ms }, 'the clock of this machine agrees with that of the database again')
    },
  }
}

/** Does a statement that also says what time it is, and gives the reading to everyone in `takers`. */
export async function reading<T extends { now: number }>(
  takers: readonly Pick<ClockSkew, 'sample'>[],
  statement: () => Promise<T>,
): Promise<T> {
  const before = monotonic()
  const answer = await statement()
  const after = monotonic()
  for (const taker of takers) taker.sample(answer.now, before, after)
  return answer
}

/** An answer that was long under way says little, and must not look like a wrong clock. */
const nearestToZero = (least: number, most: number) => (least > 0 ? least : Math.min(most, 0))

const differs = (ms: number) =>
  `the clock of this machine is ${(Math.abs(ms) / 1000).toFixed(1)} s ${ms > 0 ? 'ahead of' : 'behind'} the database's`
