import { CALLBACK_TIMEOUT_MS, type EndedRun } from '../domain/callback.ts'
import type { ReceiptRun } from '../domain/receipt-life.ts'
import type { Sql } from './database.ts'
import { LEASE_MARGIN_MS, type Signing } from './mark-running.ts'
import { PINNED, SENT } from './pinned-request.ts'

/** A callback that this process is to send now, with all that its request is made of. */
export interface ClaimedCallback {
  /** It has one callback at most: this names it. */
  invocationId: string
  projectId: string
  url: string
  /** 1-based number of this attempt. */
  attempt: number
  maxAttempts: number
  /** Of the action's service, null when its target is a URL. */
  serviceId: string | null
  /** Sealed, of that service, else of the project. */
  signing: Signing
  run: EndedRun & ReceiptRun
  /** What the run sent, its headers as stored (action-headers.ts): its secrets must not come back in the callback. */
  sent: { url: string; headers: string | null; body: string | null }
}

export interface ClaimCallbacks {
  owner: string
  limit: number
  /** The most to one origin, with those that are under way to it here. */
  perOrigin: number
  underWay: ReadonlyMap<string, number>
  /** Those of `owner` that are not on record yet: theirs are not taken over, whatever the clock says of their leases. */
  held: readonly string[]
}

/** The attempt is counted when it is claimed, so that it may leave at once; from then on it has this much time to get on record. */
const LEASE_MS = CALLBACK_TIMEOUT_MS + LEASE_MARGIN_MS
/** Rows that are looked at for one claim: enough for any mixture of origins, and no more than can be ranked in a moment. */
const LOOK_ROWS = 200

/**
 * Claims callbacks that are due, earliest first, and makes their next attempt. What another server claims at this moment is passed over.
 *
 * One whose lease ran out was under way at a server that died: its attempt goes on record as interrupted and counts, and the next one is made
 * here; after the last one it has failed. While the project's mode is ALL_PAUSED its callbacks wait.
 */
export async function claimCallbacks(sql: Sql, { owner, limit, perOrigin, underWay, held }: ClaimCallbacks): Promise<ClaimedCallback[]> {
  const full = [...underWay].filter(([, count]) => count >= perOrigin).map(([origin]) => `${origin}/`)
  // Without a name: planned each time, for what the tables hold by now. It is made a few times a second at most.
  const values = [owner, limit, perOrigin, JSON.stringify(Object.fromEntries(underWay)), full, held]
  const { rows } = await sql.query<Row>(CLAIM, values)
  return rows.map(
    ({
      projectId,
      url,
      attempt,
      maxAttempts,
      sentUrl,
      headers,
      body,
      serviceId,
      current,
      previous,
      version,
      expiresAt,
      revokedAt,
      ...run
    }) => ({
      invocationId: run.id,
      projectId,
      url,
      attempt,
      maxAttempts,
      serviceId,
      signing: { current, previous },
      sent: { url: sentUrl, headers, body },
      run: { ...run, receipt: version === null ? null : { version, expiresAt, revokedAt } },
    }),
  )
}

type Row = EndedRun &
  Omit<ReceiptRun, 'receipt'> &
  Omit<ClaimedCallback, 'invocationId' | 'signing' | 'run' | 'sent'> &
  Signing & {
    sentUrl: string
    headers: string | null
    body: string | null
    version: number | null
    expiresAt: Date | null
    revokedAt: Date | null
  }

const INTERRUPTED = `'INTERRUPTED', 'Docket stopped before the answer was on record; the receiver may have acted on the callback.'`

const DUE = `c.status = 'PENDING' and c.run_at <= now() and (c.lease_until is null or c.lease_until < now())`

// In order before the filters: of these the planner thinks that hardly a row passes, and would sort the whole backlog for the first few.
const CLAIM = `
with due as materialized (
  select c.invocation_id, c.run_at, substring(c.url from '^[^/]*//[^/]*') as origin
  from (select * from callbacks c where ${DUE} order by c.run_at offset 0) as c
  where c.project_id <> all (array(select id from projects where execution_mode = 'ALL_PAUSED'))
    and not c.url ^@ any ($5::text[]) and c.invocation_id <> all ($6::uuid[])
  limit ${LOOK_ROWS}
), ranked as materialized (
  select invocation_id, row_number() over (partition by origin order by run_at) + coalesce(($4::json ->> origin)::int, 0) as place from due
), chosen as materialized (
  select c.* from callbacks c
  where c.invocation_id = any (array(select invocation_id from ranked where place <= $3)) and ${DUE}
  order by c.run_at
  limit $2
  for update of c skip locked
), interrupted as (
  insert into callback_attempts (id, invocation_id, number, started_at, finished_at, duration_ms, error_code, error_message)
  select gen_random_uuid(), invocation_id, attempt_count, began, greatest(now(), began), 1000 * extract(epoch from greatest(now() - began, '0')),
    ${INTERRUPTED}
  from (select *, lease_until - interval '${LEASE_MS} milliseconds' as began from chosen where lease_owner is not null) as abandoned
  on conflict (invocation_id, number) do nothing
), failed as (
  update callbacks c
  set status = 'FAILED', finished_at = date_trunc('milliseconds', clock_timestamp()), lease_owner = null, lease_until = null,
    response_code = null, (error_code, error_message) = (${INTERRUPTED})
  from chosen
  where c.invocation_id = chosen.invocation_id and chosen.attempt_count >= chosen.max_attempts
  returning c.invocation_id, c.project_id, c.finished_at
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id)
  select failed.project_id, 'callback.failed', failed.finished_at, i.action_id, i.id from failed join invocations i on i.id = failed.invocation_id
), claimed as (
  update callbacks c
  set attempt_count = c.attempt_count + 1, lease_owner = $1, lease_until = clock_timestamp() + interval '${LEASE_MS} milliseconds'
  from chosen
  where c.invocation_id = chosen.invocation_id and chosen.attempt_count < chosen.max_attempts
  returning c.*
)
select c.project_id as "projectId", c.url, c.attempt_count as attempt, c.max_attempts as "maxAttempts",
  i.id, i.action_id as "actionId", i.retry_of_id as "retryOfId", a.name as "actionName", a.key as "actionKey", i.status,
  i.status_reason as "statusReason", i.trigger, i.scheduled_for as "scheduledFor", i.run_at as "runAt", i.started_at as "startedAt",
  i.finished_at as "finishedAt", i.attempt_count as "attemptCount", i.response_code as "responseCode",
  (select response_body from attempts where invocation_id = i.id order by number desc limit 1) as "responseBody",
  i.error_source as "errorSource", i.error_code as "errorCode", i.error_message as "errorMessage",
  i.record_type as "recordType", i.record_id as "recordId", i.created_at as "createdAt", i.sort_at as "sortAt",
  r.version, r.expires_at as "expiresAt", r.revoked_at as "revokedAt",
  ${SENT.url} as "sentUrl",
  ${SENT.headers} as headers,
  ${SENT.body} as body,
  s.id as "serviceId", case when s.id is null then p.signing_secret else s.signing_secret end as current,
  case when case when s.id is null then p.previous_signing_until else s.previous_signing_until end > now()
    then case when s.id is null then p.previous_signing_secret else s.previous_signing_secret end end as previous
from claimed c
join invocations i on i.id = c.invocation_id
join actions a on a.id = i.action_id
join projects p on p.id = c.project_id
${PINNED}
left join receipts r on r.invocation_id = i.id`
