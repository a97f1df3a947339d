import { civilDate, DAY_MS, monthLength } from './calendar.ts'
import { type Every, typicalMs } from './every.ts'
import { firstInstant, type LocalDays, localTime } from './local-days.ts'

/** The instants `anchor + k · every`, k ≥ `first`. */
export interface Interval {
  every: Every
  zone: LocalDays
  /** Epoch ms. */
  anchor: number
  /** 0: the anchor itself is a run. */
  first: 0 | 1
}

/** The smallest member greater than `after` (epoch ms). */
export function nextMember(interval: Interval, after: number): number {
  let k = firstIndexAfter(interval, after)
  // A date that a zone skipped shares its instant with the next one.
  while (memberAt(interval, k) <= after) k++
  return memberAt(interval, k)
}

/** The local times (as if UTC, ms) that members at this instant were meant for; empty for none and for a plain length of real time. */
export function wallTimesOf(interval: Interval, at: number): number[] {
  const { months, days, ms } = interval.every
  if ((months === 0 && days === 0) || ms !== 0) return []
  const named: number[] = []
  for (let k = Math.max(1, firstIndexAfter(interval, at - 1)); memberAt(interval, k) <= at; k++) named.push(wallTime(interval, k))
  return named
}

/** An index at or before the first member greater than `after`, and not before `first`. */
function firstIndexAfter(interval: Interval, after: number): number {
  const { anchor, every, first } = interval
  let k = Math.max(first, Math.floor((after - anchor) / typicalMs(every)) + 1)
  while (k > first && memberAt(interval, k - 1) > after) k--
  return k
}

function memberAt(interval: Interval, k: number): number {
  const { every, zone, anchor } = interval
  if (k === 0) return anchor
  const real = anchor + k * every.ms
  return every.months === 0 && every.days === 0 ? real : firstInstant(zone, wallTime(interval, k)) + k * every.ms
}

/** Always counted from the anchor, so that the 31st comes back after a shorter month. */
function wallTime({ every, zone, anchor }: Interval, k: number): number {
  const local = localTime(zone, anchor)
  const day = Math.floor(local / DAY_MS)
  return dayAfter(day, k * every.months, k * every.days) * DAY_MS + (local - day * DAY_MS)
}

/** A day number some months and then days later; a day of month that does not exist becomes the last one. */
function dayAfter(day: number, months: number, days: number): number {
  if (months === 0) return day + days
  const { year, month, dayOfMonth } = civilDate(day)
  const count = year * 12 + month - 1 + months
  const [toYear, toMonth] = [Math.floor(count / 12), (count % 12) + 1]
  return Date.UTC(toYear, toMonth - 1, Math.min(dayOfMonth, monthLength(toYear, toMonth))) / DAY_MS + days
}
