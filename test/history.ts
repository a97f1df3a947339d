import { v7 } from 'uuid'
import type { InvocationStatus, StatusReason } from '../server/domain/lifecycle.ts'
import { isFinal } from '../server/domain/lifecycle.ts'
import type { Sql } from '../server/store/database.ts'

/** A run of the past, as it would have been recorded. */
export interface PastRun {
  status: InvocationStatus
  /** When it was made, was due, and (when final) ended, epoch ms. */
  at: number
  /** Default `at`. */
  finishedAt?: number
  errorCode?: string
  errorMessage?: string
  retryOf?: string
  version?: number
  /** Durations of its attempts, ms. */
  attempts?: readonly number[]
}

const REASON: Readonly<Partial<Record<InvocationStatus, StatusReason>>> = { CANCELLED: 'USER', MISSED: 'SCHEDULER_DOWN' }

/** Puts runs of one action into the tables, in few statements, and gives their UUIDs. */
export async function addHistory(sql: Sql, of: { projectId: string; actionId: string }, runs: readonly PastRun[]): Promise<string[]> {
  const ids = runs.map(({ at }) => v7({ msecs: at }))
  const rows = runs.map(({ status, at, finishedAt = at, attempts = [], ...run }, n) => ({
    ...run,
    id: ids[n],
    status,
    at,
    finished: isFinal(status) ? finishedAt : null,
    reason: REASON[status] ?? null,
    code: run.errorCode ?? (status === 'FAILED' ? 'HTTP_500' : null),
    tries: attempts.length || (status === 'SUCCEEDED' || status === 'FAILED' || status === 'RETRYING' || status === 'RUNNING' ? 1 : 0),
  }))
  await sql.query(RUNS, [of.projectId, of.actionId, JSON.stringify(rows)])
  const attempts = runs.flatMap(({ at, attempts = [] }, n) =>
    attempts.map((ms, index) => ({ id: v7({ msecs: at }), of: ids[n], n: index + 1, at, ms })),
  )
  await sql.query(ATTEMPTS, [JSON.stringify(attempts)])
  return ids
}

const RUNS = `
insert into invocations (id, project_id, action_id, action_version, status, outcome, status_reason, trigger, run_at, sort_at, attempt_count,
  max_attempts, lease_owner, lease_until, dispatched_at, started_at, finished_at, error_source, error_code, error_message, retry_of_id,
  actor_kind, created_at)
select r.id, $1, $2, r.version, r.status, case when r.status >= 'FAILED' then r.status end, r.reason, 'MANUAL', t.made, t.made, r.tries, 100,
  case r.status when 'RUNNING' then r.id end, case r.status when 'RUNNING' then t.made + interval '1 day' end,
  case when r.tries > 0 then t.made end, case when r.tries > 0 then t.made end, to_timestamp(r.finished / 1000),
  case when r.code is not null then 'TARGET'::error_source end, r.code, r."errorMessage", r."retryOf", 'SYSTEM', least(t.made, now())
from json_to_recordset($3) as r (id uuid, version integer, status invocation_status, reason status_reason, at float8, finished float8,
  tries smallint, code text, "errorMessage" text, "retryOf" uuid)
cross join lateral (select to_timestamp(r.at / 1000)) t (made)`

const ATTEMPTS = `
insert into attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code)
select id, "of", n, to_timestamp(at / 1000), to_timestamp((at + ms) / 1000), ms, 200
from json_to_recordset($1) as a (id uuid, "of" uuid, n smallint, at float8, ms float8)`
