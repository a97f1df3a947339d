import type { ActionSchedule } from '../domain/action-schedule.ts'
import type { Calendar } from '../domain/recurring.ts'
import type { Action as ActionRow, Calendar as CalendarRow } from './generated/prisma/client.ts'

/** The schedule in a row that Prisma has read. The table's CHECK says which columns each kind has. */
export function scheduleOf(row: ActionRow): ActionSchedule {
  const { kind, timezone } = row
  if (kind === 'ONE_TIME') return { kind, scheduledAt: row.scheduledAt!.getTime(), timezone }
  if (kind === 'ON_DEMAND') return { kind }
  return {
    kind,
    cronExpression: row.cronExpression,
    every: row.every,
    recurrence: row.recurrence,
    anchorAt: row.anchorAt?.getTime() ?? null,
    timezone: timezone!,
    dstPolicy: row.dstPolicy,
    startAt: row.startAt?.getTime() ?? null,
    endAt: row.endAt?.getTime() ?? null,
    spreadSeconds: row.spreadSeconds,
    calendarId: row.calendarId,
    calendarRule: row.calendarRule,
  }
}

/** The days in a row that Prisma has read. */
export const calendarOf = ({ dates, weekdays }: Pick<CalendarRow, 'dates' | 'weekdays'>): Calendar => ({
  dates: new Set(dates.map(dayText)),
  weekdays: new Set(weekdays),
})

/** `YYYY-MM-DD` of a date, which Prisma gives as its midnight in UTC. */
export const dayText = (date: Date): string => date.toISOString().slice(0, 10)
