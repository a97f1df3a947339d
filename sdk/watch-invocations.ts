import { InvocationChangedDocument, type InvocationChangedSubscription } from './generated/operations.ts'
import type { Socket } from './socket.ts'
import type { Watch } from './watch.ts'
import { type WatchEventsOptions, watchEvents } from './watch-events.ts'

/** One change of one invocation: `cursor`, `type`, `at`, `status`, and the invocation as it is when sent. */
export type InvocationEvent = InvocationChangedSubscription['invocationChanged']

export type WatchInvocationsOptions = WatchEventsOptions & {
  /** Only this action's. */
  actionId?: string
  /** Only this one. */
  invocationId?: string
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
  socket: Socket,
  head: () => Promise<string>,
  options: WatchInvocationsOptions = {},
): Watch<InvocationEvent> {
  const { actionId, invocationId } = options
  return watchEvents(socket, head, options, async function* (after, signal) {
    const changes = socket.subscribe(InvocationChangedDocument, { actionId, invocationId, after }, signal)
    for await (const { invocationChanged } of changes) yield invocationChanged
  })
}
