/** Milliseconds of one day, minute. Local time is counted as if it were UTC, so every local day has this length. */
export const DAY_MS = 86_400_000
export const MINUTE_MS = 60_000

/** Days from 1970-01-01 to the first of the month (`month` 1–12) in the Gregorian calendar. */
export const firstOfMonth = (year: number, month: number): number => Date.UTC(year, month - 1, 1) / DAY_MS

/** 28 to 31. */
export const monthLength = (year: number, month: number): number => firstOfMonth(year, month + 1) - firstOfMonth(year, month)

/** 0 = Sunday. 1970-01-01 was a Thursday. */
export const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7

/** Year, month (1–12) and day of month of a day number. */
export function civilDate(day: number): { year: number; month: number; dayOfMonth: number } {
  const date = new Date(day * DAY_MS)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() }
}
