import type { Sql } from './database.ts'
import { endWaiting } from './end-waiting.ts'
import { logActionEvent } from './log-events.ts'

/** Hides a locked action, frees its key, forgets who might run it and cancels all of it that was not sent. Its history stays. */
export async function deleteStoredAction(sql: Sql, projectId: string, id: string): Promise<void> {
  await sql.query(
    `update actions set deleted_at = at, updated_at = at, next_run_at = null
     from (select date_trunc('milliseconds', clock_timestamp()) as at) c where id = $1`,
    [id],
  )
  await sql.query('delete from permissions where action_id = $1', [id])
  await logActionEvent(sql, 'action.deleted', projectId, id)
  await endWaiting(sql, id, 'ALL', 'CANCELLED', 'ACTION_DELETED')
  // What awaits an approval has no reason of its own for this in the lifecycle.
  await endWaiting(sql, id, 'ALL', 'CANCELLED', 'USER')
}
