import { civilDate, firstOfMonth, monthLength, weekday } from './calendar.ts'

/**
 * Which dates an expression names.
 * A date's fate depends only on its month, that month's length and the weekday of its first, so 28 bit masks hold every answer
 * and a search over 40 years is 480 look-ups.
 */
export interface DayRules {
  /** Bit m set: month m (1–12) is named. */
  months: number
  /** Bit d−1 set: day d matches; indexed by maskIndex(). */
  masks: Int32Array
}

/** The named days as parsed: numbers, and the special forms `L`, `L-n`, `nW`, `LW` / `nL`, `n#k`. Undefined = unrestricted. */
export type NamedDays = readonly (number | string)[] | undefined

/** Both restricted: a date matches when either field does (POSIX). */
export function dayRules(daysOfMonth: NamedDays, daysOfWeek: NamedDays, months: readonly number[]): DayRules {
  const masks = new Int32Array(28)
  for (let length = 28; length <= 31; length++) {
    for (let first = 0; first < 7; first++) {
      let mask = daysOfMonth || daysOfWeek ? 0 : ~(-1 << (length - 1)) | (1 << (length - 1))
      for (const day of daysOfMonth ?? []) mask |= monthDay(day, length, first)
      for (const day of daysOfWeek ?? []) mask |= weekDays(day, length, first)
      masks[maskIndex(length, first)] = mask
    }
  }
  return { months: months.reduce((bits, month) => bits | (1 << month), 0), masks }
}

/** The first matching day number in [from, until], or undefined. */
export function nextMatchingDay(rules: DayRules, from: number, until: number): number | undefined {
  let { year, month, dayOfMonth } = civilDate(from)
  let first = from - dayOfMonth + 1
  while (first <= until) {
    if ((rules.months >> month) & 1) {
      const rest = rules.masks[maskIndex(monthLength(year, month), weekday(first))]! >>> (dayOfMonth - 1)
      if (rest !== 0) {
        const day = first + dayOfMonth - 1 + trailingZeros(rest)
        return day <= until ? day : undefined
      }
    }
    dayOfMonth = 1
    month = month === 12 ? 1 : month + 1
    if (month === 1) year++
    first = firstOfMonth(year, month)
  }
  return undefined
}

/** Whether any date matches. Each month meets every first weekday, and February both lengths, within 40 years. */
export function canEverMatch(rules: DayRules): boolean {
  for (let month = 1; month <= 12; month++) {
    if (!((rules.months >> month) & 1)) continue
    const lengths = month === 2 ? [28, 29] : [monthLength(2001, month)]
    for (const length of lengths) {
      for (let first = 0; first < 7; first++) if (rules.masks[maskIndex(length, first)] !== 0) return true
    }
  }
  return false
}

const maskIndex = (length: number, firstWeekday: number): number => (length - 28) * 7 + firstWeekday

const bit = (day: number, length: number): number => (day >= 1 && day <= length ? 1 << (day - 1) : 0)

const trailingZeros = (bits: number): number => 31 - Math.clz32(bits & -bits)

function monthDay(day: number | string, length: number, first: number): number {
  if (typeof day === 'number') return bit(day, length)
  if (day === 'L') return bit(length, length)
  if (day.startsWith('L-')) return bit(length - Number(day.slice(2)), length)
  const target = day === 'LW' ? length : Number(day.slice(0, -1))
  return target > length ? 0 : bit(nearestWeekday(target, length, first), length)
}

/** Monday to Friday nearest to the day, never leaving its month. */
function nearestWeekday(day: number, length: number, first: number): number {
  const onWeekday = (first + day - 1) % 7
  if (onWeekday === 6) return day === 1 ? day + 2 : day - 1
  if (onWeekday === 0) return day === length ? day - 2 : day + 1
  return day
}

function weekDays(named: number | string, length: number, first: number): number {
  const text = String(named)
  const firstHit = ((Number(text[0]) - first + 7) % 7) + 1
  if (text.endsWith('L')) return bit(firstHit + 7 * Math.floor((length - firstHit) / 7), length)
  if (text.includes('#')) return bit(firstHit + 7 * (Number(text[2]) - 1), length)
  let mask = 0
  for (let day = firstHit; day <= length; day += 7) mask |= bit(day, length)
  return mask
}
