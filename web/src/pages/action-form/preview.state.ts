import type { Accessor } from 'solid-js'
import { createSignal } from 'solid-js'
import type { ScheduleInput, SchedulePreviewQuery } from '../../../../sdk/generated/operations.ts'
import { SchedulePreviewDocument } from '../../../../sdk/generated/operations.ts'
import type { Failure } from '../../live/failure.ts'
import { toFailure } from '../../live/failure.ts'
import { useClient } from '../../live/live.tsx'
import { whenSettled } from '../../live/settled.ts'
import { instantIn } from '../../schedule/local-time.ts'

export type Preview = SchedulePreviewQuery['schedulePreview']
export type PreviewState = ReturnType<typeof createPreview>

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
  const question = () => {
    const given = schedule()
    // A single time has no date to look ahead from, and what was chosen for another schedule could hide it.
    const start = given?.scheduledAt == null ? instantIn(zone(), fromDate()) : undefined
    // The server answers what comes strictly after.
    const from = start && new Date(start.at - 1).toISOString()
    return { schedule: given, from, count: more() ? RUNS_MORE : RUNS }
  }
  whenSettled(
    question,
    (given) => {
      setFailure(undefined)
      if (!given.schedule) setPreview(undefined)
      return given.schedule !== null
    },
    async ({ schedule, from, count }, current) => {
      if (!schedule) return
      const { data, error } = await client.query(SchedulePreviewDocument, { schedule, from, count, actionId }).toPromise()
      if (!current()) return
      setFailure(error ? toFailure(error) : undefined)
      if (data || error) setPreview(data?.schedulePreview)
    },
  )
  return { preview, failure, fromDate, setFromDate, more, setMore }
}
