import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { tellApprovers } from './notices.ts'

/** REJECTED: someone said no. EXPIRED: the time for the decision is over, by the database's clock. */
export type ApprovalEnd = 'REJECTED' | 'EXPIRED'

/**
 * Ends runs that wait for a decision, with their approvals: CANCELLED(REJECTED) or CANCELLED(APPROVAL_EXPIRED). Of this and a vote at the
 * same moment one wins, since both take the run's row first. Gives the UUIDs of the runs that were ended.
 */
export async function endApprovals(sql: Sql, invocationIds: readonly string[], end: ApprovalEnd): Promise<string[]> {
  const { rows } = await sql.query<{ invocationId: string; id: string }>({
    name: `end-approvals-${end}`,
    text: END[end],
    values: [invocationIds],
  })
  await tellApprovers(sql, rows, end)
  return rows.map(({ invocationId }) => invocationId)
}

const endText = (end: ApprovalEnd, reason: 'REJECTED' | 'APPROVAL_EXPIRED', type: string, fence: string) => `
with ended as (
  update invocations i set ${endedAs('CANCELLED', reason)}
  from approvals p
  where i.id = any ($1::uuid[]) and i.status = 'AWAITING_APPROVAL' and p.invocation_id = i.id and p.status = 'PENDING' and ${fence}
  returning ${endedColumns('i')}
), ${CALL_ENDED}, logged as (
  ${LOG_ENDED}
), decided as (
  update approvals p set status = '${end}', decided_at = e.finished_at, remind_at = null, escalate_at = null
  from ended e where p.invocation_id = e.id
  returning p.id, p.project_id, p.action_id, p.invocation_id, p.decided_at
), told as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, '${type}', decided_at, action_id, invocation_id, 'CANCELLED' from decided
)
select id, invocation_id as "invocationId" from decided`

const END: Record<ApprovalEnd, string> = {
  REJECTED: endText('REJECTED', 'REJECTED', 'approval.rejected', 'true'),
  EXPIRED: endText('EXPIRED', 'APPROVAL_EXPIRED', 'approval.expired', 'p.expires_at <= clock_timestamp()'),
}
