import { firstRun } from '../domain/action-schedule.ts'
import type { StoredAction } from './action-row.ts'
import type { Sql } from './database.ts'
import { endWaiting } from './end-waiting.ts'
import { logActionEvent } from './log-events.ts'

/**
 * Lets a locked, paused action run again, from now on: an occurrence that fell into the pause is MISSED(PAUSED). A held run
 * of a ONE_TIME action keeps its time if that is still ahead; retries and runs by hand that were held go on.
 */
export async function resumeAction(sql: Sql, projectId: string, { id, spec, now }: StoredAction, note: string | null): Promise<void> {
  await sql.query(
    `update actions set enabled = true, pause_note = null, next_run_at = to_timestamp($2::float8 / 1000),
       updated_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [id, firstRun(spec.schedule, null, now)],
  )
  await logActionEvent(sql, 'action.resumed', projectId, id, note)
  await sql.query({ name: 'release-held', text: RELEASE, values: [id] })
  await endWaiting(sql, id, 'HELD', 'MISSED', 'PAUSED')
}

const RELEASE = `
update invocations set held = false
where action_id = $1 and held and (status = 'RETRYING' or status = 'PENDING' and (scheduled_for is null or run_at > clock_timestamp()))`
