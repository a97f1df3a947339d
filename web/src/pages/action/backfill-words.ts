/** How many times a schedule has in a span: a number, not known yet, or why there is nothing to count. */
export type Count = number | 'counting' | { why: string }

/** The most that one backfill takes. */
export const MOST = 1_000

/** What keeps a span from being counted, in a sentence; undefined when it can be. Both ends are RFC 3339, or empty; `now` is epoch ms. */
export function spanMistake({ from, to }: { from: string; to: string }, now: number): string | undefined {
  if (!from || !to) return 'Choose both ends to see how many times there are between them.'
  if (Date.parse(to) > now) return '“To” must be a time that has passed; what is to come runs by the schedule.'
  return Date.parse(from) < Date.parse(to) ? undefined : '“From” must lie before “To”.'
}

/** The count in words. */
export function countWords(count: Count): string {
  if (count === 'counting') return 'Counting…'
  if (typeof count === 'object') return count.why
  if (count > MOST) return `More than ${MOST.toLocaleString('en-GB')} times, which is the most of one backfill. Take a shorter span.`
  if (count === 0) return 'The schedule names no time in this span.'
  return count === 1
    ? '1 time of its schedule; it is left out if it succeeded.'
    : `${count} times of its schedule; those that succeeded are left out.`
}
