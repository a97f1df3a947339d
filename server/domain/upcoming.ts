import { DateTime } from 'luxon'
import { countRuns } from './count-runs.ts'
import { type Calendar, nextRun, type RecurringSchedule, runsBetween, spreadOf } from './recurring.ts'

/** An enabled recurring action. Instants are epoch ms. */
export interface ComingSchedule {
  actionId: string
  schedule: RecurringSchedule
  calendar: Calendar | null
  /** First nominal time that has no row yet. */
  nextRunAt: number
  /** Runs it may still make; null = no limit. */
  left: number | null
}

/**
 * The schedule as it goes on from its cursor `nextRunAt`: that of a ROLLING one comes from the end of a run, which the schedule
 * itself does not know.
 */
export const goingOn = (schedule: RecurringSchedule, nextRunAt: number): RecurringSchedule =>
  schedule.recurrence === 'ROLLING' ? { ...schedule, startAt: nextRunAt } : schedule

export interface ComingRun {
  actionId: string
  /** Nominal time. */
  at: number
  /** When it starts. */
  effectiveAt: number
}

/**
 * The runs of all schedules that start in [from, to], by the time they start, at most `limit` of them.
 * A ROLLING schedule is shown as if its runs ended at once.
 */
export function comingRuns(schedules: readonly ComingSchedule[], from: number, to: number, limit: number): ComingRun[] {
  const heads = schedules.map((one) => {
    const spread = spreadOf(one.actionId, one.schedule.spreadSeconds)
    const at = firstOf(one, from - spread)
    return { one, spread, at, left: leftAt(one, from - spread) }
  })
  const runs: ComingRun[] = []
  while (runs.length < limit) {
    // Each step looks at all schedules: a few hundred of them, and at most a thousand runs.
    let first: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.at === undefined || head.left <= 0 || head.at + head.spread > to) continue
      if (!first || head.at + head.spread < first.at! + first.spread) first = head
    }
    if (!first) break
    runs.push({ actionId: first.one.actionId, at: first.at!, effectiveAt: first.at! + first.spread })
    first.left--
    first.at = nextRun(first.one.schedule, first.one.calendar, first.at!)
  }
  return runs
}

/** What one action does on one day. */
export interface ActionDay {
  actionId: string
  runs: number
  /** Nominal times of the first and the last. */
  firstAt: number
  lastAt: number
}

/**
 * Counts the runs of one schedule in [from, to] per local day, in steps of a day so that the caller can pause between them.
 * Days are the bounds that `localDays` gives; a day without a run gives undefined.
 */
export function* actionDays(one: ComingSchedule, days: readonly LocalDay[]): Generator<ActionDay | undefined> {
  const schedule = goingOn(one.schedule, one.nextRunAt)
  let left = leftAt(one, days[0]?.from ?? 0)
  let after = one.nextRunAt - 1
  for (const { from, to } of days) {
    // A ROLLING schedule counts from its last run, not from midnight.
    const since = schedule.recurrence === 'ROLLING' ? after : Math.max(after, from - 1)
    const runs = left > 0 ? runsBetween(schedule, one.calendar, since, to - 1, Math.min(left, RUNS_A_DAY)) : []
    left -= runs.length
    after = runs.at(-1) ?? after
    yield runs.length === 0 ? undefined : { actionId: one.actionId, runs: runs.length, firstAt: runs[0]!, lastAt: runs.at(-1)! }
  }
}

/** Once a minute on a day of 25 hours. */
const RUNS_A_DAY = 25 * 60

export interface LocalDay {
  /** `YYYY-MM-DD`. */
  date: string
  /** From this instant on, up to and without `to`. */
  from: number
  to: number
}

/** The local days that [from, to] touches, cut to it. */
export function localDaysBetween(from: number, to: number, timezone: string): LocalDay[] {
  const days: LocalDay[] = []
  for (let start = DateTime.fromMillis(from, { zone: timezone }); start.toMillis() <= to; ) {
    const next = start.startOf('day').plus({ days: 1 }).startOf('day')
    days.push({ date: start.toISODate()!, from: start.toMillis(), to: Math.min(next.toMillis(), to + 1) })
    start = next
  }
  return days
}

/** How many runs it may still make when those before `from` are made. */
function leftAt({ schedule, calendar, nextRunAt, left }: ComingSchedule, from: number): number {
  if (left === null) return Number.POSITIVE_INFINITY
  return left - countRuns(goingOn(schedule, nextRunAt), calendar, nextRunAt - 1, from - 1)
}

/** The first nominal time that has no row and is not before `from`. */
function firstOf({ schedule, calendar, nextRunAt }: ComingSchedule, from: number): number | undefined {
  return nextRunAt >= from ? nextRunAt : nextRun(schedule, calendar, from - 1)
}
