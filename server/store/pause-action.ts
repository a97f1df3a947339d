import type { StoredAction } from './action-row.ts'
import type { Sql } from './database.ts'
import { endWaiting } from './end-waiting.ts'
import { logActionEvent } from './log-events.ts'

/**
 * Stops the schedule of a locked action. Occurrences that were made ahead are MISSED(PAUSED); the one run of a ONE_TIME
 * action is held. What someone asked for by hand goes on.
 */
export async function pauseAction(sql: Sql, projectId: string, { id, spec }: StoredAction, note: string | null): Promise<void> {
  await sql.query(
    "update actions set enabled = false, pause_note = $2, next_run_at = null, updated_at = date_trunc('milliseconds', clock_timestamp()) where id = $1",
    [id, note],
  )
  await logActionEvent(sql, 'action.paused', projectId, id, note)
  if (spec.schedule.kind === 'RECURRING') await endWaiting(sql, id, 'OCCURRENCES', 'MISSED', 'PAUSED')
  if (spec.schedule.kind === 'ONE_TIME') await sql.query({ name: 'hold-run', text: HOLD, values: [id] })
}

const HOLD = `
update invocations set held = true, lease_owner = null, lease_until = null
where action_id = $1 and status = 'PENDING' and scheduled_for is not null`
