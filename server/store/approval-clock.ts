import type { EventType } from '../domain/event.ts'
import type { Sql } from './database.ts'

/** An approval of which something is due: its end, a reminder, asking a second role. Ids are UUIDs. */
export interface DueApproval {
  id: string
  invocationId: string
  projectId: string
  actionId: string
  record: { type: string; id: string } | null
  /** The time for a decision is over. */
  expired: boolean
  remind: boolean
  escalate: boolean
  /** Its run does not wait for it any more, whatever ended that. */
  stray: boolean
}

/** How many ms until something of an approval is due, by the database's clock: 0 or less when it is; Infinity without any. */
export async function nextApprovalDue(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ ms: number }>({
    name: 'next-approval-due',
    text: `select date_part('epoch', ${DUE_AT} - clock_timestamp()) * 1000 as ms from approvals p where p.status = 'PENDING' order by ${DUE_AT} limit 1`,
  })
  return rows[0]?.ms ?? Number.POSITIVE_INFINITY
}

/**
 * Holds the runs and approvals of which something is due, the earliest first, until the transaction ends. What someone else holds at this moment,
 * such as another server or who is deciding, is passed over.
 */
export async function holdDueApprovals(sql: Sql, limit: number): Promise<DueApproval[]> {
  const { rows: runs } = await sql.query<{ id: string }>({ name: 'hold-due-runs', text: HOLD_RUNS, values: [limit] })
  if (runs.length === 0) return []
  const { rows } = await sql.query<DueApproval>({ name: 'hold-due-approvals', text: HOLD, values: [runs.map(({ id }) => id)] })
  return rows
}

/** Notes that people are reminded now, which happens once. */
export const markReminded = (sql: Sql, ids: readonly string[]): Promise<unknown> =>
  sql.query({ name: 'mark-reminded', text: mark('remind_at = null', 'approval.reminded'), values: [ids] })

/** Lets the second role decide too, from now on. */
export const markEscalated = (sql: Sql, ids: readonly string[]): Promise<unknown> =>
  sql.query({ name: 'mark-escalated', text: mark(`escalated_at = ${NOW}`, 'approval.escalated'), values: [ids] })

/** Closes approvals that no run waits for. */
export const closeStrays = (sql: Sql, ids: readonly string[]): Promise<unknown> =>
  sql.query({
    name: 'close-stray-approvals',
    text: `update approvals set status = 'CANCELLED', decided_at = ${NOW} where id = any ($1::uuid[]) and status = 'PENDING'`,
    values: [ids],
  })

const NOW = `date_trunc('milliseconds', clock_timestamp())`

/** SQL: when something of approval p is due, as its index knows it. */
const DUE_AT = 'least(p.expires_at, p.remind_at, case when p.escalated_at is null then p.escalate_at end)'

// First the run and then its approval, as everyone who changes both.
const HOLD_RUNS = `
select i.id
from approvals p join invocations i on i.id = p.invocation_id
where p.status = 'PENDING' and ${DUE_AT} <= now()
order by ${DUE_AT}
limit $1
for update of i skip locked`

const HOLD = `
select p.id, p.invocation_id as "invocationId", p.project_id as "projectId", p.action_id as "actionId",
  case when i.record_type is not null and i.record_id is not null then json_build_object('type', i.record_type, 'id', i.record_id) end as record,
  p.expires_at <= now() as expired, coalesce(p.remind_at <= now(), false) as remind,
  coalesce(p.escalated_at is null and p.escalate_at <= now(), false) as escalate, i.status <> 'AWAITING_APPROVAL' as stray
from approvals p join invocations i on i.id = p.invocation_id
where p.invocation_id = any ($1::uuid[]) and p.status = 'PENDING' and ${DUE_AT} <= now()
for update of p skip locked`

const mark = (set: string, type: EventType): string => `
with marked as (
  update approvals p set ${set} where p.id = any ($1::uuid[]) and p.status = 'PENDING'
  returning p.project_id, p.action_id, p.invocation_id
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, '${type}', ${NOW}, action_id, invocation_id, 'AWAITING_APPROVAL' from marked`
