import type { Sql } from './database.ts'

/** A lane in which runs wait, and when the first of them is due, epoch ms. */
export interface WaitingLane {
  lane: string
  runAt: number
}

export interface LanesRead {
  /** The database's clock. */
  now: number
  lanes: WaitingLane[]
  /** Where to go on; empty at the end. */
  next: string
}

/**
 * The lanes behind `after` in the order of their names, at most `limit`, without those of projects that rest. One look at the index for
 * each: what waits in them is not read.
 */
export async function readLanes(sql: Sql, after: string, limit: number): Promise<LanesRead> {
  const { rows } = await sql.query<[now: number, lane: string | null, runAt: number, awake: boolean]>({
    name: 'read-lanes',
    text: READ,
    values: [after, limit],
    rowMode: 'array',
  })
  const lanes = rows.flatMap(([, lane, runAt, awake]) => (lane !== null && awake ? [{ lane, runAt }] : []))
  return { now: rows[0]![0], lanes, next: rows.length < limit ? '' : (rows.at(-1)![1] ?? '') }
}

/** SQL: a row that waits in a lane, as its index knows it. */
export const IN_LANE = 'i.finished_at is null and not i.held'

const READ = `
with recursive next as (
  (select i.lane, i.run_at from invocations i where i.lane > $1 and ${IN_LANE} order by i.lane, i.run_at limit 1)
  union all
  select n.lane, n.run_at
  from next l cross join lateral (
    select i.lane, i.run_at from invocations i where i.lane > l.lane and ${IN_LANE} order by i.lane, i.run_at limit 1) n
)
select date_part('epoch', clock_timestamp()) * 1000, n.lane, date_part('epoch', n.run_at) * 1000, p.execution_mode <> 'ALL_PAUSED'
from (values (1)) as always
left join (select * from next limit $2) n on true
left join projects p on p.id = split_part(n.lane, '/', 1)::uuid`
