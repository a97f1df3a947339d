import type { LimitInput, LimitViewFragment, RatePeriod } from '../../../sdk/generated/operations.ts'

type Limits = Pick<LimitViewFragment, 'maxConcurrency' | 'rateLimit' | 'ratePeriod'>

export const PERIOD_WORDS: Readonly<Record<RatePeriod, string>> = { SECOND: 'second', MINUTE: 'minute' }

/** `5 at a time, 100 a minute`; undefined when there is no limit. */
export function limitWords(limit: Limits | null): string | undefined {
  if (!limit) return undefined
  const { maxConcurrency, rateLimit, ratePeriod } = limit
  const parts = [
    maxConcurrency === null ? '' : `${maxConcurrency.toLocaleString('en-GB')} at a time`,
    rateLimit === null || ratePeriod === null ? '' : `${rateLimit.toLocaleString('en-GB')} a ${PERIOD_WORDS[ratePeriod]}`,
  ]
  return parts.filter(Boolean).join(', ') || undefined
}

/** A limit as its controls hold it; an empty text is no limit. */
export interface LimitDraft {
  maxConcurrency: string
  rateLimit: string
  ratePeriod: RatePeriod
}

export const limitDraftOf = (limit: Limits | null): LimitDraft => ({
  maxConcurrency: limit?.maxConcurrency?.toString() ?? '',
  rateLimit: limit?.rateLimit?.toString() ?? '',
  ratePeriod: limit?.ratePeriod ?? 'SECOND',
})

/** What is wrong with one of the controls, before anything is sent: more than this is a typing error. */
export function limitMistake(draft: LimitDraft): { field: 'maxConcurrency' | 'rateLimit'; message: string } | undefined {
  const field = (['maxConcurrency', 'rateLimit'] as const).find((name) => {
    const text = draft[name].trim()
    return text !== '' && !(/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= LIMIT_MAX)
  })
  return field && { field, message: `Give a whole number from 1 to ${LIMIT_MAX.toLocaleString('en-GB')}, or leave it empty.` }
}

const LIMIT_MAX = 100_000

/** As the API takes it; null for no limit at all. What is no number goes as −1, which the server refuses with a sentence. */
export function limitInput({ maxConcurrency, rateLimit, ratePeriod }: LimitDraft): LimitInput | null {
  const number = (text: string) => (text.trim() === '' ? null : /^\d+$/.test(text.trim()) ? Number(text) : -1)
  const [most, rate] = [number(maxConcurrency), number(rateLimit)]
  if (most === null && rate === null) return null
  return { maxConcurrency: most, rateLimit: rate, ratePeriod: rate === null ? null : ratePeriod }
}
