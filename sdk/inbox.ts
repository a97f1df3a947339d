/** Messages between a socket that pushes and a consumer that pulls. */
export type Inbox<Item> = {
  /** False when it is full: the item was not kept. */
  put(item: Item): boolean
  /** No more is coming. What is held is still given out, then the error is thrown. Later calls change nothing. */
  end(error?: Error): void
  /** Gives out the items in order until the end; an abort drops what is held and ends quietly. One consumer. */
  take(signal: AbortSignal): AsyncGenerator<Item, void, void>
}

/** Messages held for a consumer that is slower than the server; past this it lets go and resumes by cursor, so memory stays bounded. */
const HELD_MESSAGES = 1_000

export function createInbox<Item>(capacity = HELD_MESSAGES): Inbox<Item> {
  let held: Item[] = []
  let ended: { error: Error | undefined } | undefined
  let wake = () => {}
  const end = (error?: Error) => {
    ended ??= { error }
    wake()
  }
  return {
    put(item) {
      if (ended) return true
      if (held.length >= capacity) return false
      held.push(item)
      wake()
      return true
    },
    end,
    async *take(signal) {
      const abort = () => {
        held = []
        ended = { error: undefined }
        wake()
      }
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      try {
        for (;;) {
          while (held.length > 0) yield held.shift() as Item
          if (ended?.error) throw ended.error
          if (ended) return
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
  }
}
