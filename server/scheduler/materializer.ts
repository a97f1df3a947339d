import type pg from 'pg'
import type { Log } from '../log.ts'
import { type DueSchedule, materialize } from '../store/materialize.ts'
import { PLAN_AHEAD_MS, plan } from './plan.ts'

/** Makes invocations of schedules shortly before they are due. */
export interface Materializer {
  /** One round. True when there may be more to do at once. */
  round(): Promise<boolean>
}

export interface MaterializerOptions {
  pool: pg.Pool
  log: Log
  /** After a round that made something. */
  onMade(): void
}

/** Schedules in one transaction. */
const SCHEDULES = 100

export function createMaterializer({ pool, log, onMade }: MaterializerOptions): Materializer {
  /** Schedules that cannot be worked out, such as one in a zone that this server does not know. Logged once, tried again after a restart. */
  const broken = new Set<string>()

  function decide({ actionId, cronExpression, timezone, nextRunAt, now }: DueSchedule) {
    try {
      const { runs, nextRunAt: next, unrecorded } = plan({ cronExpression, timezone }, Math.round(nextRunAt), now)
      if (unrecorded) log.warn({ action: actionId }, 'too many runs were missed to record each; the oldest have no row')
      return { runs, nextRunAt: next }
    } catch (error) {
      broken.add(actionId)
      log.error({ err: error, action: actionId, cronExpression, timezone }, 'schedule cannot be worked out')
      return undefined
    }
  }

  return {
    async round() {
      const found = await materialize(pool, { aheadMs: PLAN_AHEAD_MS, limit: SCHEDULES, except: [...broken] }, decide)
      if (found > 0) onMade()
      return found === SCHEDULES
    },
  }
}
