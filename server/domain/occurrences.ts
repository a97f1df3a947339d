import { DAY_MS, MINUTE_MS } from './calendar.ts'
import type { CronFields } from './cron-fields.ts'
import { nextMatchingDay } from './day-rules.ts'
import type { LocalDays, Segment } from './local-days.ts'
import { afterGap, instantsOf, localTime, OFFSET_MAX_MS } from './local-days.ts'

/** An expression in a zone under a DST policy. */
export interface Compiled {
  fields: CronFields
  /** Canonical name of the zone. */
  timezone: string
  zone: LocalDays
  /** Follow real time (all 24 hours named, or LITERAL) instead of running each named local time exactly once. */
  realTime: boolean
  /** The irregular date asked for last: a minute expression asks 1,440 times in a row. */
  memo: { day: number; runs: Run[] } | undefined
}

/** One run of an irregular date. */
export interface Run {
  at: number
  /** The named local time, counted as if it were UTC (ms). */
  named: number
  /** MOVED: the time lies in a gap. FIRST/SECOND: it happens twice. */
  kind: 'PLAIN' | 'MOVED' | 'FIRST' | 'SECOND'
}

/** The longest wait of a legal expression is 40 years (a fifth Monday in February across 2100). */
const HORIZON_DAYS = 50 * 366

/**
 * The smallest member of the expression's fixed set of instants that is greater than `after`; undefined when none within 50 years.
 * Depends on nothing but its arguments, so a restart never changes the answer.
 */
export function nextInstant(compiled: Compiled, after: number): number | undefined {
  // One date back: a time in a gap may have moved onto the next date (a skipped date moves by 24 h).
  const start = Math.floor((after - OFFSET_MAX_MS) / DAY_MS) - 1
  const { days } = compiled.fields
  const until = start + HORIZON_DAYS
  for (let day = nextMatchingDay(days, start, until); day !== undefined; day = nextMatchingDay(days, day + 1, until)) {
    const found = firstOfDay(compiled, day, after)
    if (found === undefined) continue
    if (typeof compiled.zone.read(day) === 'number' || nextMatchingDay(days, day + 1, day + 1) === undefined) return found
    // Only around a change of the clocks can the following date hold an earlier instant.
    return Math.min(found, firstOfDay(compiled, day + 1, after) ?? found)
  }
  return undefined
}

/** The members in (after, until], rising, at most `limit` of them: as nextInstant gives them, a plain date at once. */
export function instantsBetween(compiled: Compiled, after: number, until: number, limit: number): number[] {
  const { zone, fields } = compiled
  const found: number[] = []
  let at = limit > 0 ? nextInstant(compiled, after) : undefined
  while (at !== undefined && at <= until) {
    found.push(at)
    const local = localTime(zone, at)
    const day = Math.floor(local / DAY_MS)
    // No run of the date before can have moved into this one, and this one's are in order.
    if (typeof zone.read(day) === 'number' && typeof zone.read(day - 1) === 'number') {
      const midnight = at - (local - day * DAY_MS)
      for (let minute = fields.nextMinute[(at - midnight) / MINUTE_MS + 1]!; minute >= 0; minute = fields.nextMinute[minute + 1]!) {
        at = midnight + minute * MINUTE_MS
        if (at > until || found.length >= limit) return found
        found.push(at)
      }
    }
    at = found.length < limit ? nextInstant(compiled, at) : undefined
  }
  return found
}

/** The named local times behind an occurrence; several when the clocks made them fall together. */
export function runsAt(compiled: Compiled, at: number): Run[] {
  const { days, nextMinute } = compiled.fields
  const runs: Run[] = []
  const today = Math.floor(at / DAY_MS)
  // A named date is at most two away from the UTC date: an offset reaches one, a skipped date moves one more.
  for (let day = today - 2; day <= today + 1; day++) {
    if (nextMatchingDay(days, day, day) === undefined) continue
    const local = compiled.zone.read(day)
    if (typeof local !== 'number') {
      runs.push(...irregularRuns(compiled, day, local).filter((run) => run.at === at))
      continue
    }
    const minute = (at + local - day * DAY_MS) / MINUTE_MS
    if (minute >= 0 && minute < DAY_MS / MINUTE_MS && nextMinute[minute] === minute) runs.push({ at, named: at + local, kind: 'PLAIN' })
  }
  return runs
}

/** Every run of a local date on which the clocks change, by instant; equal instants appear once per named time. */
function irregularRuns(compiled: Compiled, day: number, segments: readonly Segment[]): Run[] {
  if (compiled.memo?.day === day) return compiled.memo.runs
  const { nextMinute } = compiled.fields
  const runs: Run[] = []
  for (let minute = nextMinute[0]!; minute >= 0; minute = nextMinute[minute + 1]!) {
    const named = day * DAY_MS + minute * MINUTE_MS
    const instants = instantsOf(segments, named)
    if (instants.length === 1) runs.push({ at: instants[0]!, named, kind: 'PLAIN' })
    else if (instants.length > 1) {
      runs.push({ at: instants[0]!, named, kind: 'FIRST' })
      if (compiled.realTime) for (const at of instants.slice(1)) runs.push({ at, named, kind: 'SECOND' })
    } else if (!compiled.realTime) runs.push({ at: afterGap(segments, named), named, kind: 'MOVED' })
  }
  runs.sort((a, b) => a.at - b.at)
  compiled.memo = { day, runs }
  return runs
}

function firstOfDay(compiled: Compiled, day: number, after: number): number | undefined {
  const local = compiled.zone.read(day)
  if (typeof local !== 'number') return irregularRuns(compiled, day, local).find((run) => run.at > after)?.at
  const midnight = day * DAY_MS - local
  const minutesGone = Math.floor((after - midnight) / MINUTE_MS) + 1
  if (minutesGone > 1439) return undefined
  const minute = compiled.fields.nextMinute[Math.max(0, minutesGone)]!
  return minute < 0 ? undefined : midnight + minute * MINUTE_MS
}
