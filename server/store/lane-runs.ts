import type { Candidate } from '../domain/lane.ts'
import type { Sql } from './database.ts'
import { LANE_OF } from './lane.ts'
import { MAY_RUN, REQUEST, STALE, STATES } from './mark-running.ts'
import { ELSEWHERE, TARGET } from './pinned-request.ts'
import { IN_LANE } from './read-lanes.ts'

/** A run that is due in a lane. */
export interface LaneRun extends Pick<Candidate, 'id' | 'runAt'> {
  lane: string
  attemptCount: number
  /** Base URL of the service, or URL of the action. */
  target: string
  /** Where it belongs by now; null: nothing holds it back any more. */
  belongs: string | null
  /** Who asked for it, or approved it, is to be judged anew before it is sent. */
  guarded: boolean
}

/**
 * The earliest runs that are due in each lane and may start as far as their action and project are concerned, as many as each has `room` for.
 * Those of the hosts in `saturated` (beginnings of URLs) are passed over. Of a long backlog only the front is looked at: what lies behind
 * calls the same hosts, or waits until these have room.
 */
export async function readLaneRuns(
  sql: Sql,
  lanes: readonly { lane: string; room: number }[],
  saturated: readonly string[],
): Promise<LaneRun[]> {
  const { rows } = await sql.query<Row>({
    name: 'read-lane-runs',
    text: READ,
    values: [lanes.map(({ lane }) => lane), lanes.map(({ room }) => room), saturated],
    rowMode: 'array',
  })
  return rows.map(toRun)
}

/**
 * For each lane the run that is the best probe of its service, of the earliest that are due: the one with most attempts left, since a probe
 * may fail and one that is sent once only would be lost. One that goes to an address that the service had before comes last: it shows nothing.
 */
export async function readProbeRuns(sql: Sql, lanes: readonly string[], saturated: readonly string[]): Promise<LaneRun[]> {
  const { rows } = await sql.query<Row>({ name: 'read-probe-runs', text: READ_PROBES, values: [lanes, saturated], rowMode: 'array' })
  return rows.map(toRun)
}

type Row = [id: string, runAt: number, lane: string, attemptCount: number, target: string, belongs: string | null, guarded: boolean]
const toRun = ([id, runAt, lane, attemptCount, target, belongs, guarded]: Row): LaneRun => ({
  id,
  runAt,
  lane,
  attemptCount,
  target,
  belongs,
  guarded,
})

/** Puts runs where they belong: into another lane, or out of all of them. */
export async function moveLaneRuns(sql: Sql, runs: readonly LaneRun[]): Promise<void> {
  const moves = runs.map(({ id, attemptCount, lane, belongs }) => ({ id, n: attemptCount, l: lane, b: belongs }))
  await sql.query({ name: 'move-lane-runs', text: MOVE, values: [JSON.stringify(moves)] })
}

/** The same for all that waits of one action, whose service or concurrencyKey may be another one now: its next mark finds the lane. */
export async function leaveLanes(sql: Sql, actionId: string): Promise<void> {
  await sql.query({ name: 'leave-lanes', text: LEAVE, values: [actionId] })
}

/** Runs of a lane among which a probe is chosen. */
const PROBES_WEIGHED = 1_000

const COLUMNS = `i.id, date_part('epoch', i.run_at) * 1000, i.lane, i.attempt_count,
    ${TARGET}, ${LANE_OF}, i.guarded or ${STALE}`

/** `saturated` names the parameter. */
const dueIn = (saturated: string) => `
  from (
    select * from invocations i
    where i.lane = l.lane and ${IN_LANE} and i.run_at <= now() and i.status in (${STATES})
    order by i.run_at
    limit ${LOOKED_AT}
  ) i ${REQUEST}
  where ${MAY_RUN} and not ${TARGET} ^@ any (${saturated}::text[])
  order by i.run_at`

/** Runs of a lane that one look reads at the most. */
const LOOKED_AT = 1_000

const READ = `
select c.*
from unnest($1::text[], $2::int[]) as l (lane, room)
cross join lateral (select ${COLUMNS} ${dueIn('$3')} limit l.room) c`

const READ_PROBES = `
select p.*
from unnest($1::text[]) as l (lane)
cross join lateral (
  select c.id, c.at, c.lane, c.n, c.target, c.belongs, c.guarded
  from (select ${COLUMNS}, i.max_attempts - i.attempt_count as remaining, ${ELSEWHERE} as elsewhere ${dueIn('$2')} limit ${PROBES_WEIGHED})
    c (id, at, lane, n, target, belongs, guarded, remaining, elsewhere)
  order by c.elsewhere, c.remaining desc, c.at
  limit 1
) p`

// The range of `n` says nothing new to us: it makes the planner look each row up by its key (see mark-running.ts).
const MOVE = `
update invocations i set lane = g.b
from json_to_recordset($1) as g (id uuid, n smallint, l text, b text)
where g.n between 0 and 100 and i.id = g.id and i.lane = g.l and i.status in (${STATES})`

const LEAVE = `update invocations set lane = null where action_id = $1 and lane is not null and finished_at is null`
