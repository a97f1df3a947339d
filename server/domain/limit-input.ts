import { DocketError } from './errors.ts'
import { LIMIT_MAX, type Limit, type RatePeriod } from './limit.ts'
import { parseWhole } from './text.ts'

/** An absent field stays as it is; null removes that part. */
export interface LimitInput {
  maxConcurrency?: number | null
  rateLimit?: number | null
  ratePeriod?: RatePeriod | null
}

/**
 * The limit that `input` makes of `before`.
 * @param at field that holds it
 * @throws DocketError BAD_USER_INPUT on a field below `at`, and on `at` itself when nothing is limited any more
 */
export function parseLimit(input: LimitInput, at: string, before: Limit | null): Limit {
  const maxConcurrency = numberOf(input.maxConcurrency, before?.maxConcurrency, `${at}.maxConcurrency`)
  const rateLimit = numberOf(input.rateLimit, before?.rateLimit, `${at}.rateLimit`)
  const given = input.ratePeriod === undefined ? before?.ratePeriod : input.ratePeriod
  const ratePeriod = rateLimit === null && input.ratePeriod == null ? null : (given ?? null)
  if (rateLimit !== null && ratePeriod === null) {
    throw new DocketError('BAD_USER_INPUT', 'A rate limit needs its ratePeriod: SECOND or MINUTE.', `${at}.ratePeriod`)
  }
  if (rateLimit === null && ratePeriod !== null) {
    throw new DocketError('BAD_USER_INPUT', 'A ratePeriod needs its rateLimit: how many runs may start in it.', `${at}.rateLimit`)
  }
  if (maxConcurrency === null && rateLimit === null) {
    throw new DocketError('BAD_USER_INPUT', 'A limit has a maxConcurrency, a rateLimit or both; to remove it, set it to null.', at)
  }
  return { maxConcurrency, rateLimit, ratePeriod }
}

function numberOf(value: number | null | undefined, before: number | null | undefined, field: string): number | null {
  if (value === undefined) return before ?? null
  return value === null ? null : parseWhole(value, field, 1, LIMIT_MAX)
}
