import { ApprovalChangedDocument, type ApprovalChangedSubscription } from './generated/operations.ts'
import type { Socket } from './socket.ts'
import type { Watch } from './watch.ts'
import { type WatchEventsOptions, watchEvents } from './watch-events.ts'

/** One change of one approval: `cursor`, `type` such as `approval.requested`, `at`, and the approval as it is when sent. */
export type ApprovalEvent = ApprovalChangedSubscription['approvalChanged']

export type WatchApprovalsOptions = WatchEventsOptions

/**
 * Every change of the project's approvals, in order, each once; resumed like `watchInvocations`, whose cursors serve here too.
 *
 * @throws DocketApiError `UNAUTHENTICATED`, `BAD_USER_INPUT` for a forged cursor, `CURSOR_EXPIRED` unless `onExpired` is given
 */
export function watchApprovals(socket: Socket, head: () => Promise<string>, options: WatchApprovalsOptions = {}): Watch<ApprovalEvent> {
  return watchEvents(socket, head, options, async function* (after, signal) {
    for await (const { approvalChanged } of socket.subscribe(ApprovalChangedDocument, { after }, signal)) yield approvalChanged
  })
}
