import { DAY_MS } from './calendar.ts'
import { firstInstant, type LocalDays, localTime } from './local-days.ts'
import type { Calendar } from './recurring.ts'

/** The smallest instant of a fixed set that is greater than `after`; undefined when there is none. */
export type Next = (after: number) => number | undefined

/** The most occurrences that are passed over beside one per date; weekdays alone cannot hold up a schedule for longer, unless for ever. */
const PASSED_OVER = 400

/** The occurrences of `next` whose local date the calendar does not exclude. */
export function skipping(next: Next, calendar: Calendar, zone: LocalDays): Next {
  const days = excludedDays(calendar)
  if (days.all) return () => undefined
  return (after) => {
    let at = next(after)
    for (let passed = 0; at !== undefined && passed <= PASSED_OVER + calendar.dates.size; passed++) {
      const day = localDate(zone, at)
      if (!days.has(day)) return at
      at = next(Math.max(at, firstInstant(zone, days.openFrom(day) * DAY_MS) - 1))
    }
    return undefined
  }
}

/**
 * As `skipping`, but what falls on an excluded date moves to the same local time of the next date that is not. Moved runs come
 * between and together with the others of that date, so the search starts at the excluded dates before it.
 */
export function movingOn(next: Next, calendar: Calendar, zone: LocalDays): Next {
  const days = excludedDays(calendar)
  if (days.all) return () => undefined
  const movesOf = rememberMoves(next, calendar, zone)
  const startOf = (day: number) => firstInstant(zone, day * DAY_MS)
  const regular = (day: number) => typeof zone.read(day) === 'number'
  /** Where the first occurrence of an excluded date lands that lands after `after`. */
  const landing = (on: number, after: number): number | undefined => {
    const open = days.openFrom(on)
    if (!regular(on) || !regular(open)) return movesOf(on).find((move) => move.to > after)?.to
    // On plain dates moving keeps the order.
    const time = Math.max(-1, localTime(zone, after) - open * DAY_MS)
    const at = time < DAY_MS ? next(startOf(on) + time) : undefined
    return at !== undefined && localDate(zone, at) === on ? movedTo(zone, at, on, open) : undefined
  }
  return (after) => {
    const today = localDate(zone, after)
    // Where clocks change, a run may have landed on the date after the one it moved to.
    let day = regular(today) && regular(today - 1) ? today : today - 1
    while (days.has(day - 1)) day--
    let best: number | undefined
    let at = next(day === today && !days.has(today) ? after : startOf(day) - 1)
    while (at !== undefined && (best === undefined || at < best)) {
      const on = localDate(zone, at)
      const found = days.has(on) ? landing(on, after) : at > after ? at : undefined
      if (found !== undefined) best = best === undefined ? found : Math.min(best, found)
      at = next(Math.max(at, days.has(on) ? startOf(on + 1) - 1 : after))
    }
    return best
  }
}

/** An occurrence on an excluded date, and the instant it was moved to. */
export interface Move {
  from: number
  to: number
}

/** Answers which occurrences of `next` a calendar moves to an instant, rising. */
export function movesTo(next: Next, calendar: Calendar, zone: LocalDays): (at: number) => Move[] {
  const days = excludedDays(calendar)
  const movesOf = rememberMoves(next, calendar, zone)
  return (at) => {
    const found: Move[] = []
    const today = localDate(zone, at)
    for (let day = today - 1; !days.all && (day >= today - 2 || days.has(day)); day--) {
      if (days.has(day)) found.unshift(...movesOf(day).filter(({ to }) => to === at))
    }
    return found
  }
}

/** All moves of one excluded date, by where they land. Remembered, because a date is asked for once per run of a later one. */
function rememberMoves(next: Next, calendar: Calendar, zone: LocalDays): (on: number) => Move[] {
  const known = new Map<number, Move[]>()
  return (on) => {
    const kept = known.get(on)
    if (kept) return kept
    const open = excludedDays(calendar).openFrom(on)
    const moves: Move[] = []
    // The clocks may go back over midnight, which brings the date back after the next one has begun.
    const end = firstInstant(zone, (on + 1) * DAY_MS) + DAY_MS
    for (let from = next(firstInstant(zone, on * DAY_MS) - 1); from !== undefined && from < end; from = next(from)) {
      if (localDate(zone, from) === on) moves.push({ from, to: movedTo(zone, from, on, open) })
    }
    moves.sort((a, b) => a.to - b.to)
    known.set(on, moves)
    return moves
  }
}

/** The local date of an instant, counted from 1970-01-01. */
const localDate = (zone: LocalDays, at: number): number => Math.floor(localTime(zone, at) / DAY_MS)

function movedTo(zone: LocalDays, at: number, on: number, open: number): number {
  return on === open ? at : firstInstant(zone, localTime(zone, at) + (open - on) * DAY_MS)
}

export interface ExcludedDays {
  /** Every weekday is excluded, so nothing ever runs. */
  all: boolean
  has(day: number): boolean
  /** The first date from `day` on that is not excluded. */
  openFrom(day: number): number
}

/** A calendar is read once however many occurrences are asked for. */
const read = new WeakMap<Calendar, ExcludedDays>()

export function excludedDays(calendar: Calendar): ExcludedDays {
  const known = read.get(calendar)
  if (known) return known
  const dates = new Set([...calendar.dates].map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS))
  // 1970-01-01 was a Thursday, the fourth day of its week.
  const weekdays = Array.from({ length: 7 }, (_, index) => calendar.weekdays.has(((index + 3) % 7) + 1))
  const has = (day: number) => weekdays[((day % 7) + 7) % 7]! || dates.has(day)
  const made: ExcludedDays = {
    all: weekdays.every(Boolean),
    has,
    openFrom(day) {
      let open = day
      while (has(open)) open++
      return open
    },
  }
  read.set(calendar, made)
  return made
}
