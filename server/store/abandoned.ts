import type pg from 'pg'

/** A RUNNING row whose lease has run out: its server died, or was away for longer than the request could last. */
export interface Abandoned {
  id: string
  owner: string
  attempt: number
  maxAttempts: number
  /** Epoch ms (database time). */
  dispatchedAt: number
}

/** Oldest first, at most `limit`, with the time of the database. A running row's instant has passed, which bounds the scan of the live index. */
export async function findAbandoned(sql: pg.Pool, limit: number): Promise<{ now: number; rows: Abandoned[] }> {
  const { rows } = await sql.query<Abandoned & { now: number }>({
    name: 'find-abandoned',
    text: `
      select id, lease_owner as owner, attempt_count as attempt, max_attempts as "maxAttempts",
        date_part('epoch', dispatched_at) * 1000 as "dispatchedAt", date_part('epoch', now()) * 1000 as now
      from invocations
      where finished_at is null and not held and lane is null and not guarded and run_at <= now() and status = 'RUNNING' and lease_until < now()
      order by run_at
      limit $1`,
    values: [limit],
  })
  return { now: rows[0]?.now ?? 0, rows }
}
