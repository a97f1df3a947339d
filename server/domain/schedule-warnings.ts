import type { ActionSchedule } from './action-schedule.ts'
import { DAY_MS, MINUTE_MS } from './calendar.ts'
import { clockNote, spokenTime } from './clock-note.ts'
import { cronWarnings } from './cron-warnings.ts'
import { readEvery, typicalMs } from './every.ts'
import { localDays, localTime } from './local-days.ts'
import { originsOf } from './named-times.ts'
import type { Run } from './occurrences.ts'
import { type Calendar, nextRun, type RecurringSchedule, runsBetween } from './recurring.ts'
import { compile } from './schedule.ts'

/** How far ahead changes of the clocks are looked for: two of each kind. */
const CLOCKS_AHEAD_MS = 2 * 366 * DAY_MS

/** What a careful reader should know about a schedule at `now` (epoch ms), one sentence each. */
export function scheduleWarnings(schedule: ActionSchedule, calendar: Calendar | null, now: number): string[] {
  if (schedule.kind !== 'RECURRING') return []
  const { cronExpression, timezone, dstPolicy, startAt, spreadSeconds } = schedule
  const warnings = cronExpression === null ? [] : cronWarnings(compile({ cronExpression, timezone, dstPolicy }).fields.text)
  if (nextRun(schedule, calendar, now) === undefined) warnings.push(endOf(schedule, now))
  else if (startAt !== null && startAt < now) warnings.push('startAt lies in the past; runs before now are not made up for.')
  const gap = shortestGapMs(schedule)
  if (spreadSeconds * 1000 > gap) {
    warnings.push(
      `The spread of ${spreadSeconds} s is wider than the ${gap / 1000} s between two runs, so a run may start after the next time.`,
    )
  }
  return [...warnings, ...clockWarnings(schedule, calendar, now)]
}

/**
 * A sentence when the runs of a schedule take longer than the shortest time between two of them; null otherwise.
 * `p95Ms` is the duration that 95 % of its runs stay below.
 */
export function slowerThanInterval(p95Ms: number, schedule: ActionSchedule): string | null {
  if (schedule.kind !== 'RECURRING' || schedule.recurrence === 'ROLLING') return null
  const gap = shortestGapMs(schedule)
  if (p95Ms <= gap) return null
  return `Two runs may be only ${gap / 1000} s apart, but one in twenty takes more than ${Math.floor(p95Ms / 1000)} s; the overlap policy decides what becomes of the next.`
}

/** The shortest time between two nominal times, ms, changes of the clocks and calendars aside. */
function shortestGapMs({ cronExpression, every, timezone, dstPolicy }: RecurringSchedule): number {
  if (cronExpression === null) return typicalMs(readEvery(every!))
  const { nextMinute } = compile({ cronExpression, timezone, dstPolicy }).fields
  const first = nextMinute[0]!
  let [minute, gap] = [first, Number.POSITIVE_INFINITY]
  for (let next = nextMinute[minute + 1]!; next >= 0; next = nextMinute[minute + 1]!) {
    gap = Math.min(gap, next - minute)
    minute = next
  }
  return Math.min(gap, first + DAY_MS / MINUTE_MS - minute) * MINUTE_MS
}

function endOf(schedule: RecurringSchedule, now: number): string {
  const excluded = nextRun(schedule, null, now) !== undefined
  return excluded
    ? 'It never runs: the calendar excludes every day on which it would.'
    : 'It never runs again: no time is left before endAt.'
}

/** The first time that the clocks skip and the first that they repeat. */
function clockWarnings(schedule: RecurringSchedule, calendar: Calendar | null, now: number): string[] {
  const { cronExpression, timezone, recurrence } = schedule
  if (recurrence === 'ROLLING') return []
  if (cronExpression !== null && compile({ cronExpression, timezone, dstPolicy: 'ONCE' }).realTime) return []
  const zone = localDays(timezone)
  const once = { ...schedule, dstPolicy: 'ONCE' } as const
  const origin = originsOf(once, calendar)
  const found = new Map<Run['kind'], string>()
  for (const change of zone.changes(now, now + CLOCKS_AHEAD_MS)) {
    const shift = localTime(zone, change) - localTime(zone, change - 1000) - 1000
    const reach = Math.abs(shift)
    for (const at of runsBetween(once, calendar, change - reach - 1, change + reach, Number.MAX_SAFE_INTEGER)) {
      const { runs } = origin(at)
      const run = runs.find(({ kind }) => kind !== 'PLAIN')
      if (run && !found.has(run.kind)) found.set(run.kind, sentence(schedule, runs, run, new Date(localTime(zone, at)).toISOString()))
    }
    if (found.size === 2) break
  }
  return [...found.values()]
}

function sentence({ dstPolicy }: RecurringSchedule, runs: readonly Run[], run: Run, local: string): string {
  if (dstPolicy === 'ONCE') return clockNote(runs, false, local)!
  return run.kind === 'MOVED'
    ? `The clocks go forward and ${spokenTime(run.named)} does not exist; it does not run then.`
    : `The clocks go back and ${spokenTime(run.named)} happens twice; it runs both times.`
}
