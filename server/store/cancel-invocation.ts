import { type InvocationStatus, sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, END_APPROVALS, endedAs, endedColumns, LOG_ENDED } from './ended.ts'

/**
 * Cancels an invocation whose request has not left, fenced by the states that may be cancelled.
 * Gives null when it is cancelled, else the state that forbade it; undefined for an unknown one and one of another project.
 */
export async function cancelInvocation(sql: Sql, projectId: string, id: string): Promise<InvocationStatus | null | undefined> {
  const { rowCount } = await sql.query({
    name: 'cancel-invocation',
    text: CANCEL,
    values: [id, projectId, sourcesOf('CANCELLED', 'USER')],
  })
  if (rowCount) return null
  const { rows } = await sql.query<{ status: InvocationStatus }>('select status from invocations where id = $1 and project_id = $2', [
    id,
    projectId,
  ])
  return rows[0]?.status
}

const CANCEL = `
with ended as (
  update invocations i set ${endedAs('CANCELLED', 'USER')}
  where i.id = $1 and i.project_id = $2 and i.status = any ($3::invocation_status[])
  returning ${endedColumns('i')}
), ${CALL_ENDED}, ${END_APPROVALS}, logged as (
  ${LOG_ENDED}
)
select id from ended`
