import type { RecurringSchedule } from '../server/domain/recurring.ts'

const PLAIN: RecurringSchedule = {
  kind: 'RECURRING',
  cronExpression: null,
  every: null,
  recurrence: null,
  anchorAt: null,
  timezone: 'UTC',
  dstPolicy: 'ONCE',
  startAt: null,
  endAt: null,
  spreadSeconds: 0,
  calendarId: null,
  calendarRule: null,
}

/** A cron schedule, in UTC unless said otherwise, without limits. */
export const cronRule = (cronExpression: string, timezone = 'UTC', more: Partial<RecurringSchedule> = {}): RecurringSchedule => ({
  ...PLAIN,
  cronExpression,
  timezone,
  ...more,
})

/** A FIXED interval that counts from `anchor` (RFC 3339 or epoch ms), in UTC unless said otherwise. */
export const intervalRule = (every: string, anchor: string | number, more: Partial<RecurringSchedule> = {}): RecurringSchedule => ({
  ...PLAIN,
  every,
  recurrence: 'FIXED',
  anchorAt: new Date(anchor).getTime(),
  ...more,
})
