/** Counts per key and fixed window, in this process. */
export interface RateLimit {
  /** Counts one; false when that was more than the window allows. */
  take(key: string): boolean
  /** Whether the key has used up its window, without counting. */
  spent(key: string): boolean
  /** Takes one back that was counted, as the right guess of someone who guessed. */
  giveBack(key: string): void
}

/** `now` gives epoch ms. All keys share the window's start, so that forgetting them is one step and memory stays bounded. */
export function createRateLimit(limit: number, windowMs: number, now: () => number = Date.now): RateLimit {
  let counts = new Map<string, number>()
  let window = 0
  const current = () => {
    const present = Math.floor(now() / windowMs)
    if (present !== window) {
      window = present
      counts = new Map()
    }
    return counts
  }
  return {
    take(key) {
      const count = (current().get(key) ?? 0) + 1
      counts.set(key, count)
      return count <= limit
    },
    giveBack(key) {
      const count = current().get(key)
      if (count !== undefined) counts.set(key, count - 1)
    },
    spent: (key) => (current().get(key) ?? 0) >= limit,
  }
}
