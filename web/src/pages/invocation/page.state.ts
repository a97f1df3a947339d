import type { Accessor } from 'solid-js'
import type { InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { InvocationDetailChangedDocument, InvocationDocument } from '../../../../sdk/generated/operations.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { FINAL } from '../../words.ts'

export type Invocation = InvocationDetailFragment

/** One invocation, followed until it is final. */
export function createInvocationState(id: Accessor<string>) {
  const client = useClient()
  const cursor = useCursor()
  const invocation = createLoaded<Invocation, string>(id, async (asked) => {
    await cursor()
    const { data, error } = await client.query(InvocationDocument, { id: asked }).toPromise()
    return { data: data?.invocation, error }
  })
  /** What came later by another way is older than a final state. */
  const take = (next: Invocation) => {
    const held = invocation.data()
    if (next.id !== id()) return
    if (!held || held.id !== next.id || !FINAL.has(held.status) || FINAL.has(next.status)) invocation.set(next)
  }
  watch(
    InvocationDetailChangedDocument,
    () => ({ invocationId: id() }),
    (data) => take(data.invocationChanged.invocation),
    invocation.reload,
    cursor,
  )
  return { invocation, take }
}
