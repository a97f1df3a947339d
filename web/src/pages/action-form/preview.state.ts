import type { Accessor } from 'solid-js'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { ScheduleInput, SchedulePreviewQuery } from '../../../../sdk/generated/operations.ts'
import { SchedulePreviewDocument } from '../../../../sdk/generated/operations.ts'
import type { Failure } from '../../live/failure.ts'
import { toFailure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { instantIn } from '../../schedule/local-time.ts'

export type Preview = SchedulePreviewQuery['schedulePreview']
export type PreviewState = ReturnType<typeof createPreview>

/** Short enough to feel live, long enough that half an expression is not asked about. */
const SETTLED_MS = 250
const RUNS = 6
const RUNS_MORE = 30

/**
 * What the server says of a schedule while it is written; the last good answer stays until the next one.
 *
 * @param zone in which the date to look ahead from is read
 * @param actionId the action that is edited, which has its own spread
 */
export function createPreview(schedule: Accessor<ScheduleInput | null>, zone: Accessor<string>, actionId: string | undefined) {
  const client = useClient()
  const [preview, setPreview] = createSignal<Preview>()
  const [failure, setFailure] = createSignal<Failure>()
  /** `YYYY-MM-DD`; empty is now. */
  const [fromDate, setFromDate] = createSignal('')
  const [more, setMore] = createSignal(false)
  const from = () => {
    const start = instantIn(zone(), fromDate())
    // The server answers what comes strictly after.
    return start === undefined ? undefined : new Date(start.at - 1).toISOString()
  }
  createEffect(
    on(
      () => JSON.stringify([schedule(), from(), more() ? RUNS_MORE : RUNS]),
      (text) => {
        const [given, start, count] = JSON.parse(text) as [ScheduleInput | null, string | null, number]
        setFailure(undefined)
        if (!given) return setPreview(undefined)
        let stale = false
        const timer = setTimeout(async () => {
          const variables = { schedule: given, from: start ?? undefined, count, actionId }
          const { data, error } = await client.query(SchedulePreviewDocument, variables).toPromise()
          if (stale) return
          setFailure(error ? toFailure(error) : undefined)
          if (data || error) setPreview(data?.schedulePreview)
        }, SETTLED_MS)
        onCleanup(() => {
          stale = true
          clearTimeout(timer)
        })
      },
    ),
  )
  return { preview, failure, fromDate, setFromDate, more, setMore }
}
