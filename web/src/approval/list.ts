import type { Accessor } from 'solid-js'
import { onCleanup } from 'solid-js'
import type { ApprovalFilter, ApprovalRowFragment } from '../../../sdk/generated/operations.ts'
import { ApprovalChangedDocument, ApprovalsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient, useCursor } from '../live/live.tsx'
import type { Paged } from '../live/paged.ts'
import { createPaged } from '../live/paged.ts'
import { watch } from '../live/watch.ts'

export type ApprovalRow = ApprovalRowFragment

const PAGE_SIZE = 50
/** What only the server can judge is asked for this long after a change, with all that changed meanwhile. */
const ASK_AFTER_MS = 500

/**
 * The approvals that a filter matches, newest first, kept live. A row that fits no more stays with what became of it: it would be taken
 * away under the reader's eyes.
 */
export function createApprovalList(filter: Accessor<ApprovalFilter>): Paged<ApprovalRow> {
  const client = useClient()
  const cursor = useCursor()
  const list = createPaged<ApprovalRow, ApprovalFilter>(
    filter,
    async (given, after) => {
      await cursor()
      return ask(client, ApprovalsDocument, { filter: given, first: PAGE_SIZE, after }, (data) => data.approvals)
    },
    ({ requestedAt }) => Date.parse(requestedAt),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const askSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      // Whoever has gone further down the list shall not lose the place.
      if (list.rows.length <= PAGE_SIZE) void list.reload()
    }, ASK_AFTER_MS)
  }
  onCleanup(() => clearTimeout(timer))
  watch(
    ApprovalChangedDocument,
    () => ({}),
    ({ approvalChanged: { approval } }) => {
      const known = list.patch(approval.id, (row) => Object.assign(row, approval))
      if (known) return
      const { status, mine, requestedByMe } = filter()
      if (status && !status.includes(approval.status)) return
      if (mine && !approval.mayDecide) return
      // Whose request it is, also by a token, is known to the server only.
      if (requestedByMe) askSoon()
      else list.insert(approval)
    },
    list.reload,
    cursor,
  )
  return list
}
