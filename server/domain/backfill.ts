import type { ActionSchedule } from './action-schedule.ts'
import { DocketError } from './errors.ts'
import { type Calendar, type RecurringSchedule, runsBetween } from './recurring.ts'

export type BackfillStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLED'

/** The most nominal times of one backfill: each becomes a request, and who means more means several. */
const BACKFILL_TIMES = 1_000
/** Runs of one backfill under way at a time, when its action allows them beside each other. */
const PARALLEL_RUNS = 10

/** How many of its runs may be under way at a time. */
export const backfillWidth = (overlapPolicy: string): number => (overlapPolicy === 'ALLOW' ? PARALLEL_RUNS : 1)

/**
 * The nominal times of a schedule from `from` to `to` (epoch ms, both inclusive), at most 1,000.
 * @throws DocketError BAD_USER_INPUT on `actionId`, `from` or `to`
 */
export function backfillTimes(schedule: ActionSchedule, calendar: Calendar | null, from: number, to: number, now: number): number[] {
  const refuse = (sentence: string, field: string) => new DocketError('BAD_USER_INPUT', sentence, field)
  if (schedule.kind !== 'RECURRING')
    throw refuse('Only an action with a recurring schedule has times to repeat; use invokeNow.', 'actionId')
  if (schedule.recurrence === 'ROLLING') {
    throw refuse('A ROLLING interval counts from the end of each run, so it has no past times to repeat; use invokeNow.', 'actionId')
  }
  if (Number.isNaN(from)) throw refuse('from must be an existing time.', 'from')
  if (Number.isNaN(to) || to > now) throw refuse('to must be a time that has passed; what is to come runs by the schedule.', 'to')
  if (from >= to) throw refuse('from must lie before to.', 'from')
  const times = runsBetween(schedule, calendar, from - 1, to, BACKFILL_TIMES + 1)
  if (times.length === 0) throw refuse('The schedule names no time between from and to; take a longer span.', 'from')
  if (times.length > BACKFILL_TIMES) {
    const last = new Date(times[BACKFILL_TIMES - 1]!).toISOString()
    throw refuse(`One backfill repeats at most ${BACKFILL_TIMES.toLocaleString('en-US')} runs; set to to ${last} or earlier.`, 'to')
  }
  return times
}

/** Nominal times looked at in one step: more than runs side by side, few enough to be looked up quickly. */
const LOOK_TIMES = 20

/** Where a backfill is. */
export interface BackfillProgress {
  /** The first nominal time that was not looked at yet, epoch ms. */
  nextAt: number
  toAt: number
  made: number
  skipped: number
}

/** The next nominal times to look at, by the schedule as it is now: it may have been edited since the backfill began. */
export function timesToLookAt(schedule: RecurringSchedule, calendar: Calendar | null, progress: BackfillProgress): number[] {
  const { nextAt, toAt, made, skipped } = progress
  return runsBetween(schedule, calendar, nextAt - 1, toAt, Math.min(LOOK_TIMES, BACKFILL_TIMES - made - skipped))
}

/** What one step of a backfill does. */
export interface BackfillStep {
  /** Nominal times that get a run now. */
  make: number[]
  /** Nominal times passed over. */
  skipped: number
  /** Where to go on; null when all were looked at. */
  nextAt: number | null
}

/** @param room how many runs may be added; `done` has the nominal times that succeeded or are under way. */
export function stepBackfill(times: readonly number[], done: ReadonlySet<number>, room: number): BackfillStep {
  const make: number[] = []
  let skipped = 0
  for (const time of times) {
    if (done.has(time)) skipped++
    else if (make.length < room) make.push(time)
    else return { make, skipped, nextAt: time }
  }
  return { make, skipped, nextAt: times.length < LOOK_TIMES ? null : times.at(-1)! + 1 }
}
