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
}

/** Offsets stay well inside ±16 h (the widest ever used is 15:56), so a local date lies within [day − 16 h, day + 40 h) of UTC. */
export const OFFSET_MAX_MS = 16 * 60 * MINUTE_MS

/** A zone looks at about three days per action; a full map is simply started anew. */
const DAYS_KEPT = 1024

/** Zones are never dropped: there are about 420 canonical names. */
const zones = new Map<string, LocalDays>()

/** The local dates of a zone (canonical name), remembered, because asking Intl for an offset takes about 5 µs. */
export function localDays(zone: string): LocalDays {
  const known = zones.get(zone)
  if (known) return known
  const iana = IANAZone.create(zone)
  const offsetAt = (at: number) => iana.offset(at) * MINUTE_MS
  const days = new Map<number, LocalDay>()
  const made = {
    read(day: number): LocalDay {
      const kept = days.get(day)
      if (kept !== undefined) return kept
      if (days.size >= DAYS_KEPT) days.clear()
      const value = readDay(day * DAY_MS, offsetAt)
      days.set(day, value)
      return value
    },
  }
  zones.set(zone, made)
  return made
}

/** Probes once a UTC day: since 1970 no zone changed its offset twice within six days. */
function readDay(start: number, offsetAt: (at: number) => number): LocalDay {
  const segments: Segment[] = []
  let offset = offsetAt(start - DAY_MS)
  let from = Number.NEGATIVE_INFINITY
  for (let probe = start; probe <= start + 2 * DAY_MS; probe += DAY_MS) {
    const next = offsetAt(probe)
    if (next === offset) continue
    const change = findChange(probe - DAY_MS, probe, offset, offsetAt)
    segments.push({ from, to: change, offset })
    from = change
    offset = next
  }
  segments.push({ from, to: Number.POSITIVE_INFINITY, offset })
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
