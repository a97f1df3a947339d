/** Docket is down from `from` until before `to`, as if killed. Epoch ms. */
export interface Downtime {
  from: number
  to: number
}

export interface Downtimes {
  /** When Docket is up: `at`, or the end of the downtime that holds it. */
  upAt(at: number): number
  /** Whether it is down at `from`, or goes down not later than `to`. */
  breaks(from: number, to: number): boolean
}

/** In any order; they may touch and overlap. */
export function createDowntimes(downtimes: readonly Downtime[]): Downtimes {
  const sorted: Downtime[] = []
  for (const down of [...downtimes].sort((a, b) => a.from - b.from)) {
    const last = sorted.at(-1)
    if (last && down.from <= last.to) last.to = Math.max(last.to, down.to)
    else sorted.push({ ...down })
  }
  /** The first downtime that is not over at `at`; those who ask do so in the order of time, a little back and forth. */
  let index = 0
  const notOver = (at: number) => {
    while (index > 0 && sorted[index - 1]!.to > at) index--
    while (index < sorted.length && sorted[index]!.to <= at) index++
    return sorted[index]
  }
  return {
    upAt(at) {
      const down = notOver(at)
      return down && down.from <= at ? down.to : at
    },
    breaks(from, to) {
      const down = notOver(from)
      return down !== undefined && down.from <= to
    },
  }
}
