import type { Accessor } from 'solid-js'
import type { InvocationRowFragment, InvocationStatus } from '../../../sdk/generated/operations.ts'
import { InvocationsDocument } from '../../../sdk/generated/operations.ts'
import { useClient, useCursor } from '../live/live.tsx'
import type { Paged } from '../live/paged.ts'
import { createPaged } from '../live/paged.ts'
import { watchInvocations } from '../live/watch.ts'
import { FINAL } from '../words.ts'

export type InvocationRow = InvocationRowFragment

const PAGE_SIZE = 50

/** Invocations, newest first, of one action or of all, kept live: new ones appear, known ones change in place. */
export function createInvocationList(actionId: Accessor<string | undefined>, statuses: Accessor<InvocationStatus[]>): Paged<InvocationRow> {
  const client = useClient()
  const cursor = useCursor()
  const filter = () => ({ actionId: actionId(), statuses: statuses().length > 0 ? statuses() : undefined })
  const list = createPaged<InvocationRow, ReturnType<typeof filter>>(
    filter,
    async (given, after) => {
      await cursor()
      const { data, error } = await client.query(InvocationsDocument, { filter: given, first: PAGE_SIZE, after }).toPromise()
      return { data: data?.invocations, error }
    },
    rankOf,
  )
  watchInvocations(
    () => ({ actionId: actionId() }),
    ({ invocation }) => {
      const known = list.patch(invocation.id, (row) => {
        if (!FINAL.has(row.status) || FINAL.has(invocation.status)) Object.assign(row, invocation)
      })
      // A row that no longer fits the filter stays: it would be taken away under the reader's eyes.
      if (!known && (statuses().length === 0 || statuses().includes(invocation.status))) list.insert(invocation)
    },
    list.reload,
  )
  return list
}

/** The time a row is listed under: its nominal one; without, when it began or will. */
export const timeOf = (row: Pick<InvocationRow, 'scheduledFor' | 'startedAt' | 'status' | 'runAt' | 'createdAt'>): string =>
  row.scheduledFor ?? row.startedAt ?? (row.status === 'PENDING' ? row.runAt : row.createdAt)

/** The server's order, as near as a row tells it. */
const rankOf = (row: Parameters<typeof timeOf>[0]): number => Date.parse(timeOf(row))
