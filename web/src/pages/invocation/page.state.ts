import type { Accessor } from 'solid-js'
import { createEffect, createMemo, on } from 'solid-js'
import type { InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { InvocationDetailChangedDocument, InvocationDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'
import { now } from '../../ui/clock.ts'
import { FINAL } from '../../words.ts'

export type Invocation = InvocationDetailFragment

/** One that is due and does not run is looked at again this often. */
const LOOK_AGAIN_MS = 5_000

/** One invocation, followed until it is final. */
export function createInvocationState(id: Accessor<string>) {
  const client = useClient()
  const cursor = useCursor()
  const invocation = createLoaded<Invocation, string>(id, async (asked) => {
    await cursor()
    return ask(client, InvocationDocument, { id: asked }, (data) => data.invocation)
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
  // What it waits for changes without an event, such as when its time comes.
  const overdue = () => {
    const held = invocation.data()
    const waits = held && held.status !== 'RUNNING' && !FINAL.has(held.status) && Date.parse(held.nextRetryAt ?? held.runAt) < now()
    return waits ? Math.floor(now() / LOOK_AGAIN_MS) : undefined
  }
  createEffect(on(createMemo(overdue), (turn) => turn !== undefined && void invocation.reload(), { defer: true }))
  return { invocation, take }
}
