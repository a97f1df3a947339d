import { DateTime } from 'luxon'
import { clockNote } from './clock-note.ts'
import { cronWarnings, describeCronText } from './describe-schedule.ts'
import { DocketError } from './errors.ts'
import type { CronSchedule } from './schedule.ts'
import { canonicalZone, compile, occurrencesBetween } from './schedule.ts'

/** One coming run. `at` and `effectiveAt` are epoch ms; `local` is ISO 8601 without an offset, `offset` like `+02:00`. */
export interface PreviewRun {
  at: number
  local: string
  offset: string
  effectiveAt: number
  /** In words: the change of the clocks moved, merged or repeated this run. Null on every other day. */
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
 * The next `count` (1–100) runs strictly after `from`; exactly what will fire, because it asks the same function as the scheduler.
 * @throws DocketError as parseCronSchedule does, and BAD_USER_INPUT on `count`.
 */
export function previewCron(schedule: CronSchedule, from: number, count: number): SchedulePreview {
  if (!Number.isInteger(count) || count < 1 || count > PREVIEW_RUNS_MAX) {
    throw new DocketError('BAD_USER_INPUT', `count must be a whole number from 1 to ${PREVIEW_RUNS_MAX}.`, 'count')
  }
  const compiled = compile(schedule)
  const runs = occurrencesBetween(schedule, from, Number.POSITIVE_INFINITY, count).map((at) => {
    const run = localRun(at, compiled.timezone)
    return { ...run, note: clockNote(compiled, at, run.local) }
  })
  return { runs, description: describeCron(schedule), warnings: cronWarnings(compiled.fields.text) }
}

/** The single run of a one-time schedule, in UTC unless a zone is named. @throws DocketError INVALID_TIMEZONE. */
export function previewOnce(scheduledAt: number, timezone: string | undefined): SchedulePreview {
  const zone = canonicalZone(timezone ?? 'UTC', 'schedule.timezone')
  const run = localRun(scheduledAt, zone)
  return { runs: [run], description: `Once, on ${run.local.slice(0, 19).replace('T', ' at ')}, ${zone}`, warnings: [] }
}

/** A schedule in words with its zone, e.g. `At 02:30, Europe/Berlin`. @throws DocketError as parseCronSchedule does. */
export function describeCron(schedule: CronSchedule): string {
  const { fields, timezone } = compile(schedule)
  return `${describeCronText(fields.text)}, ${timezone}`
}

function localRun(at: number, zone: string): PreviewRun {
  const time = DateTime.fromMillis(at, { zone, locale: 'en-US' })
  const local = time.toISO({ includeOffset: false, suppressMilliseconds: true })!
  return { at, local, offset: time.toFormat('ZZ'), effectiveAt: at, note: null }
}
