import type { Sql } from './database.ts'
import { PINNED, TARGET } from './pinned-request.ts'

/** A coming row that this process holds under a lease. No more than deciding when and in which turn to run it takes: the request is read when it is sent. */
export interface Claimed {
  id: string
  /** When the attempt is due, epoch ms (database time). */
  runAt: number
  /** Attempts made before. */
  attemptCount: number
  /** A URL of the host that it calls: whose limit it counts against. */
  target: string
}

export interface ClaimOptions {
  owner: string
  /** How far ahead of the instant a row may be claimed. */
  aheadMs: number
  /** A claim that is not followed up lapses after this time, and any server may claim the row again. */
  leaseMs: number
  limit: number
  /** Beginnings of URLs (`https://host:port/`) that have enough rows waiting here. */
  saturated: readonly string[]
}

/**
 * Takes a lease on the rows that become due next, earliest first. Rows locked by someone else are passed over, and what is due already is
 * left to `takeDue`.
 *
 * `now()` and not `clock_timestamp()` bounds the scan: only a stable value can bound an index. The update touches no
 * indexed column, so it stays on the row's page. It does not wait for the disk: a claim that a power cut undoes is a row that is free again.
 */
export async function claim(sql: Sql, options: ClaimOptions): Promise<Claimed[]> {
  const { owner, aheadMs, leaseMs, limit, saturated } = options
  const { rows } = await sql.query<[string, number, number, string]>({
    name: 'claim',
    text: CLAIM,
    values: [owner, aheadMs, leaseMs, limit, saturated],
    rowMode: 'array',
  })
  return rows.map(([id, runAt, attemptCount, target]) => ({ id, runAt: Math.round(runAt), attemptCount, target }))
}

/** SQL: project `p` lets row `i` run. */
export const AWAKE = `(p.execution_mode = 'ACTIVE' or p.execution_mode = 'SCHEDULES_PAUSED' and i.trigger <> 'SCHEDULE')`

const CLAIM = `
with coming as materialized (
  select i.id, ${TARGET} as target
  from invocations i
  join actions a on a.id = i.action_id
  join projects p on p.id = i.project_id
  ${PINNED}
  where i.finished_at is null and not i.held and i.lane is null and not i.guarded
    and i.run_at > now() and i.run_at <= now() + $2::float8 * interval '1 millisecond'
    and i.status in ('PENDING', 'RETRYING') and ${AWAKE}
    and (i.lease_until is null or i.lease_until < now())
    and not ${TARGET} ^@ any ($5::text[])
  order by i.run_at
  limit $4
  for update of i skip locked
), hurried as materialized (
  select set_config('synchronous_commit', 'off', true)
)
update invocations i
set lease_owner = $1, lease_until = now() + $3::float8 * interval '1 millisecond'
from coming cross join hurried
where i.id = coming.id
returning i.id, date_part('epoch', i.run_at) * 1000, i.attempt_count, coming.target`
