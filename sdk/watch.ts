/**
 * What every `watch…` gives: `for await` over it, leave the loop or abort the signal to stop.
 * It starts with the first `next()`, and an abort ends it quietly.
 */
export type Watch<Item> = AsyncIterableIterator<Item, void, void>

/**
 * Makes a generator stoppable from outside, also while it waits for an item.
 *
 * @param closed aborts when the client is closed
 * @param signal the caller's own
 */
export function watch<Item>(
  closed: AbortSignal,
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => AsyncGenerator<Item, void, void>,
): Watch<Item> {
  const stop = new AbortController()
  const items = start(AbortSignal.any(signal ? [closed, stop.signal, signal] : [closed, stop.signal]))
  return {
    next: () => items.next(),
    return() {
      stop.abort()
      return items.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
