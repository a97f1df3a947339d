import { IANAZone } from 'luxon'
import { DAY_MS, MINUTE_MS } from './calendar.ts'

/** A stretch of real time with one offset: `from` ≤ instant < `to` (epoch ms), `offset` ms east of UTC. */
export interface Segment {
  from: number
  to: number
  offset: number
}

/** A local date: its one offset, or the segments around it when the clocks change on it (or skip it). */
export type LocalDay = number | readonly Segment[]

/** Reads local dates of one zone. */
export interface LocalDays {
  /** `day` counts local dates from 1970-01-01. */
  read(day: number): LocalDay
  /** The instants in (from, until] at which the offset changes, rising; epoch ms. */
  changes(from: number, until: number): number[]
}

/** Offsets stay well inside ±16 h (the widest ever used is 15:56), so a local date lies within [day − 16 h, day + 40 h) of UTC. */
export const OFFSET_MAX_MS = 16 * 60 * MINUTE_MS

/** A zone looks at about three dates per action; a full map is simply started anew. */
const DAYS_KEPT = 1024

/** How far apart a zone is asked for its offset: since 1970 none changed it twice within six days. */
const PROBE_MS = 4 * DAY_MS

/** Zones are never dropped: there are about 420 canonical names. */
const zones = new Map<string, LocalDays>()

/** The local dates of a zone (canonical name), remembered, because asking Intl for an offset takes about 5 µs. */
export function localDays(zone: string): LocalDays {
  const known = zones.get(zone)
  if (known) return known
  const iana = IANAZone.create(zone)
  const offsetAt = (at: number) => iana.offset(at) * MINUTE_MS
  const probe = remember((index) => offsetAt(index * PROBE_MS))
  const changeAfter = remember((index) => findChange(index * PROBE_MS, (index + 1) * PROBE_MS, probe(index), offsetAt))
  const segmentsAround = (low: number, high: number): Segment[] => {
    let index = Math.floor(low / PROBE_MS)
    let offset = probe(index)
    let from = Number.NEGATIVE_INFINITY
    const segments: Segment[] = []
    for (; index * PROBE_MS < high; index++) {
      const next = probe(index + 1)
      if (next === offset) continue
      const to = changeAfter(index)
      segments.push({ from, to, offset })
      from = to
      offset = next
    }
    segments.push({ from, to: Number.POSITIVE_INFINITY, offset })
    return segments
  }
  const made: LocalDays = {
    read: remember((day) => localDay(day * DAY_MS, segmentsAround((day - 1) * DAY_MS, (day + 2) * DAY_MS))),
    changes: (from, until) =>
      segmentsAround(from, until)
        .map((segment) => segment.from)
        .filter((at) => at > from && at <= until),
  }
  zones.set(zone, made)
  return made
}

/** The same function with up to `DAYS_KEPT` answers kept. */
function remember<T>(ask: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>()
  return (index) => {
    const kept = known.get(index)
    if (kept !== undefined) return kept
    if (known.size >= DAYS_KEPT) known.clear()
    const answer = ask(index)
    known.set(index, answer)
    return answer
  }
}

/** The local time that a zone shows at an instant, counted as if it were UTC (ms). */
export function localTime(zone: LocalDays, at: number): number {
  const today = Math.floor(at / DAY_MS)
  for (const day of [today, today - 1, today + 1]) {
    const read = zone.read(day)
    const local = at + (typeof read === 'number' ? read : read.find((segment) => contains(segment, at))!.offset)
    if (Math.floor(local / DAY_MS) === day) return local
  }
  throw new RangeError(`No local date near ${at}.`)
}

/** The one instant of a local time (as if UTC, ms): the first of two in an overlap; in a gap, later by the gap's length. */
export function firstInstant(zone: LocalDays, named: number): number {
  const read = zone.read(Math.floor(named / DAY_MS))
  return typeof read === 'number' ? named - read : (instantsOf(read, named)[0] ?? afterGap(read, named))
}

/** The instants that show a local time, rising: none in a gap, two in an overlap. */
export const instantsOf = (segments: readonly Segment[], named: number): number[] =>
  segments.filter((segment) => contains(segment, named - segment.offset)).map((segment) => named - segment.offset)

/** Read with the offset before the gap, which moves the time forward by exactly the gap's length. */
export function afterGap(segments: readonly Segment[], named: number): number {
  const before = segments.findLast((segment) => named - segment.offset >= segment.to)!
  return named - before.offset
}

const contains = (segment: Segment, at: number): boolean => at >= segment.from && at < segment.to

function localDay(start: number, segments: readonly Segment[]): LocalDay {
  if (segments.length === 1) return segments[0]!.offset
  const touching = segments.filter((segment) => segment.from + segment.offset < start + DAY_MS && segment.to + segment.offset > start)
  const [only] = touching
  const whole = touching.length === 1 && only!.from + only!.offset <= start && only!.to + only!.offset >= start + DAY_MS
  return whole ? only!.offset : segments
}

/** The first instant in (low, high] at which the offset is no longer `before`, to the second. */
function findChange(low: number, high: number, before: number, offsetAt: (at: number) => number): number {
  let [same, changed] = [low, high]
  while (changed - same > 1000) {
    const middle = same + Math.floor((changed - same) / 2000) * 1000
    if (offsetAt(middle) === before) same = middle
    else changed = middle
  }
  return changed
}
