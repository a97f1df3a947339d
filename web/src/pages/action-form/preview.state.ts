import type { Accessor } from 'solid-js'
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { ScheduleInput, SchedulePreviewQuery } from '../../../../sdk/generated/operations.ts'
import { SchedulePreviewDocument } from '../../../../sdk/generated/operations.ts'
import type { Failure } from '../../live/failure.ts'
import { toFailure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'

export type Preview = SchedulePreviewQuery['schedulePreview']

/** Short enough to feel live, long enough that half an expression is not asked about. */
const SETTLED_MS = 250
const RUNS = 5

/** What the server says of a schedule while it is written; the last good answer stays until the next one. */
export function createPreview(schedule: Accessor<ScheduleInput | null>) {
  const client = useClient()
  const [preview, setPreview] = createSignal<Preview>()
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(
    on(
      () => JSON.stringify(schedule()),
      (text) => {
        const given = JSON.parse(text) as ScheduleInput | null
        setFailure(undefined)
        if (!given) return setPreview(undefined)
        let stale = false
        const timer = setTimeout(async () => {
          const { data, error } = await client.query(SchedulePreviewDocument, { schedule: given, count: RUNS }).toPromise()
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
  return { preview, failure }
}
