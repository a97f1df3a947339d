import type { Calendar, Rule } from '../domain/recurring.ts'
import { readCalendars } from './calendars.ts'
import type { Sql } from './database.ts'

/** What a row of a RECURRING action says about its times. Instants are epoch ms. */
export interface ScheduleRow {
  actionId: string
  projectId: string
  /** When someone edited it last, as a key: a schedule that could not be worked out may have been mended since. */
  updatedAt: string
  rule: Rule
  calendar: Calendar | null
  nextRunAt: number | null
}

/** Columns of `actions a` that `toScheduleRows` reads, for a select with rowMode `array`. */
export const SCHEDULE_COLUMNS = `a.id, a.project_id, a.updated_at::text, date_part('epoch', a.next_run_at) * 1000,
  a.cron_expression, a.every, a.recurrence, date_part('epoch', a.anchor_at) * 1000, a.timezone, a.dst_policy,
  date_part('epoch', a.start_at) * 1000, date_part('epoch', a.end_at) * 1000, a.calendar_id, a.calendar_rule`

export type ScheduleColumns = [
  id: string,
  projectId: string,
  updatedAt: string,
  nextRunAt: number | null,
  cronExpression: string | null,
  every: string | null,
  recurrence: Rule['recurrence'],
  anchorAt: number | null,
  timezone: string,
  dstPolicy: Rule['dstPolicy'],
  startAt: number | null,
  endAt: number | null,
  calendarId: string | null,
  calendarRule: Rule['calendarRule'],
]

const CALENDAR_ID = 12
/** How many columns those are: what else a statement selects comes behind them. */
export const SCHEDULE_COLUMN_COUNT = 14

/** Schedules to pass over, unless they were edited since. */
export type PassedOver = readonly Pick<ScheduleRow, 'actionId' | 'updatedAt'>[]

/** SQL: `actions a` is none of those whose ids and times of their last edit are parameters `first` and the one after it. */
export const notPassedOver = (first: number): string => `($${first}::uuid[] = '{}' or not exists (
    select from unnest($${first}::uuid[], $${first + 1}::timestamptz[]) b (id, updated_at) where b.id = a.id and b.updated_at = a.updated_at))`

export const passedOverValues = (except: PassedOver): [string[], string[]] => [
  except.map(({ actionId }) => actionId),
  except.map(({ updatedAt }) => updatedAt),
]

/** Brings the calendars that the rows name; each is read once, whatever the number of its actions. */
export async function toScheduleRows(sql: Sql, rows: readonly (readonly [...ScheduleColumns, ...unknown[]])[]): Promise<ScheduleRow[]> {
  const calendars = await readCalendars(sql, [...new Set(rows.flatMap((row) => row[CALENDAR_ID] ?? []))])
  return rows.map((row) => {
    const [actionId, projectId, updatedAt, nextRunAt, cronExpression, every, recurrence, anchorAt] = row
    const [, , , , , , , , timezone, dstPolicy, startAt, endAt, calendarId, calendarRule] = row
    return {
      actionId,
      projectId,
      updatedAt,
      nextRunAt: whole(nextRunAt),
      calendar: (calendarId && calendars.get(calendarId)) || null,
      rule: {
        cronExpression,
        every,
        recurrence,
        anchorAt: whole(anchorAt),
        timezone,
        dstPolicy,
        startAt: whole(startAt),
        endAt: whole(endAt),
        calendarRule,
      },
    }
  })
}

/** Seconds as PostgreSQL's floats give milliseconds with an error in the last digits. */
const whole = (ms: number | null): number | null => (ms === null ? null : Math.round(ms))
