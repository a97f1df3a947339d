import { eventTypeOf } from '../domain/event.ts'
import { type StatusReason, sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'

/** ALL that wait; only the action's own OCCURRENCES (not what someone asked for by hand, nor a backfill); only those that are HELD by a pause. */
export type Which = 'ALL' | 'OCCURRENCES' | 'HELD'

/**
 * Ends the invocations of an action that were not sent yet, as far as the lifecycle allows `status` with `reason`, and
 * writes their events. What was sent once already is not superseded by an edit: it goes on. Whoever held a lease on one finds it gone when he marks it RUNNING.
 */
export async function endWaiting(
  sql: Sql,
  actionId: string,
  which: Which,
  status: 'CANCELLED' | 'MISSED',
  reason: StatusReason,
): Promise<void> {
  await sql.query({
    name: `end-waiting-${which}`,
    text: END[which],
    values: [
      actionId,
      sourcesOf(status, reason).filter((from) => reason !== 'SUPERSEDED' || from !== 'RETRYING'),
      status,
      reason,
      eventTypeOf(status),
    ],
  })
}

const endText = (condition: string) => `
with ended as (
  update invocations
  set status = $3, outcome = $3, status_reason = $4, finished_at = date_trunc('milliseconds', clock_timestamp()),
    lease_owner = null, lease_until = null, error_source = null, error_code = null, error_message = null
  where action_id = $1 and status = any ($2::invocation_status[]) ${condition}
  returning id, project_id, action_id, status, finished_at
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, $5, finished_at, action_id, id, status from ended`

const END: Record<Which, string> = {
  ALL: endText(''),
  OCCURRENCES: endText('and scheduled_for is not null and backfill_id is null'),
  HELD: endText('and scheduled_for is not null and held'),
}
