import type { Accessor } from 'solid-js'
import { createSignal } from 'solid-js'
import { SchedulePreviewDocument } from '../../../../sdk/generated/operations.ts'
import { toFailure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { whenSettled } from '../../live/settled.ts'
import { scheduleDraftOf, scheduleInput } from '../action-form/schedule-draft.ts'
import type { Count } from './backfill-words.ts'
import { MOST, spanMistake } from './backfill-words.ts'
import type { Action } from './page.state.ts'

/** The most that one preview answers. */
const PAGE = 100

/** How many times a schedule has in a span. More than the most that a backfill takes are not counted. */
export function createBackfillCount(action: Action, zone: string, span: Accessor<{ from: string; to: string }>): Accessor<Count> {
  const client = useClient()
  const [count, setCount] = createSignal<Count>('counting')
  const schedule = action.schedule && scheduleInput(scheduleDraftOf(action.schedule, zone, Date.now()))
  whenSettled(
    span,
    (given) => {
      const mistake = spanMistake(given, Date.now())
      setCount(mistake ? { why: mistake } : 'counting')
      return mistake === undefined
    },
    async ({ from, to }, current) => {
      const end = Date.parse(to)
      // The preview answers what comes strictly after.
      let after = Date.parse(from) - 1
      let found = 0
      for (let whole = true; whole && found <= MOST && current(); ) {
        const variables = { schedule: schedule ?? {}, from: new Date(after).toISOString(), count: PAGE, actionId: action.id }
        const { data, error } = await client.query(SchedulePreviewDocument, variables).toPromise()
        if (!data) return void (current() && setCount({ why: error ? toFailure(error).message : 'The times could not be counted.' }))
        const runs = data.schedulePreview.runs.filter(({ at }) => Date.parse(at) <= end)
        found += runs.length
        after = Date.parse(runs.at(-1)?.at ?? to)
        whole = runs.length === PAGE
      }
      if (current()) setCount(found)
    },
  )
  return count
}
