import type { Log } from '../log.ts'

/** Work that is done again and again until it is stopped, one round at a time. */
export interface Loop {
  /** Starts the next round now, or right after the present one. */
  wake(): void
  /** Starts no more rounds; resolves when the present one has ended. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** What the log calls it. */
  name: string
  log: Log
  /** One round. Returns how many ms to rest; a `wake` cuts that short. */
  round(): Promise<number>
  /** Wake-ups that come thick and fast start rounds no closer together than this. */
  leastMs: number
}

const PAUSE_FIRST_MS = 250
const PAUSE_MOST_MS = 5_000

/** Starts at once. A round that throws is logged and tried again after a growing pause: an outage of the database ends nothing here. */
export function startLoop({ name, log, round, leastMs }: LoopOptions): Loop {
  let stopped = false
  let woken = false
  let timer: NodeJS.Timeout | undefined
  let present: Promise<void> | undefined
  let failures = 0
  let endedAt = Number.NEGATIVE_INFINITY

  async function run() {
    woken = false
    let rest: number
    try {
      rest = await round()
      failures = 0
    } catch (error) {
      rest = Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * 2 ** failures++)
      log.warn({ err: error, again: rest }, `${name} failed`)
    }
    endedAt = performance.now()
    present = undefined
    if (!stopped) timer = setTimeout(begin, woken && failures === 0 ? leastMs : rest)
  }

  function begin() {
    clearTimeout(timer)
    timer = undefined
    if (!stopped && !present) present = run()
  }

  begin()
  return {
    wake() {
      if (woken || stopped) return
      woken = true
      if (present || failures > 0) return
      clearTimeout(timer)
      timer = setTimeout(begin, Math.max(0, leastMs - (performance.now() - endedAt)))
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await present
    },
  }
}
