import { DocketApiError } from './errors.ts'
import { type OnInterrupted, resume } from './resume.ts'
import { Interrupted, type Socket } from './socket.ts'
import { type Watch, watch } from './watch.ts'

/** How an endless subscription that is resumed by cursor is followed. */
export type WatchEventsOptions = {
  /** Cursor of the last event already seen: what came after it is replayed first. Without it the watch begins now. */
  after?: string
  /** Ends the watch quietly. */
  signal?: AbortSignal
  /** Told of each lost connection. */
  onInterrupted?: OnInterrupted
  /**
   * Told that what happened after the cursor is not kept any more: load again what you keep. The watch goes on from where the log stood before
   * this call, so that nothing falls in between. Without it the watch throws `CURSOR_EXPIRED`.
   */
  onExpired?: () => void | Promise<void>
}

/**
 * Every event of a subscription, in order, each once. Lost sockets and restarted servers are bridged: it connects again and goes on after the
 * last event it gave out.
 *
 * @param open subscribes behind a cursor
 * @param head gives the cursor of the newest event: where a watch without `after` begins, also when it is cut before its first event
 * @throws DocketApiError what the server refuses with, `CURSOR_EXPIRED` only without `onExpired`
 */
export function watchEvents<Event extends { cursor: string }>(
  { closed }: Pick<Socket, 'closed'>,
  head: () => Promise<string>,
  options: WatchEventsOptions,
  open: (after: string, signal: AbortSignal) => AsyncIterable<Event>,
): Watch<Event> {
  const { onInterrupted, onExpired } = options
  let begin = options.after
  /** In the place of an expired cursor, until the next event. */
  let moved: string | undefined
  return watch(closed, options.signal, (signal) =>
    resume({
      async *open(cursor) {
        begin ??= await reachable(head)
        for (let expired = true; expired; ) {
          expired = false
          try {
            for await (const event of open(moved ?? cursor ?? begin, signal)) {
              moved = undefined
              yield event
            }
          } catch (error) {
            expired = error instanceof DocketApiError && error.code === 'CURSOR_EXPIRED'
            if (!expired || !onExpired) throw error
            moved = await reachable(head)
            await onExpired()
          }
        }
        // It has no end of its own: a server that stops ends it, and another one goes on.
        if (!signal.aborted) throw new Interrupted('The server ended the subscription.')
      },
      cursorOf: (event) => event.cursor,
      after: begin,
      signal,
      onInterrupted,
    }),
  )
}

/** A server that does not answer yet is waited for like one that was lost. */
async function reachable(head: () => Promise<string>): Promise<string> {
  try {
    return await head()
  } catch (error) {
    if (error instanceof DocketApiError && ['UNREACHABLE', 'BAD_RESPONSE'].includes(error.code)) throw new Interrupted(error.message)
    throw error
  }
}
