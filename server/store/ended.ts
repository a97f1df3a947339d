import { eventTypeOf } from '../domain/event.ts'
import type { StatusReason } from '../domain/lifecycle.ts'
import { callBack } from './callback-rows.ts'

/**
 * SQL: the assignments that end an invocation whose request is not under way. Whoever held a lease on it finds it gone, and its status, its
 * `outcome` and its reason agree, as the table's rule wants.
 */
export const endedAs = (status: 'CANCELLED' | 'MISSED', reason: StatusReason): string =>
  `status = '${status}', outcome = '${status}', status_reason = '${reason}', finished_at = date_trunc('milliseconds', clock_timestamp()),
    lease_owner = null, lease_until = null, error_source = null, error_code = null, error_message = null`

/** SQL: what such an update returns of row `alias` for `LOG_ENDED`. */
export const endedColumns = (alias: string): string =>
  ['id', 'project_id', 'action_id', 'status', 'finished_at'].map((name) => `${alias}.${name}`).join(', ')

/** SQL: a CTE that makes the callbacks of the invocations in the CTE `ended`. */
export const CALL_ENDED = `called as (${callBack('ended', 'finished_at')})`

/** SQL: the events of the invocations in the CTE `ended`. */
export const LOG_ENDED = `insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, case status when 'MISSED' then '${eventTypeOf('MISSED')}' else '${eventTypeOf('CANCELLED')}' end, finished_at, action_id, id, status
from ended`

/** SQL: CTEs that end the approvals for which the invocations in the CTE `ended` waited, and their events. */
export const END_APPROVALS = `undecided as (
  update approvals p set status = 'CANCELLED', decided_at = e.finished_at, remind_at = null, escalate_at = null
  from ended e where p.invocation_id = e.id and p.status = 'PENDING'
  returning p.project_id, p.action_id, p.invocation_id, p.decided_at
), logged_undecided as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'approval.cancelled', decided_at, action_id, invocation_id, 'CANCELLED' from undecided
)`
