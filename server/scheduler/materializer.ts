import type pg from 'pg'
import { spreadOf } from '../domain/recurring.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { logActionEvent } from '../store/log-events.ts'
import { type Decision, type DueSchedule, materialize } from '../store/materialize.ts'
import type { ScheduleRow } from '../store/schedule-row.ts'
import { PLAN_AHEAD_MS, plan } from './plan.ts'

/** Makes invocations of schedules shortly before they are due. */
export interface Materializer {
  /** One round. True when there may be more to do at once. */
  round(): Promise<boolean>
}

export interface MaterializerOptions {
  pool: pg.Pool
  db: Pick<Database, 'vault' | 'audit'>
  log: Log
  /** After a round that made something. */
  onMade(): void
}

/** Schedules in one transaction. */
const SCHEDULES = 500

export function createMaterializer({ pool, db, log, onMade }: MaterializerOptions): Materializer {
  /**
   * Schedules that cannot be worked out here, such as one in a zone that this server does not know. Reported once and passed over until they are
   * edited or the server is started anew; they stay due, because another server may know better.
   */
  const broken = new Map<string, ScheduleRow>()
  const unreported: { schedule: ScheduleRow; reason: string }[] = []

  function decide(due: DueSchedule): Decision | undefined {
    try {
      return plan({ ...due, spreadMs: spreadOf(due.actionId, due.spreadSeconds) }, due.now)
    } catch (error) {
      broken.set(due.actionId, due)
      unreported.push({ schedule: due, reason: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  async function report() {
    for (const one of unreported.splice(0)) {
      const { actionId, projectId, rule } = one.schedule
      log.error({ action: actionId, rule, reason: one.reason }, 'schedule cannot be worked out')
      await logActionEvent(
        pool,
        'action.rescheduled',
        projectId,
        actionId,
        `The schedule cannot be worked out, so nothing runs. ${one.reason}`,
      )
    }
  }

  return {
    async round() {
      const { moved, more } = await materialize(
        pool,
        { aheadMs: PLAN_AHEAD_MS, limit: SCHEDULES, except: [...broken.values()], db },
        decide,
      )
      if (unreported.length > 0) await report()
      if (moved > 0) onMade()
      return more
    },
  }
}
