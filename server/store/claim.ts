import type pg from 'pg'

/** A due row that this process holds under a lease. No more than deciding when and in which turn to run it takes: the request is read when it is sent. */
export interface Claimed {
  id: string
  /** When the attempt is due, epoch ms (database time). */
  runAt: number
  /** Attempts made before. */
  attemptCount: number
  /** Base URL of the service, or URL of the action: whose limit it counts against. */
  target: string
}

export interface ClaimOptions {
  owner: string
  /** How far ahead of the instant a row may be claimed. */
  horizonMs: number
  /** A claim that is not followed up lapses after this time, and any server may claim the row again. */
  leaseMs: number
  limit: number
  /** Beginnings of URLs (`https://host:port/`) that have enough rows waiting here. */
  saturated: readonly string[]
}

/**
 * Takes the rows that are due next, oldest first, and reads the database's clock. Rows locked by someone else are passed over.
 *
 * `now()` and not `clock_timestamp()` bounds the scan: only a stable value can bound an index. The update touches no
 * indexed column, so it stays on the row's page.
 */
export async function claim(sql: pg.Pool, options: ClaimOptions): Promise<{ now: number; rows: Claimed[] }> {
  const { owner, horizonMs, leaseMs, limit, saturated } = options
  const { rows } = await sql.query<[number, [string, number, number, string][] | null]>({
    name: 'claim',
    text: CLAIM,
    values: [owner, horizonMs, leaseMs, limit, saturated],
    rowMode: 'array',
  })
  const [now, claimed] = rows[0]!
  return { now, rows: (claimed ?? []).map(([id, runAt, attemptCount, target]) => ({ id, runAt: Math.round(runAt), attemptCount, target })) }
}

const CLAIM = `
with due as materialized (
  select i.id, coalesce(s.base_url, a.url) as target
  from invocations i
  join actions a on a.id = i.action_id
  left join services s on s.id = a.service_id
  where i.finished_at is null and not i.held
    and i.run_at <= now() + $2::float8 * interval '1 millisecond'
    and i.status in ('PENDING', 'RETRYING')
    and (i.lease_until is null or i.lease_until < now())
    and not coalesce(s.base_url || '/', a.url) ^@ any ($5::text[])
  order by i.run_at
  limit $4
  for update of i skip locked
), claimed as (
  update invocations i
  set lease_owner = $1, lease_until = now() + $3::float8 * interval '1 millisecond'
  from due
  where i.id = due.id
  returning i.id, date_part('epoch', i.run_at) * 1000 as run_at, i.attempt_count, due.target
)
select date_part('epoch', clock_timestamp()) * 1000,
  (select json_agg(json_build_array(id, run_at, attempt_count, target)) from claimed)`
