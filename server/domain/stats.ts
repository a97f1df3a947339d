import { parseWhole } from './text.ts'

/** A span of time in equal parts, all in epoch ms. Parts begin at multiples of their width in UTC; the last one ends now. */
export interface StatsWindow {
  from: number
  to: number
  bucketMs: number
}

export const STATS_HOURS_MAX = 168
const MINUTE_MS = 60_000
/** Widths that a person reads easily; each divides a day. */
const BUCKET_MINUTES = [2, 5, 10, 15, 30, 60, 120, 240] as const
/** As many bars as a chart shows well. */
const BUCKETS_MOST = 48

/**
 * The last hours up to `now`: the parts before the present one in full, so up to one part less than asked for.
 * @throws DocketError BAD_USER_INPUT on `hours` outside 1 to 168
 */
export function statsWindow(now: number, hours: number): StatsWindow {
  const minutes = 60 * parseWhole(hours, 'hours', 1, STATS_HOURS_MAX)
  const width = BUCKET_MINUTES.find((width) => minutes / width <= BUCKETS_MOST)!
  const bucketMs = width * MINUTE_MS
  const present = Math.floor(now / bucketMs) * bucketMs
  return { from: present - (Math.ceil(minutes / width) - 1) * bucketMs, to: Math.floor(now), bucketMs }
}

/** Runs whose attempts are looked at: percentiles of 10,000 are off by less than anybody sees. */
const SAMPLE = 10_000
/** Up to here all are. */
const SAMPLE_FROM = 20_000
/** Ids are spread over so many shares of equal size. */
export const SHARES = 1_024

/** How many of the SHARES to look at, when there are `runs` runs. */
export const sharesToRead = (runs: number): number => (runs <= SAMPLE_FROM ? SHARES : Math.max(1, Math.ceil((SHARES * SAMPLE) / runs)))
