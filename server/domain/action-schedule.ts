import type { ScheduleInput } from './action-input.ts'
import { DocketError } from './errors.ts'
import { type Calendar, nextRun, type RecurringSchedule } from './recurring.ts'
import { canonicalZone, parseCronSchedule, parseScheduledAt } from './schedule.ts'

/** When an action runs; the kind of the action follows from it. Instants are epoch ms. */
export type ActionSchedule =
  | RecurringSchedule
  /** `scheduledAt` null: at once, by the database's clock. */
  | { kind: 'ONE_TIME'; scheduledAt: number | null; timezone: string | null }
  | { kind: 'ON_DEMAND' }

/**
 * `cronExpression` and `timezone`, or `scheduledAt` (its `timezone` is for showing it only); nothing at all is ON_DEMAND.
 * @throws DocketError INVALID_SCHEDULE, INVALID_CRON, INVALID_TIMEZONE
 */
export function parseSchedule(input: ScheduleInput | null | undefined, now: number, at = 'schedule'): ActionSchedule {
  const field = (name: string) => (at ? `${at}.${name}` : name)
  if (input == null) return { kind: 'ON_DEMAND' }
  const refuse = (sentence: string, where: string) => new DocketError('INVALID_SCHEDULE', sentence, where)
  const { cronExpression, timezone, scheduledAt } = input
  if (cronExpression != null && scheduledAt != null) throw refuse('A schedule has either a cronExpression or a scheduledAt, not both.', at)
  if (scheduledAt != null) {
    const zone = timezone == null ? null : canonicalZone(timezone, field('timezone'))
    return { kind: 'ONE_TIME', scheduledAt: parseScheduledAt(scheduledAt, now, field('scheduledAt')), timezone: zone }
  }
  if (cronExpression == null) throw refuse('A schedule needs cronExpression and timezone, or scheduledAt.', field('cronExpression'))
  if (timezone == null) throw refuse('A cronExpression needs the timezone it is meant in, such as "Europe/Berlin".', field('timezone'))
  const cron = parseCronSchedule({ cronExpression, timezone }, at)
  return {
    kind: 'RECURRING',
    cronExpression: cron.cronExpression,
    every: null,
    recurrence: null,
    anchorAt: null,
    timezone: cron.timezone,
    dstPolicy: 'ONCE',
    startAt: null,
    endAt: null,
    spreadSeconds: 0,
    calendarId: null,
    calendarRule: null,
  }
}

/** As parseSchedule, but a `scheduledAt` equal to the present one is kept without being judged again: it may be past by now. */
export function editSchedule(input: ScheduleInput | null, before: ActionSchedule, now: number): ActionSchedule {
  const { cronExpression, scheduledAt } = input ?? {}
  const unmoved =
    before.kind === 'ONE_TIME' && cronExpression == null && scheduledAt != null && new Date(scheduledAt).getTime() === before.scheduledAt
  if (!unmoved) return parseSchedule(input, now)
  const timezone = input?.timezone == null ? null : canonicalZone(input.timezone, 'schedule.timezone')
  return { ...before, timezone }
}

/** The first nominal time after `now`; null when the schedule has none or makes its one invocation at once. */
export const firstRun = (schedule: ActionSchedule, calendar: Calendar | null, now: number): number | null =>
  schedule.kind === 'RECURRING' ? (nextRun(schedule, calendar, now) ?? null) : null

export function sameSchedule(a: ActionSchedule, b: ActionSchedule): boolean {
  if (a.kind === 'RECURRING' && b.kind === 'RECURRING') return a.cronExpression === b.cronExpression && a.timezone === b.timezone
  if (a.kind === 'ONE_TIME' && b.kind === 'ONE_TIME') return a.scheduledAt === b.scheduledAt && a.timezone === b.timezone
  return a.kind === b.kind
}
