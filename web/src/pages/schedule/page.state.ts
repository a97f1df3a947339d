import { useSearchParams } from '@solidjs/router'
import type { Accessor } from 'solid-js'
import { createEffect, createMemo, on } from 'solid-js'
import type { BusiestMinutesQuery } from '../../../../sdk/generated/operations.ts'
import { BusiestMinutesDocument, UpcomingDaysDocument, UpcomingRunsDocument } from '../../../../sdk/generated/operations.ts'
import { browserZone } from '../../format.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { isZone } from '../../schedule/local-time.ts'
import { createModeReload, mode } from '../../schedule/mode.tsx'
import { now } from '../../ui/clock.ts'
import type { Day } from './days.ts'
import { inOrder } from './days.ts'
import type { Coming, Lane } from './lanes.ts'
import { lanesOf } from './lanes.ts'

export type BusyMinute = BusiestMinutesQuery['busiestMinutes'][number]

/** The coming 24 hours. `end` is where what was loaded ends: before `to` when there are too many runs to draw. */
export interface Timeline {
  from: number
  to: number
  end: number
  lanes: Lane[]
  starts: number[]
}

export interface Calendar {
  days: Day[]
  truncated: boolean
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const DAYS = 30
/** The most that one answer brings. */
const PAGE = 1_000
/** Beyond these the timeline would only be one block of colour. */
const PAGES = 4
const BUSIEST = 8
const NAMED_A_DAY = 20

/** What is to come over all actions and whether the project is paused, loaded anew each minute. The zone lives in the address, so that a link shows the same. */
export function createScheduleState() {
  const client = useClient()
  const [search, setSearch] = useSearchParams<{ zone?: string }>()
  const zone = createMemo(() => (search.zone && isZone(search.zone) ? search.zone : browserZone()))

  const timeline = createLoaded<Timeline, undefined>(
    () => undefined,
    async () => {
      const from = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
      const to = from + DAY_MS
      const runs = new Map<string, Coming>()
      let end = Date.now()
      for (let page = 0; page < PAGES && end < to; page++) {
        const span = { from: new Date(end).toISOString(), to: new Date(to).toISOString(), first: PAGE }
        const { data, error } = await client.query(UpcomingRunsDocument, span).toPromise()
        if (!data) return { error }
        for (const { action, at, effectiveAt } of data.upcomingRuns.runs) {
          runs.set(`${action.id} ${at}`, { actionId: action.id, name: action.name, at: Date.parse(effectiveAt) })
        }
        const last = data.upcomingRuns.runs.at(-1)
        const reached = data.upcomingRuns.truncated && last ? Date.parse(last.effectiveAt) : to
        // More at one instant than one answer brings: there is no way past it.
        if (reached <= end) break
        // The next answer begins with what this one ends with.
        end = reached
      }
      const all = [...runs.values()]
      return { data: { from, to, end, lanes: lanesOf(all), starts: all.map(({ at }) => at) } }
    },
  )

  const calendar = createLoaded<Calendar, string>(zone, async (timezone) => {
    const { data, error } = await client.query(UpcomingDaysDocument, { timezone, actions: NAMED_A_DAY }).toPromise()
    if (!data) return { error }
    // Thirty times 24 hours from now touch 31 days, the last of them only in part.
    const days = data.upcomingDays.days.slice(0, DAYS).map(({ date, runs, actionCount, actions }) => ({
      date,
      runs,
      actions: actionCount,
      entries: inOrder(actions.map(({ action, runs, firstAt }) => ({ id: action.id, name: action.name, runs, firstAt }))),
    }))
    return { data: { days, truncated: data.upcomingDays.truncated } }
  })

  const busiest = createLoaded<{ minutes: BusyMinute[] }, undefined>(
    () => undefined,
    () => ask(client, BusiestMinutesDocument, { first: BUSIEST }, (data) => ({ minutes: data.busiestMinutes })),
  )

  const minute: Accessor<number> = createMemo(() => Math.floor(now() / MINUTE_MS))
  const reloadMode = createModeReload()
  const reload = () => Promise.all([reloadMode(), timeline.reload(), calendar.reload(), busiest.reload()])
  createEffect(on([minute, mode], () => !document.hidden && void reload(), { defer: true }))

  return {
    zone,
    setZone: (next: string) => setSearch({ zone: next === browserZone() ? undefined : next }, { replace: true }),
    timeline,
    calendar,
    busiest,
  }
}
