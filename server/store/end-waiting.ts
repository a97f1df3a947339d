import { type StatusReason, sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, END_APPROVALS, endedAs, endedColumns, LOG_ENDED } from './ended.ts'

/** ALL that wait; only the action's own OCCURRENCES (not what someone asked for by hand, nor a backfill); only those that are HELD by a pause. */
export type Which = 'ALL' | 'OCCURRENCES' | 'HELD'

/**
 * Ends the invocations of an action that were not sent yet, as far as the lifecycle allows `status` with `reason`, and
 * writes their events. What was sent once already is not superseded by an edit: it goes on.
 */
export async function endWaiting(
  sql: Sql,
  actionId: string,
  which: Which,
  status: 'CANCELLED' | 'MISSED',
  reason: StatusReason,
): Promise<void> {
  const sources = sourcesOf(status, reason).filter((from) => reason !== 'SUPERSEDED' || from !== 'RETRYING')
  await sql.query({ name: `end-waiting-${which}-${reason}`, text: endText(WHERE[which], status, reason), values: [actionId, sources] })
}

const WHERE: Record<Which, string> = {
  ALL: 'true',
  OCCURRENCES: 'i.scheduled_for is not null and i.backfill_id is null',
  HELD: 'i.scheduled_for is not null and i.held',
}

const endText = (condition: string, status: 'CANCELLED' | 'MISSED', reason: StatusReason) => `
with ended as (
  update invocations i set ${endedAs(status, reason)}
  where i.action_id = $1 and i.status = any ($2::invocation_status[]) and ${condition}
  returning ${endedColumns('i')}
), ${CALL_ENDED}, ${END_APPROVALS}
${LOG_ENDED}`
