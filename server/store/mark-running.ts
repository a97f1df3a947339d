import type pg from 'pg'
import { eventTypeOf } from '../domain/event.ts'
import { sourcesOf } from '../domain/lifecycle.ts'
import type { Claimed } from './claim.ts'

/** An invocation that is RUNNING on behalf of this process, with all that its request is made of. */
export interface Running {
  id: string
  projectId: string
  actionId: string
  /** When the attempt is due, epoch ms (database time). */
  runAt: number
  /** Nominal time of the run, epoch ms: its occurrence, or when someone asked for it. */
  scheduledFor: number
  /** 1-based number of this attempt. */
  attempt: number
  maxAttempts: number
  recurring: boolean
  method: string
  /** Absolute URL. */
  url: string
  headers: Record<string, string> | null
  body: string | null
  timeoutSeconds: number
}

/** What a server may still need after the deadline of the request: to read the clock, to write the outcome. */
export const LEASE_MARGIN_MS = 15_000

export interface MarkOptions {
  owner: string
  /** Rows due later than this are left alone, whatever was true when they were claimed. */
  aheadMs: number
}

/**
 * The point of no return, in one statement for many rows: from here on `cancel` answers that it is too late.
 * Fenced by owner, attempt and state, so a row that was cancelled, paused, taken over, put off or is locked right now does
 * not come back, and what does not come back is not sent. The lease is made long enough for the request's own deadline.
 * The first attempt pins the version of the request for all later ones.
 */
export async function markRunning(sql: pg.Pool, rows: readonly Claimed[], options: MarkOptions): Promise<{ now: number; rows: Running[] }> {
  const fences = JSON.stringify(rows.map(({ id, attemptCount }) => ({ id, n: attemptCount })))
  const answer = await sql.query<[number, Marked[] | null]>({
    name: 'mark-running',
    text: MARK,
    values: [options.owner, fences, options.aheadMs],
    rowMode: 'array',
  })
  const [now, marked] = answer.rows[0]!
  return { now, rows: (marked ?? []).map(toRunning) }
}

type Marked = [
  id: string,
  projectId: string,
  actionId: string,
  runAt: number,
  scheduledFor: number,
  attempt: number,
  maxAttempts: number,
  recurring: boolean,
  method: string,
  url: string,
  headers: Record<string, string> | null,
  body: string | null,
  timeoutSeconds: number,
]

const toRunning = (row: Marked): Running => ({
  id: row[0],
  projectId: row[1],
  actionId: row[2],
  runAt: Math.round(row[3]),
  scheduledFor: Math.round(row[4]),
  attempt: row[5],
  maxAttempts: row[6],
  recurring: row[7],
  method: row[8],
  url: row[9],
  headers: row[10],
  body: row[11],
  timeoutSeconds: row[12],
})

const STATES = sourcesOf('RUNNING')
  .map((status) => `'${status}'`)
  .join(', ')

// `at` is never before the instant itself: the statement runs some ms ahead of it, the request does not leave before it.
const MARK = `
with fenced as materialized (
  select i.id, greatest(i.run_at, clock_timestamp()) as at, coalesce(v.version, a.version) as version, a.kind,
    coalesce(v.method, a.method) as method,
    case when v.version is null then coalesce(s.base_url || a.path, a.url) else coalesce(s.base_url || v.path, v.url) end as url,
    case when v.version is null then a.headers else v.headers end as headers,
    coalesce(i.input, case when v.version is null then a.body else v.body end) as body,
    coalesce(v.timeout_seconds, a.timeout_seconds) as timeout_seconds
  from json_to_recordset($2) as given (id uuid, n smallint)
  join invocations i on i.id = given.id
  join actions a on a.id = i.action_id
  left join action_versions v on i.action_version <> a.version and v.action_id = i.action_id and v.version = i.action_version
  left join services s on s.id = case when v.version is null then a.service_id else v.service_id end
  where i.lease_owner = $1 and i.attempt_count = given.n and i.status in (${STATES}) and not i.held
    and i.run_at <= clock_timestamp() + $3::float8 * interval '1 millisecond'
    and a.deleted_at is null
  for update of i skip locked
), marked as (
  update invocations i
  set status = 'RUNNING', attempt_count = i.attempt_count + 1, action_version = f.version,
    started_at = coalesce(i.started_at, f.at), dispatched_at = f.at,
    lease_until = f.at + f.timeout_seconds * interval '1 second' + interval '${LEASE_MARGIN_MS} milliseconds',
    response_code = null, error_source = null, error_code = null, error_message = null
  from fenced f
  where i.id = f.id
  returning i.id, i.project_id, i.action_id, i.run_at, i.sort_at, i.attempt_count, i.max_attempts,
    f.at, f.kind, f.method, f.url, f.headers, f.body, f.timeout_seconds
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, '${eventTypeOf('RUNNING')}', at, action_id, id, 'RUNNING' from marked
)
select date_part('epoch', clock_timestamp()) * 1000, (select json_agg(json_build_array(
  id, project_id, action_id, date_part('epoch', run_at) * 1000, date_part('epoch', sort_at) * 1000, attempt_count, max_attempts,
  kind = 'RECURRING', method, url, headers, body, timeout_seconds)) from marked)`
