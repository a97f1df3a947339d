import { DocketApiError } from './errors.ts'
import { InvocationChangedDocument, type InvocationChangedSubscription } from './generated/operations.ts'
import { type OnInterrupted, resume } from './resume.ts'
import { Interrupted, type Socket } from './socket.ts'
import { type Watch, watch } from './watch.ts'

/** One change of one invocation: `cursor`, `type`, `at`, `status`, and the invocation as it is when sent. */
export type InvocationEvent = InvocationChangedSubscription['invocationChanged']

export type WatchInvocationsOptions = {
  /** Only this action's. */
  actionId?: string
  /** Only this one. */
  invocationId?: string
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
 * Every change of the project's invocations, in order, each once. Lost sockets and restarted servers are bridged: it connects
 * again and goes on after the last event it gave out. Keep `event.cursor` to go on after a restart of your own program.
 *
 * @param head gives the cursor of the newest event: where a watch without `after` begins, also when it is cut before its first event
 * @throws DocketApiError `UNAUTHENTICATED` for a refused token, `NOT_FOUND` for an unknown id, `BAD_USER_INPUT` for a forged cursor,
 * `CURSOR_EXPIRED` for one that is older than the server's log, unless `onExpired` is given
 */
export function watchInvocations(
  { subscribe, closed }: Socket,
  head: () => Promise<string>,
  options: WatchInvocationsOptions = {},
): Watch<InvocationEvent> {
  const { actionId, invocationId, onInterrupted, onExpired } = options
  let begin = options.after
  /** In the place of an expired cursor, until the next event. */
  let moved: string | undefined
  return watch(closed, options.signal, (signal) =>
    resume({
      async *open(cursor) {
        begin ??= await reachable(head)
        for (let expired = true; expired; ) {
          expired = false
          const runs = subscribe(InvocationChangedDocument, { actionId, invocationId, after: moved ?? cursor ?? begin }, signal)
          try {
            for await (const { invocationChanged } of runs) {
              moved = undefined
              yield invocationChanged
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
