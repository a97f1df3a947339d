import { Interrupted } from './socket.ts'

export type ResumeOptions<Item> = {
  /** Opens one run from a cursor; undefined on the first run means from now. */
  open: (after: string | undefined) => AsyncIterable<Item>
  /** Where to go on after this item; undefined keeps the cursor there is. */
  cursorOf: (item: Item) => string | undefined
  after: string | undefined
  signal: AbortSignal
  onInterrupted: OnInterrupted | undefined
}

/** Called each time the socket is lost: the number of the next try (from 1) and the wait before it. */
export type OnInterrupted = (next: { attempt: number; delayMs: number }) => void

/** First wait after a lost socket; doubled each time, so that a restarting server is found soon and not stormed. */
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 15_000

/**
 * Joins many runs of a subscription into one that goes on across lost sockets and restarted servers.
 * The cursor moves with each item the consumer takes, so nothing is left out and nothing comes twice.
 * Ends when the server completes a run or the signal aborts; throws whatever is not a lost socket.
 */
export async function* resume<Item>(options: ResumeOptions<Item>): AsyncGenerator<Item, void, void> {
  let { after } = options
  let attempt = 0
  while (!options.signal.aborted) {
    const since = performance.now()
    try {
      for await (const item of options.open(after)) {
        after = options.cursorOf(item) ?? after
        attempt = 0
        yield item
      }
      return
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
    }
    // A run that lasted was a good connection, even if nothing happened on it.
    if (performance.now() - since > LONGEST_DELAY_MS) attempt = 0
    const delayMs = reconnectDelay(attempt, Math.random())
    attempt += 1
    options.onInterrupted?.({ attempt, delayMs })
    await pause(delayMs, options.signal)
  }
}

/**
 * Milliseconds before a try: 200 ms doubled up to 15 s, the upper half of it by chance, so that clients do not return as one.
 *
 * @param attempt tries that failed before this one
 * @param random from 0 to 1
 */
export function reconnectDelay(attempt: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16))
  return Math.round(whole / 2 + (whole / 2) * random)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
