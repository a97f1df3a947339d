import type { StoredAction } from './action-row.ts'
import type { Sql } from './database.ts'
import { endWaiting } from './end-waiting.ts'
import { logActionEvent } from './log-events.ts'
import { nextRunOf } from './next-run-of.ts'

/**
 * Lets a locked, paused action run again, from now on: an occurrence that fell into the pause is MISSED(PAUSED). A held run
 * of a ONE_TIME action keeps its time if that is still ahead; retries and runs by hand that were held go on.
 * Gives the next nominal time of a RECURRING one, epoch ms.
 */
export async function resumeAction(sql: Sql, projectId: string, action: StoredAction, note: string | null): Promise<number | null> {
  const { id } = action
  // Its calendar is there: the row refers to it.
  const nextRunAt = (await nextRunOf(sql, projectId, action)) ?? null
  await sql.query(
    `update actions set enabled = true, pause_note = null, next_run_at = to_timestamp($2::float8 / 1000),
       updated_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [id, nextRunAt],
  )
  await logActionEvent(sql, 'action.resumed', projectId, id, note)
  await sql.query({ name: 'release-held', text: RELEASE, values: [id] })
  await endWaiting(sql, id, 'HELD', 'MISSED', 'PAUSED')
  return nextRunAt
}

const RELEASE = `
update invocations set held = false
where action_id = $1 and held and (status = 'RETRYING' or status = 'PENDING' and (scheduled_for is null or run_at > clock_timestamp()))`
