import { shortDay, WEEKDAY_NAMES } from './weekdays.ts'

/** Dates as typed, one a line or with commas between; blank lines count for nothing. */
export function readDates(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))].sort()
}

/** The first thing in `text` that is no date of any calendar, in a sentence; undefined when all are. */
export function dateMistake(text: string): string | undefined {
  const wrong = readDates(text).find((date) => !isDate(date))
  return wrong === undefined ? undefined : `“${wrong}” is no date; write it as 2026-12-25.`
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  // 30 February would become 1 March.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** Days of a calendar in a few words: `Sat, Sun and 12 dates`. */
export function calendarWords({ weekdays, dates }: { weekdays: readonly number[]; dates: readonly string[] }): string {
  const days = [...weekdays].sort().map((day) => shortDay(WEEKDAY_NAMES[day - 1] ?? ''))
  const count = dates.length === 0 ? [] : [`${dates.length} ${dates.length === 1 ? 'date' : 'dates'}`]
  return [days.join(', '), ...count].filter(Boolean).join(' and ') || 'No day yet'
}
