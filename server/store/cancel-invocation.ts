import { eventTypeOf } from '../domain/event.ts'
import { type InvocationStatus, sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'

/**
 * Cancels an invocation whose request has not left, fenced by the states that may be cancelled.
 * Gives null when it is cancelled, else the state that forbade it; undefined for an unknown one and one of another project.
 */
export async function cancelInvocation(sql: Sql, projectId: string, id: string): Promise<InvocationStatus | null | undefined> {
  const { rowCount } = await sql.query({
    name: 'cancel-invocation',
    text: CANCEL,
    values: [id, projectId, sourcesOf('CANCELLED', 'USER'), eventTypeOf('CANCELLED')],
  })
  if (rowCount) return null
  const { rows } = await sql.query<{ status: InvocationStatus }>('select status from invocations where id = $1 and project_id = $2', [
    id,
    projectId,
  ])
  return rows[0]?.status
}

const CANCEL = `
with cancelled as (
  update invocations
  set status = 'CANCELLED', outcome = 'CANCELLED', status_reason = 'USER', finished_at = date_trunc('milliseconds', clock_timestamp()),
    lease_owner = null, lease_until = null, error_source = null, error_code = null, error_message = null
  where id = $1 and project_id = $2 and status = any ($3::invocation_status[])
  returning id, project_id, action_id, finished_at
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, $4, finished_at, action_id, id, 'CANCELLED' from cancelled
)
select id from cancelled`
