import type { Actor } from '../domain/actor.ts'
import { eventTypeOf } from '../domain/event.ts'
import { sourcesOf } from '../domain/lifecycle.ts'
import type { RetryPlan } from '../domain/retry.ts'
import { ON_TIME_MS } from '../domain/run-policies.ts'
import { AWAKE, type Claimed } from './claim.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { LANE_OF } from './lane.ts'
import { NOT_BLOCKED } from './overlap.ts'
import { ELSEWHERE, PINNED, SENT, TARGET } from './pinned-request.ts'
import { UP_SINCE } from './scheduler-beat.ts'

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
  /** As stored: see action-headers.ts. */
  headers: string | null
  body: string | null
  timeoutSeconds: number
  /** Null for a target that is a URL. */
  serviceId: string | null
  /** It goes to an address that its service had before: how it ends says nothing of the service as it is now. */
  elsewhere: boolean
  /** Sealed, of its service, else of its project. */
  signing: Signing
  /** The secrets that its headers name: UUID and sealed value. Null when they name none; one that does not exist is missing. */
  secrets: Record<string, [id: string, value: string]> | null
  /** Null: as by default. */
  retry: RetryPlan | null
  /** Its action has a callbackUrl. */
  callback: boolean
  /** It counts against a limit. */
  limited: boolean
  /** Who asked for it, and for which record: the audit says so of every delivery. */
  asked: Asked
}

export interface Asked {
  actorKind: Actor['kind']
  actorId: string | null
  recordType: string | null
  recordId: string | null
}

export interface Signing {
  current: string | null
  /** While a rotation overlaps. */
  previous: string | null
}

/**
 * `now`: the database's clock while it did this. `seen`: how many rows it dealt with; what is not in `rows` went into a lane, is missed, or is
 * to be judged anew.
 */
export interface Marked {
  now: number
  rows: Running[]
  seen: number
}

/** What a server may still need after the deadline of the request: to read the clock, to write the outcome. */
export const LEASE_MARGIN_MS = 15_000

export interface MarkOptions {
  owner: string
  /** Rows due later than this are left alone, whatever was true when they were claimed. */
  aheadMs: number
}

/**
 * The point of no return, in one statement for many claimed rows: from here on `cancel` answers that it is too late.
 * Fenced by owner, attempt and state, so a row that was cancelled, paused, taken over, put off or is locked right now does
 * not come back, and what does not come back is not sent. The lease is made long enough for the request's own deadline.
 * The first attempt pins the version of the request for all later ones.
 * What counts against a limit, and what calls a service whose circuit is not closed, is not marked: it goes into its lane. Nor is what was
 * asked for under other rules than those of now: it is guarded from then on (take-guarded.ts).
 */
export async function markRunning(sql: Sql, rows: readonly Claimed[], { owner, aheadMs }: MarkOptions): Promise<Marked> {
  const fences = JSON.stringify(rows.map(({ id, attemptCount }) => ({ id, n: attemptCount })))
  return runMark(sql, { name: 'mark-running', text: MARK, values: [owner, fences, aheadMs] })
}

export interface TakeOptions {
  owner: string
  limit: number
  /** Beginnings of URLs (`https://host:port/`) of hosts that are busy. */
  saturated: readonly string[]
}

/** The same for rows that are due already and nobody holds, oldest first: without a claim before, in one step. */
export async function takeDue(sql: Sql, { owner, limit, saturated }: TakeOptions): Promise<Marked> {
  return runMark(sql, { name: 'take-due', text: TAKE, values: [owner, limit, saturated] })
}

type Row = [
  now: number,
  seen: number,
  id: string | null,
  projectId: string,
  actionId: string,
  runAt: number,
  scheduledFor: number,
  attempt: number,
  maxAttempts: number,
  recurring: boolean,
  method: string,
  url: string,
  headers: string | null,
  body: string | null,
  timeoutSeconds: number,
  serviceId: string | null,
  elsewhere: boolean,
  signing: string | null,
  previousSigning: string | null,
  secrets: Running['secrets'],
  retry: RetryPlan | null,
  callback: boolean,
  actorKind: Actor['kind'],
  actorId: string | null,
  recordType: string | null,
  recordId: string | null,
]

/** Runs a statement of this file. `limited`: what it marks counts against limits. */
export async function runMark(sql: Sql, statement: { name: string; text: string; values: unknown[] }, limited = false): Promise<Marked> {
  const { rows } = await sql.query<Row>({ ...statement, rowMode: 'array' })
  const marked: Running[] = []
  for (const row of rows) {
    if (row[2] === null) continue
    marked.push({
      id: row[2],
      projectId: row[3],
      actionId: row[4],
      runAt: Math.round(row[5]),
      scheduledFor: Math.round(row[6]),
      attempt: row[7],
      maxAttempts: row[8],
      recurring: row[9],
      method: row[10],
      url: row[11],
      headers: row[12],
      body: row[13],
      timeoutSeconds: row[14],
      serviceId: row[15],
      elsewhere: row[16],
      signing: { current: row[17], previous: row[18] },
      secrets: row[19],
      retry: row[20],
      callback: row[21],
      limited,
      asked: { actorKind: row[22], actorId: row[23], recordType: row[24], recordId: row[25] },
    })
  }
  const [[now, seen]] = rows as [Row]
  return { now, rows: marked, seen }
}

/** SQL: the states from which a run may start. */
export const STATES = sourcesOf('RUNNING')
  .map((status) => `'${status}'`)
  .join(', ')

/**
 * SQL: an occurrence that had its row in time, was due while no scheduler was at work, and is later than its action allows for catching
 * up. One that was made late was chosen by the catch-up policy, and what waits for room, or for another run, has its own reason to be late.
 */
const TOO_LATE = `(a.kind = 'RECURRING' and i.trigger = 'SCHEDULE' and i.status = 'PENDING' and i.created_at <= i.run_at
    and i.run_at < ${UP_SINCE} and i.run_at < clock_timestamp() - greatest(${ON_TIME_MS / 1000}, case a.catch_up when 'NONE' then 0 else a.catch_up_window_seconds end) * interval '1 second')`

/**
 * SQL: the rules of project `p` changed since it was judged who asked for row `i`. Only before its first attempt: what was sent once goes on.
 * What the schedule made has no version.
 */
export const STALE = `((i.policy_version <> p.policy_version and i.status = 'PENDING') is true)`

/** What one statement marks. */
export interface MarkSource {
  /** SQL after `from` that names the rows i, with what REQUEST joins to them, and locks them. */
  rows: string
  /** They come out of their lanes: whether they are too late was judged before they went in. */
  limited?: boolean
  /** Under which rules they were judged is for `rows` to compare: what it names is guarded no longer. */
  judged?: boolean
  /** CTEs that follow from `marked`; each begins with a comma. */
  also?: string
}

/**
 * `at` is never before the instant itself: a mark is made some ms ahead of it, and the request does not leave before it. The outer join
 * gives one row also when there is none, so that every answer tells the time.
 */
export const markStatement = ({ rows, limited = false, judged = false, also = '' }: MarkSource): string => `
with fenced as materialized (
  select i.id, greatest(i.run_at, clock_timestamp()) as at, ${SENT.version} as version, a.kind,
    ${SENT.method} as method,
    ${SENT.url} as url,
    ${SENT.headers} as headers,
    ${SENT.body} as body,
    coalesce(v.timeout_seconds, a.timeout_seconds) as timeout_seconds, s.id as service_id, ${ELSEWHERE} as elsewhere, ${limited ? 'a.concurrency_key,' : ''}
    case when s.id is null then p.signing_secret else s.signing_secret end as signing,
    case when case when s.id is null then p.previous_signing_until else s.previous_signing_until end > now()
      then case when s.id is null then p.previous_signing_secret else s.previous_signing_secret end end as previous_signing,
    ${SENT.secretNames} as secret_names,
    a.retry, a.callback_url is not null as callback, ${limited ? 'false' : TOO_LATE} as too_late, ${limited ? 'null' : LANE_OF} as lane,
    ${judged ? 'false' : STALE} as stale
  from ${rows}
), marked as (
  update invocations i
  set status = 'RUNNING', attempt_count = i.attempt_count + 1, action_version = f.version, ${limited ? 'lane = null,' : ''} ${judged ? 'guarded = false,' : ''}
    lease_owner = $1, lease_until = f.at + f.timeout_seconds * interval '1 second' + interval '${LEASE_MARGIN_MS} milliseconds',
    started_at = coalesce(i.started_at, f.at), dispatched_at = f.at,
    response_code = null, error_source = null, error_code = null, error_message = null
  from fenced f
  where i.id = f.id and not f.too_late and f.lane is null and not f.stale
  returning i.id, i.project_id, i.action_id, i.run_at, coalesce(i.scheduled_for, i.sort_at) as nominal, i.attempt_count, i.max_attempts,
    f.at, f.kind, f.method, f.url, f.headers, f.body, f.timeout_seconds, f.service_id, f.elsewhere, f.signing, f.previous_signing, f.secret_names,
    f.retry, f.callback, i.actor_kind, i.actor_id, i.record_type, i.record_id ${limited ? ', i.lease_until, f.concurrency_key' : ''}
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, '${eventTypeOf('RUNNING')}', at, action_id, id, 'RUNNING' from marked
)${limited ? '' : NOT_MARKED}${also}
select date_part('epoch', clock_timestamp()) * 1000, (select count(*)::int from fenced),
  id, project_id, action_id, date_part('epoch', run_at) * 1000, date_part('epoch', nominal) * 1000, attempt_count, max_attempts,
  kind = 'RECURRING', method, url, headers, body, timeout_seconds, service_id, elsewhere, signing, previous_signing,
  case when secret_names is not null then (
    select json_object_agg(x.name, json_build_array(x.id, x.value)) from secrets x
    where x.project_id = marked.project_id and x.name = any (secret_names)
  ) end,
  retry, callback, actor_kind, actor_id, record_type, record_id
from (values (1)) as always left join marked on true`

/** SQL: what becomes of the rows that are not marked. */
const NOT_MARKED = `, laned as (
  update invocations i set lane = f.lane, guarded = i.guarded or f.stale, lease_owner = null, lease_until = null
  from fenced f
  where i.id = f.id and (f.lane is not null or f.stale) and not f.too_late
), ended as (
  update invocations i set ${endedAs('MISSED', 'SCHEDULER_DOWN')}
  from fenced f
  where i.id = f.id and f.too_late
  returning ${endedColumns('i')}
), logged_ended as (
  ${LOG_ENDED}
), ${CALL_ENDED}`

/** SQL: joins to row i its action a, its project p, and the version v and the service s of its request. */
export const REQUEST = `
  join actions a on a.id = i.action_id
  join projects p on p.id = i.project_id
  ${PINNED}`

/** What may be sent now, whoever asks: nothing of a deleted action or a project that rests, and no run that another one of its action holds back. */
export const MAY_RUN = `a.deleted_at is null and ${AWAKE} and ${NOT_BLOCKED}`

// The range of `n` says nothing new to us. It makes the planner expect few rows and look each one up by its key, also when it plans while the
// tables are empty: the plan is kept while they grow.
const MARK = markStatement({
  rows: `json_to_recordset($2) as given (id uuid, n smallint)
  join invocations i on i.id = given.id ${REQUEST}
  where given.n between 0 and 100 and i.lease_owner = $1 and i.attempt_count = given.n and i.status in (${STATES}) and not i.held and not i.guarded
    and i.run_at <= clock_timestamp() + $3::float8 * interval '1 millisecond'
    and ${MAY_RUN}
  for update of i skip locked`,
})

const TAKE = markStatement({
  rows: `invocations i ${REQUEST}
  where i.finished_at is null and not i.held and i.lane is null and not i.guarded and i.run_at <= now() and i.status in (${STATES})
    and (i.lease_until is null or i.lease_until < now())
    and ${MAY_RUN}
    and not ${TARGET} ^@ any ($3::text[])
  order by i.run_at
  limit $2
  for update of i skip locked`,
})
