import { DateTime } from 'luxon'
import { DocketError } from './errors.ts'
import { parseText } from './text.ts'

export interface CreateCalendarInput {
  name: string
  /** `YYYY-MM-DD`. */
  dates?: readonly string[] | null
  /** ISO weekdays, 1 = Monday to 7 = Sunday. */
  weekdays?: readonly number[] | null
}

/** An absent field stays as it is; null empties `dates` and `weekdays`. */
export interface UpdateCalendarInput {
  name?: string | null
  dates?: readonly string[] | null
  weekdays?: readonly number[] | null
}

/** Days without runs, under a name; both lists rise and hold nothing twice. */
export interface CalendarSpec {
  name: string
  dates: string[]
  weekdays: number[]
}

const NAME_CHARACTERS = 200
/** Some 20 years of holidays and closing days. */
const DATES_MAX = 1_000
const YEAR_MAX = 9999

/** @throws DocketError BAD_USER_INPUT on `name`, `dates` or `weekdays` */
export const parseCreateCalendar = (input: CreateCalendarInput): CalendarSpec => ({
  name: parseText(input.name, 'name', NAME_CHARACTERS),
  dates: parseDates(input.dates ?? []),
  weekdays: parseWeekdays(input.weekdays ?? []),
})

/** The calendar `before` with the edits of `input`. @throws DocketError BAD_USER_INPUT on `name`, `dates` or `weekdays` */
export function parseUpdateCalendar(input: UpdateCalendarInput, before: CalendarSpec): CalendarSpec {
  if (input.name === null) throw new DocketError('BAD_USER_INPUT', 'A calendar cannot be without a name.', 'name')
  return {
    name: input.name === undefined ? before.name : parseText(input.name, 'name', NAME_CHARACTERS),
    dates: input.dates === undefined ? before.dates : parseDates(input.dates ?? []),
    weekdays: input.weekdays === undefined ? before.weekdays : parseWeekdays(input.weekdays ?? []),
  }
}

function parseDates(dates: readonly string[]): string[] {
  if (dates.length > DATES_MAX) throw new DocketError('BAD_USER_INPUT', `At most ${DATES_MAX} dates are allowed.`, 'dates')
  const wrong = dates.findIndex((date) => !isDate(date))
  if (wrong >= 0) {
    throw new DocketError(
      'BAD_USER_INPUT',
      'Each date must be an existing day written as YYYY-MM-DD, such as "2030-12-24".',
      `dates[${wrong}]`,
    )
  }
  return [...new Set(dates)].sort()
}

function isDate(text: string): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const date = DateTime.fromISO(text, { zone: 'utc' })
  return date.isValid && date.year >= 1970 && date.year <= YEAR_MAX
}

function parseWeekdays(weekdays: readonly number[]): number[] {
  const wrong = weekdays.findIndex((day) => !(Number.isInteger(day) && day >= 1 && day <= 7))
  if (wrong >= 0) {
    throw new DocketError('BAD_USER_INPUT', 'A weekday is a number from 1 (Monday) to 7 (Sunday).', `weekdays[${wrong}]`)
  }
  const unique = [...new Set(weekdays)].sort()
  if (unique.length === 7) {
    throw new DocketError('BAD_USER_INPUT', 'A calendar must leave out at least one weekday, or nothing would ever run.', 'weekdays')
  }
  return unique
}
