import { DateTime } from 'luxon'
import { chance } from './seed.ts'

/** Zones beside a day on which their clocks changed, or a plain one: every kind of change there has been since 1990. */
export const CHANGES: readonly (readonly [zone: string, around: string])[] = [
  ['America/New_York', '2025-03-09'],
  ['America/New_York', '2025-11-02'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Dublin', '2025-10-26'],
  ['Australia/Lord_Howe', '2025-10-04'],
  ['Australia/Lord_Howe', '2025-04-05'],
  ['Africa/Cairo', '2025-04-24'],
  ['Africa/Casablanca', '2025-02-23'],
  ['America/Nuuk', '2024-03-30'],
  ['America/Sao_Paulo', '2019-02-17'],
  ['America/Havana', '2025-11-02'],
  ['Antarctica/Troll', '2025-03-30'],
  ['Antarctica/Casey', '2021-03-13'],
  ['Antarctica/Vostok', '2023-12-17'],
  ['Asia/Pyongyang', '2018-05-04'],
  ['Asia/Almaty', '2024-02-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kiritimati', '1994-12-31'],
  ['Pacific/Chatham', '2025-09-27'],
  ['Asia/Kolkata', '2025-06-30'],
]

/** `count` zones: those with every kind of change, and others by chance. */
export function someZones(seed: number, count: number): string[] {
  const random = chance(seed)
  const zones = new Set(CHANGES.map(([zone]) => zone))
  const all = Intl.supportedValuesOf('timeZone')
  while (zones.size < count) zones.add(all[Math.floor(random() * all.length)]!)
  return [...zones].slice(0, count)
}

/** A change of the clocks: from `before` to `after` minutes east of UTC at the instant `at` (epoch ms). */
export interface ZoneChange {
  at: number
  before: number
  after: number
}

const HOUR_MS = 3_600_000

const known = new Map<string, ZoneChange[]>()

/** All changes in [from, to), found with luxon alone, to the minute; no zone has two within three days. */
export function changesOf(zone: string, from: number, to: number): ZoneChange[] {
  const key = `${zone} ${from} ${to}`
  const kept = known.get(key)
  if (kept) return kept
  const { zone: luxonZone } = DateTime.fromMillis(from, { zone })
  const offset = (at: number) => luxonZone.offset(at)
  const found: ZoneChange[] = []
  let shown = offset(from)
  for (let day = from; day < to; day += 72 * HOUR_MS) {
    const later = offset(day + 72 * HOUR_MS)
    if (later === shown) continue
    let [low, high] = [day, day + 72 * HOUR_MS]
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000
      if (offset(middle) === shown) low = middle
      else high = middle
    }
    found.push({ at: high, before: shown, after: later })
    shown = later
  }
  known.set(key, found)
  return found
}

/** Minutes east of UTC, from luxon. */
export const offsetOf = (zone: string, at: number): number => DateTime.fromMillis(at, { zone }).offset
