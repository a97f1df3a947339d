import type { Accessor } from 'solid-js'
import { createEffect, on } from 'solid-js'
import type { ActionDetailFragment } from '../../../../sdk/generated/operations.ts'
import { ActionDocument } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { now } from '../../ui/clock.ts'

export type Action = ActionDetailFragment

/** One action and its invocations, both live. */
export function createActionState(id: Accessor<string>) {
  const client = useClient()
  const action = createLoaded<Action, string>(id, async (asked) => {
    const { data, error } = await client.query(ActionDocument, { id: asked }).toPromise()
    return { data: data?.action, error }
  })
  const invocations = createInvocationList(id, () => [])
  // The runs to come move on when the first of them is due.
  const passed = () => {
    const next = action.data()?.nextRuns[0]
    return next !== undefined && Date.parse(next.effectiveAt) <= now() ? next.at : undefined
  }
  createEffect(on(passed, (at) => at && void action.reload(), { defer: true }))
  return { action, invocations }
}
