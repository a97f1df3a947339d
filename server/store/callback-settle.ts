import { SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import type { AttemptRecord } from './attempt-record.ts'
import { type AuditNote, auditedOn } from './audited.ts'
import type { Database } from './database.ts'

/** How one attempt of a callback ended. */
export interface CallbackOutcome extends AttemptRecord {
  /** The fence: who made which attempt of which callback. */
  invocationId: string
  attempt: number
  owner: string
  /** PENDING: to be tried again, at `retryAt` (epoch ms, database time). */
  status: 'PENDING' | 'DELIVERED' | 'FAILED'
  retryAt: number | null
}

/**
 * Records outcomes of callbacks: the attempt, the callback's new state, its event and its entry in the audit, in one transaction for many.
 *
 * @returns the invocations whose callbacks were settled; one that is missing was fenced off, and nothing of its outcome was written
 */
export function settleCallbacks(db: Database, outcomes: readonly CallbackOutcome[]): Promise<Set<string>> {
  return auditedOn(db, db.pool, async (sql, note) => {
    const { rows } = await sql.query<SettledCallback>(SETTLE, [JSON.stringify(outcomes)])
    for (const row of rows) note({ projectId: row.projectId, actor: SYSTEM }, noteOf(row))
    return new Set(rows.map(({ id }) => id))
  })
}

interface SettledCallback extends Pick<CallbackOutcome, 'attempt' | 'status' | 'responseCode' | 'errorCode'> {
  id: string
  projectId: string
  actionId: string
}

const noteOf = ({ id, actionId, attempt, status, responseCode, errorCode }: SettledCallback): AuditNote => ({
  verb: 'callback.sent',
  object: { type: 'callback', id: publicId('callback', id) },
  actionId,
  invocationId: id,
  data: { attempt, status, ...(responseCode !== null && { responseCode }) },
  result: status === 'DELIVERED' ? 'DONE' : 'FAILED',
  code: errorCode,
})

const SETTLE = `
with given as materialized (
  select * from json_to_recordset($1) as o ("invocationId" uuid, attempt smallint, owner uuid, status callback_status, "retryAt" float8,
    "attemptId" uuid, "startedAt" float8, "finishedAt" float8, "durationMs" real, "responseCode" smallint, "responseHeaders" json,
    "responseBody" text, truncated boolean, "errorCode" text, "errorMessage" text, phases real[], "failedPhase" attempt_phase)
), settled as (
  update callbacks c
  set status = g.status, lease_owner = null, lease_until = null, run_at = coalesce(to_timestamp(g."retryAt" / 1000), c.run_at),
    finished_at = case when g.status <> 'PENDING' then date_trunc('milliseconds', clock_timestamp()) end,
    response_code = g."responseCode", error_code = g."errorCode", error_message = g."errorMessage"
  from given g
  where c.invocation_id = g."invocationId" and c.attempt_count = g.attempt and c.lease_owner = g.owner and c.status = 'PENDING'
  returning c.project_id, date_trunc('milliseconds', clock_timestamp()) as at, g.*
), recorded as (
  insert into callback_attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code, response_headers,
    response_body, truncated, error_code, error_message, dns_ms, connect_ms, tls_ms, send_ms, wait_ms, body_ms, failed_phase)
  select "attemptId", "invocationId", attempt, to_timestamp("startedAt" / 1000), to_timestamp("finishedAt" / 1000), "durationMs",
    "responseCode", "responseHeaders", "responseBody", truncated, "errorCode", "errorMessage",
    phases[1], phases[2], phases[3], phases[4], phases[5], phases[6], "failedPhase"
  from settled
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id)
  select s.project_id, case s.status when 'DELIVERED' then 'callback.delivered' when 'FAILED' then 'callback.failed' else 'callback.retrying' end,
    s.at, i.action_id, i.id
  from settled s join invocations i on i.id = s."invocationId"
)
select i.id, s.project_id as "projectId", i.action_id as "actionId", s.attempt, s.status, s."responseCode", s."errorCode"
from settled s join invocations i on i.id = s."invocationId"`
