import type { ScheduleInput } from './action-input.ts'
import { DocketError } from './errors.ts'
import { type Calendar, nextRun, type RecurringSchedule } from './recurring.ts'
import { parseRecurring } from './recurring-input.ts'
import { parseScheduledAt, readInstant } from './scheduled-at.ts'
import { canonicalZone } from './zone.ts'

/** When an action runs; the kind of the action follows from it. Instants are epoch ms. */
export type ActionSchedule =
  | RecurringSchedule
  /** `scheduledAt` null: at once, by the database's clock. */
  | { kind: 'ONE_TIME'; scheduledAt: number | null; timezone: string | null }
  | { kind: 'ON_DEMAND' }

/**
 * Exactly one of `cronExpression`, `every` and `scheduledAt`, each with what belongs to it; nothing at all is ON_DEMAND.
 * `scheduledAt` may be a local time when `timezone` is given. `now` is epoch ms; `at` stands before the name of a field.
 * @throws DocketError INVALID_SCHEDULE, INVALID_CRON, INVALID_TIMEZONE; NOT_FOUND for a malformed `calendarId`
 */
export function parseSchedule(input: ScheduleInput | null | undefined, now: number, at = 'schedule'): ActionSchedule {
  if (input == null) return { kind: 'ON_DEMAND' }
  const field = (name: string) => (at ? `${at}.${name}` : name)
  onlyOne(input, field)
  if (input.scheduledAt == null) return parseRecurring(input, now, field)
  const timezone = parseShownZone(input, field)
  return { kind: 'ONE_TIME', scheduledAt: parseScheduledAt(input.scheduledAt, now, field('scheduledAt'), timezone), timezone }
}

/**
 * As parseSchedule, but what is as before stays as it was: a `scheduledAt` that may be past by now is not judged again, and an
 * interval of the same length, start and zone goes on counting from the same instant.
 */
export function editSchedule(input: ScheduleInput | null, before: ActionSchedule, now: number): ActionSchedule {
  if (input?.scheduledAt != null && before.kind === 'ONE_TIME') {
    const field = (name: string) => `schedule.${name}`
    onlyOne(input, field)
    const timezone = parseShownZone(input, field)
    if (readInstant(input.scheduledAt, field('scheduledAt'), timezone) === before.scheduledAt) return { ...before, timezone }
  }
  const after = parseSchedule(input, now)
  return after.kind === 'RECURRING' && before.kind === 'RECURRING' && countsOn(after, before)
    ? { ...after, anchorAt: before.anchorAt }
    : after
}

/** The first nominal time after `now`; null when the schedule has none or makes its one invocation at once. */
export const firstRun = (schedule: ActionSchedule, calendar: Calendar | null, now: number): number | null =>
  schedule.kind === 'RECURRING' ? (nextRun(schedule, calendar, now) ?? null) : null

/** Whether both say the same in every respect, the anchor of an interval included. */
export function sameSchedule(a: ActionSchedule, b: ActionSchedule): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof ActionSchedule>
  return [...names].every((name) => a[name] === b[name])
}

const KINDS = ['cronExpression', 'every', 'scheduledAt'] as const

function onlyOne(input: ScheduleInput, field: (name: string) => string): void {
  const [first, second] = KINDS.filter((name) => input[name] != null)
  if (first === undefined) {
    throw new DocketError(
      'INVALID_SCHEDULE',
      'A schedule needs cronExpression and timezone, or every, or scheduledAt.',
      field('cronExpression'),
    )
  }
  if (second !== undefined) {
    throw new DocketError('INVALID_SCHEDULE', `A schedule has either ${first} or ${second}, not both.`, field(second))
  }
}

const RECURRING_ONLY = ['recurrence', 'startAt', 'endAt', 'dstPolicy', 'spreadSeconds', 'calendarId', 'calendarRule'] as const

/** The zone of a one-time schedule, which takes nothing else beside its time. */
function parseShownZone(input: ScheduleInput, field: (name: string) => string): string | null {
  const stray = RECURRING_ONLY.find((name) => input[name] != null)
  if (stray) {
    throw new DocketError('INVALID_SCHEDULE', `${stray} is for a recurring schedule; scheduledAt names a single run.`, field(stray))
  }
  return input.timezone == null ? null : canonicalZone(input.timezone, field('timezone'))
}

function countsOn(a: RecurringSchedule, b: RecurringSchedule): boolean {
  return a.every !== null && a.every === b.every && a.recurrence === b.recurrence && a.startAt === b.startAt && a.timezone === b.timezone
}
