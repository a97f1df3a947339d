/** How often runs may start and how many may be under way at one time. At least one of the two is set. */
export interface Limit {
  maxConcurrency: number | null
  /** Starts in a `ratePeriod`; both or neither. */
  rateLimit: number | null
  ratePeriod: RatePeriod | null
}

export type RatePeriod = 'SECOND' | 'MINUTE'

/** What is left of a rate limit. Instants are whole epoch ms, so that nothing is won by rounding. */
export interface Bucket {
  /** Starts that may take place at `at`; with a fraction. */
  tokens: number
  at: number
}

/** More is no limit for one service, and a typing error. */
export const LIMIT_MAX = 100_000

const PERIOD_MS: Readonly<Record<RatePeriod, number>> = { SECOND: 1_000, MINUTE: 60_000 }
/** Sums of fractions end a little below the whole number that they mean. */
const ROUNDING = 1e-6

/** Set back by less, a clock only made up for running fast. */
const SET_BACK_MS = 1_000

const perMs = (rateLimit: number, period: RatePeriod) => rateLimit / PERIOD_MS[period]

/**
 * A token bucket: it holds as many starts as the limit allows in one period, is full at first, and fills evenly. So in any time no more
 * than that time's share and one full bucket start.
 *
 * @param before null: full. So is one from the future, after a clock was set back: nobody can say what was left of it
 * @param now whole epoch ms
 */
export function refill(rateLimit: number, period: RatePeriod, before: Bucket | null, now: number): Bucket {
  if (!before || before.at > now + SET_BACK_MS) return { tokens: rateLimit, at: now }
  return { tokens: Math.min(rateLimit, before.tokens + Math.max(0, now - before.at) * perMs(rateLimit, period)), at: now }
}

/** How many may start at once. */
export const startsIn = ({ tokens }: Bucket): number => Math.floor(tokens + ROUNDING)

/** When the bucket holds `count` starts, epoch ms; later ones than it can ever hold are reckoned at the same pace. */
export const startsAt = ({ tokens, at }: Bucket, rateLimit: number, period: RatePeriod, count = 1): number =>
  at + Math.max(0, Math.ceil((count - tokens - ROUNDING) / perMs(rateLimit, period)))

/** `10 per second`. */
export const rateText = (rateLimit: number, period: RatePeriod): string => `${rateLimit} per ${period.toLowerCase()}`
