import type { Sql } from './database.ts'

/** How far a backfill is. `total` = skipped + succeeded + failed + cancelled + waiting. */
export interface BackfillFigures {
  /** Nominal times. */
  total: number
  /** Runs that it made. */
  made: number
  /** Nominal times that had succeeded, or were under way, when their turn came. */
  skipped: number
  succeeded: number
  failed: number
  /** Runs that were cancelled, and after `cancelBackfill` the times that get no run. */
  cancelled: number
  /** Not over yet: runs, and times whose turn is still to come. */
  waiting: number
}

/** By UUID, read at one moment. */
export async function readBackfillProgress(sql: Sql, ids: readonly string[]): Promise<Map<string, BackfillFigures>> {
  const { rows } = await sql.query<Omit<BackfillFigures, 'cancelled'> & { id: string }>({
    name: 'backfill-progress',
    text: READ,
    values: [ids],
  })
  return new Map(
    rows.map(({ id, ...row }) => {
      const { total, skipped, succeeded, failed, waiting } = row
      return [id, { ...row, cancelled: total - skipped - succeeded - failed - waiting }]
    }),
  )
}

const READ = `
select b.id, b.total, b.made, b.skipped, r.succeeded, r.failed,
  r.open + case when b.status = 'RUNNING' then b.total - b.skipped - b.made else 0 end as waiting
from backfills b
cross join lateral (
  select count(*) filter (where i.status = 'SUCCEEDED')::int as succeeded, count(*) filter (where i.status = 'FAILED')::int as failed,
    count(*) filter (where i.finished_at is null)::int as open
  from invocations i where i.backfill_id = b.id
) r
where b.id = any ($1::uuid[])`
