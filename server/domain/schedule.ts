import { parseCronFields } from './cron-fields.ts'
import { DocketError } from './errors.ts'
import { localDays } from './local-days.ts'
import type { Compiled } from './occurrences.ts'
import { nextInstant } from './occurrences.ts'
import { canonicalZone } from './zone.ts'

export { parseScheduledAt } from './scheduled-at.ts'
export { canonicalZone } from './zone.ts'

/** A recurring schedule. Instants are epoch milliseconds. */
export interface CronSchedule {
  cronExpression: string
  timezone: string
  /** ONCE (default): each named local time runs once per date. LITERAL: a gap is skipped, an overlap runs twice. */
  dstPolicy?: 'ONCE' | 'LITERAL'
  /** First and last instant that may run, both inclusive. */
  startAt?: number | null
  endAt?: number | null
}

/** Compiled schedules take about 4 kB each; the oldest unused one makes room. */
const COMPILED_KEPT = 2000
const compiledSchedules = new Map<string, Compiled>()

/**
 * Validates a schedule and gives its canonical form: single blanks in the expression, the IANA spelling of the zone, the default policy.
 * @throws DocketError INVALID_CRON, INVALID_TIMEZONE or INVALID_SCHEDULE (window), with `at` before the field's name.
 */
export function parseCronSchedule(input: CronSchedule, at = 'schedule'): CronSchedule {
  const { text } = parseCronFields(input.cronExpression, `${at}.cronExpression`)
  const timezone = canonicalZone(input.timezone, `${at}.timezone`)
  const { dstPolicy = 'ONCE', startAt, endAt } = input
  if (dstPolicy !== 'ONCE' && dstPolicy !== 'LITERAL') {
    throw new DocketError('INVALID_SCHEDULE', 'dstPolicy is ONCE or LITERAL.', `${at}.dstPolicy`)
  }
  if (startAt != null && endAt != null && endAt < startAt) {
    throw new DocketError('INVALID_SCHEDULE', 'endAt must not lie before startAt.', `${at}.endAt`)
  }
  return { cronExpression: text.expression, timezone, dstPolicy, startAt: startAt ?? null, endAt: endAt ?? null }
}

/**
 * The smallest occurrence strictly after `after` (epoch ms) inside the window.
 * Undefined when there is none: after `endAt`, or none within 50 years, longer than any legal expression waits.
 */
export function nextOccurrence(schedule: CronSchedule, after: number): number | undefined {
  const next = nextInstant(compile(schedule), Math.max(after, (schedule.startAt ?? Number.NEGATIVE_INFINITY) - 1))
  return next === undefined || next > (schedule.endAt ?? Number.POSITIVE_INFINITY) ? undefined : next
}

/** The occurrences in (after, until], rising, at most `limit` of them. */
export function occurrencesBetween(schedule: CronSchedule, after: number, until: number, limit: number): number[] {
  const compiled = compile(schedule)
  const last = Math.min(until, schedule.endAt ?? until)
  const found: number[] = []
  let from = Math.max(after, (schedule.startAt ?? after + 1) - 1)
  while (found.length < limit) {
    const next = nextInstant(compiled, from)
    if (next === undefined || next > last) break
    found.push(next)
    from = next
  }
  return found
}

/** The searchable form of a schedule, remembered by expression, zone and policy. Throws as parseCronSchedule does. */
export function compile(schedule: CronSchedule): Compiled {
  const key = `${schedule.cronExpression}\0${schedule.timezone}\0${schedule.dstPolicy}`
  const known = compiledSchedules.get(key)
  if (known) {
    compiledSchedules.delete(key)
    compiledSchedules.set(key, known)
    return known
  }
  const fields = parseCronFields(schedule.cronExpression, 'schedule.cronExpression')
  const timezone = canonicalZone(schedule.timezone, 'schedule.timezone')
  const made: Compiled = {
    fields,
    timezone,
    zone: localDays(timezone),
    realTime: fields.everyHour || schedule.dstPolicy === 'LITERAL',
    memo: undefined,
  }
  if (compiledSchedules.size >= COMPILED_KEPT) compiledSchedules.delete(compiledSchedules.keys().next().value!)
  compiledSchedules.set(key, made)
  return made
}
