import type { Accessor } from 'solid-js'
import { createEffect, createMemo, on } from 'solid-js'
import type { ActionDetailFragment, BackfillViewFragment } from '../../../../sdk/generated/operations.ts'
import { ActionDocument, BackfillsDocument } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { now } from '../../ui/clock.ts'
import { FINAL } from '../../words.ts'

export type Action = ActionDetailFragment
export type Backfill = BackfillViewFragment
export type ActionState = ReturnType<typeof createActionState>

const BACKFILLS_SHOWN = 3
/** Next runs that should be others by now are looked at again this often: the clock of the server may be behind. */
const LOOK_AGAIN_MS = 2_000

/** One action, its invocations and its latest backfills, all live. */
export function createActionState(id: Accessor<string>) {
  const client = useClient()
  const action = createLoaded<Action, string>(id, (asked) => ask(client, ActionDocument, { id: asked }, (data) => data.action))
  const backfills = createLoaded<Backfill[], string>(id, async (actionId) => {
    const { data, error } = await client.query(BackfillsDocument, { actionId, first: BACKFILLS_SHOWN }).toPromise()
    return { data: data?.backfills.edges.map((edge) => edge.node), error }
  })
  const underWay = () => backfills.data()?.some(({ status }) => status === 'RUNNING') ?? false
  let asking = false
  // Its figures change with each of its runs; once a second is as often as one can read them.
  createEffect(
    on(
      now,
      async () => {
        // A slow answer shall not be outdated by the next question, or none would ever be shown.
        if (asking || document.hidden || !underWay()) return
        asking = true
        await backfills.reload()
        asking = false
      },
      { defer: true },
    ),
  )
  const invocations = createInvocationList(() => ({ actionId: id() }))
  /** The run of a ROLLING schedule that has ended: its next one counts from there. */
  const ended = createMemo(() => {
    const last = invocations.rows.find((row) => row.scheduledFor !== null)
    return action.data()?.schedule?.recurrence === 'ROLLING' && last && FINAL.has(last.status) ? last.id : undefined
  })
  /** Changes whenever the first of the runs to come is past, or one is to come that the server does not have yet. */
  const outdated = createMemo(() => {
    const held = action.data()
    const [next] = held?.nextRuns ?? []
    const waits = next ? Date.parse(next.effectiveAt) <= now() : held?.enabled && !held.completed && ended() !== undefined
    return waits ? Math.floor(now() / LOOK_AGAIN_MS) : undefined
  })
  createEffect(on(ended, (run) => run !== undefined && void action.reload(), { defer: true }))
  createEffect(on(outdated, (turn) => turn !== undefined && !document.hidden && void action.reload(), { defer: true }))
  return { action, invocations, backfills }
}
