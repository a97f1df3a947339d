import { DateTime } from 'luxon'
import type { ActionSchedule } from './action-schedule.ts'
import { clockNote, isoDate } from './clock-note.ts'
import { describeSchedule } from './describe-schedule.ts'
import { localDays, localTime } from './local-days.ts'
import { type Origin, originsOf, runAt } from './named-times.ts'
import { type Calendar, type RecurringSchedule, runsBetween } from './recurring.ts'
import { compile } from './schedule.ts'
import { scheduleWarnings } from './schedule-warnings.ts'
import { parseWhole } from './text.ts'

/** One coming run. `at` and `effectiveAt` are epoch ms; `local` is ISO 8601 without an offset, `offset` like `+02:00`. */
export interface PreviewRun {
  at: number
  local: string
  offset: string
  /** When it starts: `at` and the spread of its action. */
  effectiveAt: number
  /** In words: how a change of the clocks or a calendar moved, merged or repeated this run. Null on every other day. */
  note: string | null
}

export interface SchedulePreview {
  runs: PreviewRun[]
  /** The schedule in words, with its zone. */
  description: string
  warnings: string[]
}

const PREVIEW_RUNS_MAX = 100

/**
 * What a schedule will do from `from` (epoch ms) on: `count` (1–100) runs, the schedule in words, and what a careful reader
 * should know. `spreadMs` is what `spreadOf` gives for the action.
 * @throws DocketError BAD_USER_INPUT on `count`
 */
export function previewSchedule(
  schedule: ActionSchedule,
  calendar: Calendar | null,
  from: number,
  count: number,
  spreadMs: number,
): SchedulePreview {
  return {
    runs: previewRuns(schedule, calendar, from, count, spreadMs),
    description: describeSchedule(schedule),
    warnings: scheduleWarnings(schedule, calendar, from),
  }
}

/**
 * The next `count` (1–100) runs after `from`, or the one run that is not before it; exactly what will fire, because it asks the
 * same function as the scheduler. A ROLLING schedule is shown as if its runs ended at once.
 * @throws DocketError BAD_USER_INPUT on `count`
 */
export function previewRuns(
  schedule: ActionSchedule,
  calendar: Calendar | null,
  from: number,
  count: number,
  spreadMs: number,
): PreviewRun[] {
  parseWhole(count, 'count', 1, PREVIEW_RUNS_MAX)
  if (schedule.kind === 'ON_DEMAND') return []
  if (schedule.kind === 'ONE_TIME') {
    const at = schedule.scheduledAt ?? from
    return at < from ? [] : [{ ...localRun(at, schedule.timezone ?? 'UTC', 0), note: onceNote(at, schedule.timezone ?? 'UTC') }]
  }
  const origin = originsOf(schedule, calendar)
  return runsBetween(schedule, calendar, from, Number.POSITIVE_INFINITY, count).map((at) => {
    const run = localRun(at, schedule.timezone, spreadMs)
    return { ...run, note: noteOf(schedule, origin(at), run.local) }
  })
}

function noteOf(schedule: RecurringSchedule, { runs, movedFrom, own }: Origin, local: string): string | null {
  const notes: string[] = []
  const dates = movedFrom.map((named) => `${WEEKDAY.format(named)} ${isoDate(named)}`).join(' and ')
  if (dates) notes.push(`${own ? 'Falls together with what was moved' : 'Moved'} from ${dates}, which the calendar excludes.`)
  const clocks = clockNote(runs, repeats(schedule), local)
  if (clocks) notes.push(clocks)
  return notes.length === 0 ? null : notes.join(' ')
}

const repeats = ({ cronExpression, timezone, dstPolicy }: RecurringSchedule): boolean =>
  cronExpression !== null && compile({ cronExpression, timezone, dstPolicy }).realTime

/** Says of a time that happens twice which of both it is. */
function onceNote(at: number, timezone: string): string | null {
  const zone = localDays(timezone)
  return clockNote([runAt(zone, localTime(zone, at), at)], true, '')
}

const WEEKDAY = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' })

function localRun(at: number, zone: string, spreadMs: number): PreviewRun {
  const time = DateTime.fromMillis(at, { zone, locale: 'en-US' })
  const local = time.toISO({ includeOffset: false, suppressMilliseconds: true })!
  return { at, local, offset: time.toFormat('ZZ'), effectiveAt: at + spreadMs, note: null }
}
