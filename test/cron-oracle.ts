import { DateTime } from 'luxon'

/** What an expression means, given as predicates so that the oracle shares no parser with the code under test. */
export interface CronMeaning {
  minutes: ReadonlySet<number>
  hours: ReadonlySet<number>
  /** Whether a local date matches; `day` is that date at midnight in UTC. */
  matchesDate: (day: DateTime) => boolean
}

/** Every minute of a stretch of real time, with the local time it shows. */
export interface Scan {
  from: number
  to: number
  /** Local time counted as if UTC (ms) → the instants that show it, rising. */
  instants: ReadonlyMap<number, readonly number[]>
  /** The other way round, rising. */
  locals: ReadonlyMap<number, number>
  /** Where local times that no clock shows have been found to move. */
  moved: Map<number, number>
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Asks luxon for the local time of every minute in [from, to). */
export function scanZone(zone: string, from: number, to: number): Scan {
  const instants = new Map<number, number[]>()
  const locals = new Map<number, number>()
  for (let at = from; at < to; at += MINUTE_MS) {
    const local = at + DateTime.fromMillis(at, { zone }).offset * MINUTE_MS
    locals.set(at, local)
    instants.set(local, [...(instants.get(local) ?? []), at])
  }
  return { from, to, instants, locals, moved: new Map() }
}

/** The occurrences in (after, until] by brute force. The scan must reach two days beyond both ends. */
export function bruteForce(scan: Scan, meaning: CronMeaning, policy: 'ONCE' | 'LITERAL', after: number, until: number): number[] {
  const realTime = policy === 'LITERAL' || meaning.hours.size === 24
  const found = new Set<number>()
  for (let day = Math.floor(scan.from / DAY_MS) * DAY_MS; day <= scan.to; day += DAY_MS) {
    if (!meaning.matchesDate(DateTime.fromMillis(day, { zone: 'utc' }))) continue
    for (const hour of meaning.hours) {
      for (const minute of meaning.minutes) {
        const shown = scan.instants.get(day + (hour * 60 + minute) * MINUTE_MS)
        if (realTime) for (const at of shown ?? []) found.add(at)
        else found.add(onceAt(scan, day + (hour * 60 + minute) * MINUTE_MS))
      }
    }
  }
  return [...found].filter((at) => at > after && at <= until).sort((a, b) => a - b)
}

/** The instant at which a local time runs once: the first that shows it. NaN beyond the scan. */
export const onceAt = (scan: Scan, local: number): number => scan.instants.get(local)?.[0] ?? movedForward(scan, local)

/** RFC 5545: a local time that no clock shows moves forward by the length of its gap. NaN beyond the scan. */
function movedForward(scan: Scan, local: number): number {
  const at = scan.moved.get(local) ?? afterGap(scan, local)
  scan.moved.set(local, at)
  return at
}

function afterGap(scan: Scan, local: number): number {
  if (local < scan.from - DAY_MS / 2 || local > scan.to + DAY_MS / 2) return Number.NaN
  let [first, end] = [local, local]
  for (let steps = 0; !scan.instants.has(end); end += MINUTE_MS) if (++steps > 2 * 1440) return Number.NaN
  for (let steps = 0; !scan.instants.has(first - MINUTE_MS); first -= MINUTE_MS) if (++steps > 2 * 1440) return Number.NaN
  return scan.instants.get(local + (end - first))?.[0] ?? Number.NaN
}
