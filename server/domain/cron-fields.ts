import { parse } from 'node-cron'
import type { CronText } from './cron-grammar.ts'
import { readCronText } from './cron-grammar.ts'
import type { DayRules } from './day-rules.ts'
import { canEverMatch, dayRules } from './day-rules.ts'
import { DocketError } from './errors.ts'

/** A cron expression as sets, ready for searching. Knows nothing of zones. */
export interface CronFields {
  text: CronText
  /** [m] = the smallest named minute of the day that is ≥ m, or −1; m from 0 to 1,440. */
  nextMinute: Int16Array
  /** All 24 hours are named: the expression follows real time instead of naming local times. */
  everyHour: boolean
  days: DayRules
}

const MINUTES_PER_DAY = 1440

/**
 * Parses a five-field expression or nickname.
 * The grammar is ours and strict; the sets behind it come from node-cron's parser, which agrees with it on every form it accepts
 * but knows neither `a/n` (rewritten to `a-max/n` here) nor an impossible date beside a named weekday (so days and months go separately).
 * @throws DocketError INVALID_CRON; `at` is the input field to report.
 */
export function parseCronFields(expression: string, at: string): CronFields {
  const text = readCronText(expression, at)
  const dayOfWeek = openSteps(text.dayOfWeek, 7)
  const clock = parse(`${openSteps(text.minute, 59)} ${openSteps(text.hour, 23)} ${openSteps(text.dayOfMonth, 31)} * ${dayOfWeek}`)
  const { month } = parse(`0 0 * ${openSteps(text.month, 12)} *`)
  const days = dayRules(
    isUnrestricted(text.dayOfMonth) ? undefined : clock.dayOfMonth,
    isUnrestricted(text.dayOfWeek) ? undefined : clock.dayOfWeek,
    month,
  )
  if (!canEverMatch(days)) {
    throw new DocketError(
      'INVALID_CRON',
      'This expression never fires: no named month has such a day of month. Name a day that exists.',
      at,
    )
  }
  return { text, nextMinute: minuteTable(clock.hour, clock.minute), everyHour: new Set(clock.hour).size === 24, days }
}

/** The text with every `a/n` written as `a-max/n`, which says the same and which more programs understand. */
export const openSteps = (field: string, max: number): string => field.replace(/(^|,)(\w+)\/(?=\d)/g, `$1$2-${max}/`)

/** Only the texts `*` and `?` leave a day field open; `1-31` or a star with a step restricts it. */
export const isUnrestricted = (field: string): boolean => field === '*' || field === '?'

function minuteTable(hours: readonly number[], minutes: readonly number[]): Int16Array {
  const table = new Int16Array(MINUTES_PER_DAY + 1).fill(-1)
  for (const hour of hours) for (const minute of minutes) table[hour * 60 + minute] = hour * 60 + minute
  for (let minute = MINUTES_PER_DAY - 1; minute >= 0; minute--) if (table[minute]! < 0) table[minute] = table[minute + 1]!
  return table
}
