import type { Accessor } from 'solid-js'
import { onCleanup } from 'solid-js'
import type { InvocationFilter, InvocationRowFragment } from '../../../sdk/generated/operations.ts'
import { InvocationsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient, useCursor } from '../live/live.tsx'
import type { Paged } from '../live/paged.ts'
import { createPaged } from '../live/paged.ts'
import { watchInvocations } from '../live/watch.ts'
import { FINAL } from '../words.ts'
import { fits, timeOf } from './fits.ts'

export { timeOf }
export type InvocationRow = InvocationRowFragment

const PAGE_SIZE = 50
/** What only the server can judge is asked for this long after a change, with all that changed meanwhile. */
const ASK_AFTER_MS = 2_000

/** The invocations that a filter matches, newest first, kept live: new ones appear, known ones change in place. */
export function createInvocationList(filter: Accessor<InvocationFilter>, pageSize = PAGE_SIZE): Paged<InvocationRow> {
  const client = useClient()
  const cursor = useCursor()
  const list = createPaged<InvocationRow, InvocationFilter>(
    filter,
    async (given, after) => {
      await cursor()
      return ask(client, InvocationsDocument, { filter: given, first: pageSize, after }, (data) => data.invocations)
    },
    rankOf,
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const askSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      // Whoever has gone further down the list shall not lose the place.
      if (list.rows.length <= pageSize) void list.reload()
    }, ASK_AFTER_MS)
  }
  onCleanup(() => clearTimeout(timer))
  watchInvocations(
    () => ({ actionId: filter().actionId }),
    ({ invocation }) => {
      const known = list.patch(invocation.id, (row) => {
        if (!FINAL.has(row.status) || FINAL.has(invocation.status)) Object.assign(row, invocation)
      })
      // A row that no longer fits the filter stays: it would be taken away under the reader's eyes.
      if (known || !fits(invocation, filter())) return
      // Which service an action calls is not in the row.
      if (filter().serviceId) askSoon()
      else list.insert(invocation)
    },
    list.reload,
  )
  return list
}

/** The server's order, as near as a row tells it. */
const rankOf = (row: Parameters<typeof timeOf>[0]): number => Date.parse(timeOf(row))
