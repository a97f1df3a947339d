import { createEffect, createMemo, on } from 'solid-js'
import type { BacklogQuery, ServiceViewFragment, StatsQuery, UpcomingRunsQuery } from '../../../../sdk/generated/operations.ts'
import {
  ActionNamesDocument,
  BacklogDocument,
  ServicesDocument,
  StatsDocument,
  UpcomingRunsDocument,
} from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { watchInvocations } from '../../live/watch.ts'
import { mode } from '../../schedule/mode.tsx'
import { now } from '../../ui/clock.ts'

export type Stats = StatsQuery['stats']
export type Backlog = BacklogQuery
export type Coming = UpcomingRunsQuery['upcomingRuns']['runs'][number]

const HOURS = 24
const COMING_SHOWN = 8
/** More services than these would need a search of their own. */
const SERVICES_READ = 100
/** Figures of a whole day are not worth more questions than this, however much happens. */
const AFTER_CHANGE_MS = 5_000
/** Without any change, time goes on: buckets move, runs become due. */
const ANYWAY_MS = 30_000

/** What happened in the last 24 hours, what is open and what comes next; loaded anew soon after each change, and now and then. */
export function createOverviewState() {
  const client = useClient()
  const nothing = () => undefined
  /** Whether there is any action at all; without one the page shows the way in. */
  const actions = createLoaded<{ some: boolean }, undefined>(nothing, () =>
    ask(client, ActionNamesDocument, { first: 1 }, (data) => ({ some: data.actions.edges.length > 0 })),
  )
  const stats = createLoaded<Stats, undefined>(nothing, () => ask(client, StatsDocument, { hours: HOURS }, (data) => data.stats))
  const backlog = createLoaded<Backlog, undefined>(nothing, () =>
    ask(client, BacklogDocument, { due: new Date().toISOString() }, (data) => data),
  )
  const coming = createLoaded<{ runs: Coming[] }, undefined>(nothing, () =>
    ask(client, UpcomingRunsDocument, { first: COMING_SHOWN }, (data) => ({ runs: data.upcomingRuns.runs })),
  )
  const circuits = createLoaded<{ open: ServiceViewFragment[] }, undefined>(nothing, () =>
    ask(client, ServicesDocument, { first: SERVICES_READ }, ({ services }) => ({
      open: services.edges.map(({ node }) => node).filter(({ breaker }) => breaker.state !== 'CLOSED'),
    })),
  )

  let changed = false
  let asked = Date.now()
  const reload = async () => {
    changed = false
    asked = Date.now()
    await Promise.all([
      ...(actions.data()?.some ? [] : [actions.reload()]),
      stats.reload(),
      backlog.reload(),
      coming.reload(),
      circuits.reload(),
    ])
  }
  watchInvocations(
    () => ({}),
    () => {
      changed = true
    },
    reload,
  )
  createEffect(
    on(
      now,
      (at) => {
        if (!document.hidden && at - asked >= (changed ? AFTER_CHANGE_MS : ANYWAY_MS)) void reload()
      },
      { defer: true },
    ),
  )
  createEffect(on(createMemo(mode), () => void coming.reload(), { defer: true }))
  return { actions, stats, backlog, coming, circuits }
}
