import type pg from 'pg'
import { nextRun } from '../domain/recurring.ts'
import type { Log } from '../log.ts'
import { deleteCompleted } from '../store/delete-completed.ts'
import { type EndedRun, goOnRolling } from '../store/rolling.ts'

/** What follows from the end of a run. */
export interface AfterRuns {
  /** One round. True when there may be more to do at once. */
  round(): Promise<boolean>
}

export interface AfterRunsOptions {
  pool: pg.Pool
  log: Log
  /** After a round that changed something. */
  onChange(): void
}

/** Actions in one round, of each kind. */
const ACTIONS = 500

/** Gives ROLLING schedules their next time when a run has ended, and deletes one-time actions that are to go after theirs. */
export function createAfterRuns({ pool, log, onChange }: AfterRunsOptions): AfterRuns {
  /** Schedules that have come to their end, or cannot be worked out here: passed over until they are edited. */
  const ended = new Map<string, EndedRun>()

  function decide(run: EndedRun): number | null {
    const { actionId, rule, calendar, endedAt } = run
    let next: number | undefined
    try {
      next = nextRun(rule, calendar, endedAt)
    } catch (error) {
      log.error({ err: error, action: actionId, rule }, 'schedule cannot be worked out')
    }
    if (next === undefined) ended.set(actionId, run)
    return next ?? null
  }

  return {
    async round() {
      const looked = await goOnRolling(pool, { limit: ACTIONS, except: [...ended.values()] }, decide)
      const deleted = await deleteCompleted(pool, ACTIONS)
      if (deleted > 0) onChange()
      return deleted === ACTIONS || looked === ACTIONS
    },
  }
}
