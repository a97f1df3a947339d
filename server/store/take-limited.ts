import type { Bucket } from '../domain/limit.ts'
import type { Sql } from './database.ts'
import type { LaneRun } from './lane-runs.ts'
import { MAY_RUN, type Marked, markStatement, REQUEST, runMark, STALE, STATES } from './mark-running.ts'

export interface TakeLimitedOptions {
  owner: string
  /** Their subjects are held by this transaction, and have room for all of them. */
  rows: readonly LaneRun[]
  /** Under which version of its project's rules each one was judged in this transaction; none for those that need no judging. */
  judged?: ReadonlyMap<string, number>
  /** What is left of rate limits after these runs. */
  buckets: readonly (Bucket & { limitId: string })[]
  /** Those of the rows that are sent to see whether their service is back. */
  probes: readonly Probe[]
}

export interface Probe {
  invocationId: string
  serviceId: string
  /** State in which the circuit was found: HALF_OPEN when the probe before was lost. */
  from: 'OPEN' | 'HALF_OPEN'
  /** Of the event. */
  note: string
}

/**
 * Marks runs RUNNING that wait in lanes, as `markRunning` does, and counts them against their limits in the same statement. What was
 * cancelled or changed since it was read, or is to be judged anew, does not come back; its start counts all the same.
 */
export function takeLimited(sql: Sql, { owner, rows, judged, buckets, probes }: TakeLimitedOptions): Promise<Marked> {
  const values = [
    owner,
    JSON.stringify(rows.map(({ id, attemptCount, lane }) => ({ id, n: attemptCount, l: lane, v: judged?.get(id) }))),
    JSON.stringify(buckets),
    JSON.stringify(probes),
  ]
  return runMark(sql, { name: 'take-limited', text: TAKE, values }, true)
}

// A probe that is not heard of while its lease lasts was lost with its server.
const TAKE = markStatement({
  limited: true,
  judged: true,
  rows: `json_to_recordset($2) as given (id uuid, n smallint, l text, v integer)
  join invocations i on i.id = given.id ${REQUEST}
  where given.n between 0 and 100 and i.attempt_count = given.n and i.lane = given.l and not i.held
    and i.status in (${STATES}) and i.run_at <= clock_timestamp() and ${MAY_RUN}
    and case when given.v is null then not i.guarded and not ${STALE} else given.v = p.policy_version end
  for update of i skip locked`,
  also: `, counted as (
  insert into limited_runs (invocation_id, project_id, service_id, key)
  select id, project_id, service_id, concurrency_key from marked
  on conflict (invocation_id) do nothing
), spent as (
  update limits l set tokens = g.tokens, refilled_at = to_timestamp(g.at / 1000)
  from json_to_recordset($3) as g ("limitId" uuid, tokens float8, at float8)
  where l.id = g."limitId"
), probed as (
  update breakers b set state = 'HALF_OPEN', probe_id = m.id, probe_at = m.lease_until, updated_at = clock_timestamp()
  from json_to_recordset($4) as g ("invocationId" uuid, "serviceId" uuid, "from" breaker_state, note text)
  join marked m on m.id = g."invocationId"
  where b.service_id = g."serviceId" and b.state = g."from" and b.probe_at <= clock_timestamp()
  returning m.project_id, m.at, g."from", g.note
), logged_probes as (
  insert into events (project_id, type, at, note)
  select project_id, 'breaker.half_opened', clock_timestamp(), note from probed where "from" = 'OPEN'
)`,
})
