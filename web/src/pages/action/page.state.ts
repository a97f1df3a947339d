import type { Accessor } from 'solid-js'
import { createEffect, on } from 'solid-js'
import type { ActionDetailFragment, BackfillViewFragment } from '../../../../sdk/generated/operations.ts'
import { ActionDocument, BackfillsDocument } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { now } from '../../ui/clock.ts'

export type Action = ActionDetailFragment
export type Backfill = BackfillViewFragment
export type ActionState = ReturnType<typeof createActionState>

const BACKFILLS_SHOWN = 3

/** One action, its invocations and its latest backfills, all live. */
export function createActionState(id: Accessor<string>) {
  const client = useClient()
  const action = createLoaded<Action, string>(id, async (asked) => {
    const { data, error } = await client.query(ActionDocument, { id: asked }).toPromise()
    return { data: data?.action, error }
  })
  const backfills = createLoaded<Backfill[], string>(id, async (actionId) => {
    const { data, error } = await client.query(BackfillsDocument, { actionId, first: BACKFILLS_SHOWN }).toPromise()
    return { data: data?.backfills.edges.map((edge) => edge.node), error }
  })
  const underWay = () => backfills.data()?.some(({ status }) => status === 'RUNNING') ?? false
  // Its figures change with each of its runs; once a second is as often as one can read them.
  createEffect(on(now, () => underWay() && void backfills.reload(), { defer: true }))
  const invocations = createInvocationList(id, () => [])
  // The runs to come move on when the first of them is due.
  const passed = () => {
    const next = action.data()?.nextRuns[0]
    return next !== undefined && Date.parse(next.effectiveAt) <= now() ? next.at : undefined
  }
  createEffect(on(passed, (at) => at && void action.reload(), { defer: true }))
  return { action, invocations, backfills }
}
