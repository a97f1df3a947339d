/** A round number of at least `most`, so that the axis ends with it and its half is worth naming too. */
export function roundTop(most: number): number {
  if (most <= 0) return 1
  const unit = 10 ** Math.floor(Math.log10(most))
  const top = STEPS.map((step) => step * unit).find((step) => step >= most) ?? 10 * unit
  return Math.max(1, Math.round(top * 1e6) / 1e6)
}

const STEPS = [1, 2, 4, 5, 8, 10]

/**
 * A line through the middle of each of `values.length` equal parts of a box as many wide and 100 high, `top` being its upper edge. It is
 * interrupted where there is no value; one that has none beside it is drawn as a short level line.
 */
export function linePath(values: readonly (number | null)[], top: number): string {
  const at = (value: number) => round(100 - (Math.min(value, top) / top) * 100)
  return values
    .map((value, index) => {
      if (value === null) return ''
      const before = values[index - 1] ?? null
      const after = values[index + 1] ?? null
      if (before === null && after === null) return `M${index + 0.2} ${at(value)}h0.6`
      return `${before === null ? 'M' : 'L'}${index + 0.5} ${at(value)}`
    })
    .join('')
}

/** The bars of one bucket, the lowest first: how far from the top each begins, and how high it is, in a box 100 high. What is there is seen: at least 1.5. */
export function stack(counts: readonly number[], top: number): { y: number; height: number }[] {
  let floor = 100
  return counts.map((count) => {
    const height = count === 0 ? 0 : Math.max(1.5, (count / top) * 100)
    floor -= height
    return { y: round(Math.max(0, floor)), height: round(height) }
  })
}

/** Which of `count` equal parts lies at `share` (0 to 1) of the width. */
export const partAt = (share: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(share * count)))

const round = (value: number): number => Math.round(value * 100) / 100
