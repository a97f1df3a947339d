import { type StatusReason, sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'

/**
 * Ends one run (UUID) that this transaction holds and whose request is not under way, with its callback and its event. Nothing happens in a state
 * from which that way does not lead.
 */
export async function endRun(sql: Sql, id: string, status: 'CANCELLED' | 'MISSED', reason: StatusReason): Promise<void> {
  await sql.query({ name: `end-run-${status}-${reason}`, text: textOf(status, reason), values: [id, sourcesOf(status, reason)] })
}

const textOf = (status: 'CANCELLED' | 'MISSED', reason: StatusReason) => `
with ended as (
  update invocations i set ${endedAs(status, reason)}
  where i.id = $1 and i.status = any ($2::invocation_status[])
  returning ${endedColumns('i')}
), ${CALL_ENDED}
${LOG_ENDED}`
