import type { Subscription } from './subscription.ts'

/** Tells that something changed, however often since it was asked last: its reader looks at the present state each time. */
export type Changes = AsyncIterableIterator<undefined, undefined>

interface Needs {
  /** What is listened to; it ends with the changes. */
  events: Subscription
  /** How long a change may wait for its reader. */
  stalledMs: number
  /** Called when a change waited that long: nobody reads at the other end. */
  onStalled?: (() => void) | undefined
}

/** Takes the events as they come and keeps none of them, so that a slow reader costs no more memory than a quick one. */
export function openChanges({ events, stalledMs, onStalled }: Needs): Changes {
  let changed = false
  let ended = false
  let asking: ((result: IteratorResult<undefined, undefined>) => void) | undefined
  let stall: NodeJS.Timeout | undefined

  function tell() {
    const answer = asking
    if (answer && (changed || ended)) {
      asking = undefined
      changed = false
      answer({ value: undefined, done: ended })
    } else if (changed && !ended) stall ??= onStalled && setTimeout(onStalled, stalledMs)
  }

  async function listen(): Promise<void> {
    while (!(await events.next()).done) {
      changed = true
      tell()
    }
    end()
  }

  function end() {
    ended = true
    clearTimeout(stall)
    tell()
  }

  void listen()
  const changes: Changes = {
    next() {
      clearTimeout(stall)
      stall = undefined
      return new Promise((resolve) => {
        asking = resolve
        tell()
      })
    },
    async return() {
      end()
      await events.return?.()
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  return changes
}
