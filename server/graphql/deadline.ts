/** How long an operation may work. The time it waits for something else to end does not count. */
export interface Deadline {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal
  /** Stops the clock until the function that it gives is called. */
  pause(): () => void
  /** It is done: nothing aborts any more. */
  end(): void
}

export function createDeadline(ms: number): Deadline {
  const over = new AbortController()
  let left = ms
  let pauses = 0
  let since = 0
  let timer: NodeJS.Timeout | undefined

  function run() {
    since = performance.now()
    timer = setTimeout(() => over.abort(), Math.max(0, left))
  }

  run()
  return {
    signal: over.signal,
    pause() {
      if (pauses++ === 0) {
        clearTimeout(timer)
        left -= performance.now() - since
      }
      let resumed = false
      return () => {
        if (resumed) return
        resumed = true
        if (--pauses === 0 && left !== Number.POSITIVE_INFINITY) run()
      }
    },
    end() {
      clearTimeout(timer)
      left = Number.POSITIVE_INFINITY
    },
  }
}
