import type { Accessor } from 'solid-js'
import type { InvocationDetailFragment } from '../../../../sdk/generated/operations.ts'
import { ApprovalDocument, InvocationDetailChangedDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watch } from '../../live/watch.ts'

/** One approval with the run that it is about, live. */
export function createApprovalState(id: Accessor<string>) {
  const client = useClient()
  const cursor = useCursor()
  const invocation = createLoaded<InvocationDetailFragment, string>(id, async (asked) => {
    await cursor()
    return ask(client, ApprovalDocument, { id: asked }, (data) => data.approval?.invocation ?? null)
  })
  const take = (next: InvocationDetailFragment) => {
    if (next.approval?.id === id()) invocation.set(next)
  }
  watch(
    InvocationDetailChangedDocument,
    () => {
      const run = invocation.data()?.id
      return run ? { invocationId: run } : undefined
    },
    (data) => take(data.invocationChanged.invocation),
    invocation.reload,
    cursor,
  )
  return { invocation, take }
}
