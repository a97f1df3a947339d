import type pg from 'pg'
import type { Log } from '../log.ts'
import { readNoted, writeNoted } from '../store/installation.ts'
import type { MovedSchedule } from '../store/next-runs.ts'
import { reconcileSchedules } from '../store/reconcile.ts'
import { PLAN_AHEAD_MS } from './plan.ts'

/** Looks after stored next times, so that none is lost or stays behind a change of the zones. */
export interface Reconciler {
  /** One round over all schedules. Gives how many moved. */
  round(): Promise<number>
  /** Lets a round under way end early; what it did not look at is looked at in the next one. */
  stop(): void
}

export interface ReconcilerOptions {
  pool: pg.Pool
  log: Log
  /** Version of the time-zone data of this process; default that of Node. */
  zoneData?: string
  /** After a round that moved something. */
  onMoved(): void
}

/** Under which this installation notes the version that it worked with last. */
const ZONE_DATA = 'tzdata'

/** Works out every stored next time anew: a version of the time-zone data that says otherwise, or a time that was lost, is mended and told. */
export function createReconciler({ pool, log, zoneData = process.versions.tz ?? 'unknown', onMoved }: ReconcilerOptions): Reconciler {
  let stopped = false
  return {
    async round() {
      const before = await readNoted(pool, ZONE_DATA)
      const changed = before !== undefined && before !== zoneData
      if (before === undefined) log.info({ zoneData }, 'time-zone data')
      if (changed) log.warn({ before, zoneData }, 'time-zone data has changed; next runs are worked out anew')
      const moved = await reconcileSchedules(pool, {
        aheadMs: PLAN_AHEAD_MS,
        note: (one) => noteOf(one, changed ? `The time-zone data changed from ${before} to ${zoneData}` : undefined),
        onBroken: ({ actionId, rule }, error) => log.error({ err: error, action: actionId, rule }, 'schedule cannot be worked out'),
        stopped: () => stopped,
      })
      // After the round, so that one that was broken off begins again.
      if (moved !== undefined && before !== zoneData) await writeNoted(pool, ZONE_DATA, zoneData)
      if (moved) {
        log.warn({ schedules: moved, zoneData }, 'next runs were not what the schedules say; corrected')
        onMoved()
      }
      return moved ?? 0
    },
    stop() {
      stopped = true
    },
  }
}

function noteOf({ from, to }: MovedSchedule, cause = 'The stored next run was not what the schedule says'): string {
  const said = (at: number | null) => (at === null ? 'none' : new Date(at).toISOString())
  return `${cause}: next run moved from ${said(from)} to ${said(to)}.`
}
