import type { Accessor } from 'solid-js'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { SchedulePreviewDocument } from '../../../../sdk/generated/operations.ts'
import { useClient } from '../../live/live.tsx'
import { scheduleDraftOf, scheduleInput } from '../action-form/schedule-draft.ts'
import type { Action } from './page.state.ts'

/** The most that one preview answers, and the most that one backfill takes. */
const PAGE = 100
const MOST = 1_000
const SETTLED_MS = 250

/** How many times a schedule has in a span; undefined until that is known. More than the most that a backfill takes are not counted. */
export function createBackfillCount(
  action: Action,
  zone: string,
  span: Accessor<{ from: string; to: string }>,
): Accessor<number | undefined> {
  const client = useClient()
  const [count, setCount] = createSignal<number>()
  const schedule = action.schedule && scheduleInput(scheduleDraftOf(action.schedule, zone, Date.now()))
  createEffect(
    on(
      () => `${span().from} ${span().to}`,
      () => {
        const { from, to } = span()
        setCount(undefined)
        let stale = false
        const timer = setTimeout(async () => {
          const end = Date.parse(to)
          // The preview answers what comes strictly after.
          let after = Date.parse(from) - 1
          if (!schedule || Number.isNaN(after) || Number.isNaN(end)) return
          let found = 0
          for (let whole = true; whole && found <= MOST && !stale; ) {
            const variables = { schedule, from: new Date(after).toISOString(), count: PAGE, actionId: action.id }
            const { data } = await client.query(SchedulePreviewDocument, variables).toPromise()
            if (!data) return
            const runs = data.schedulePreview.runs.filter(({ at }) => Date.parse(at) <= end)
            found += runs.length
            after = Date.parse(runs.at(-1)?.at ?? to)
            whole = runs.length === PAGE
          }
          if (!stale) setCount(found)
        }, SETTLED_MS)
        onCleanup(() => {
          stale = true
          clearTimeout(timer)
        })
      },
    ),
  )
  return count
}

/** The count in words, `undefined` while it is not known. */
export function countWords(count: number | undefined): string {
  if (count === undefined) return 'Counting…'
  if (count > MOST) return `More than ${MOST.toLocaleString('en-GB')} times, which is the most of one backfill. Take a shorter span.`
  if (count === 0) return 'The schedule names no time in this span.'
  return count === 1
    ? '1 time of its schedule; it is left out if it succeeded.'
    : `${count} times of its schedule; those that succeeded are left out.`
}
