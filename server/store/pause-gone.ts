import type pg from 'pg'
import { lockAction } from './action-row.ts'
import { transaction } from './database.ts'
import { pauseAction } from './pause-action.ts'

/** Pauses a recurring action whose target answered 410 (gone for good). Does nothing when it is paused, changed to another kind or deleted. */
export function pauseGone(pool: pg.Pool, projectId: string, actionId: string): Promise<void> {
  return transaction(pool, async (sql) => {
    const action = await lockAction(sql, projectId, { id: actionId })
    if (action?.enabled && action.spec.schedule.kind === 'RECURRING') {
      await pauseAction(sql, projectId, action, 'The target answered 410 Gone.')
    }
  })
}
