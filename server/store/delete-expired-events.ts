import type pg from 'pg'
import type { Cutoffs } from '../domain/retention.ts'
import { BATCH_ROWS, type Batch, inBatch } from './delete-expired.ts'
import { LOG_BEGIN } from './event-log.ts'

/**
 * Deletes the beginning of the log as far as it is older than the earliest cutoff, at most BATCH_ROWS, and notes how far: a cursor that lies
 * before is refused from then on. The newest event stays, because the end of the log is found by it.
 */
export function deleteExpiredEvents(pool: pg.Pool, cutoffs: Cutoffs): Promise<Batch | undefined> {
  return inBatch(pool, async (sql) => {
    const { rows } = await sql.query<{ deleted: number }>({
      name: 'delete-expired-events',
      text: DELETE,
      values: [BATCH_ROWS, cutoffs.all],
    })
    const { deleted } = rows[0]!
    return { deleted, next: deleted === BATCH_ROWS ? '' : null }
  })
}

const DELETE = `
with first as materialized (
  select seq, at from events where seq < (select max(seq) from events) order by seq limit $1
), gone as (
  delete from events e using first f
  where e.seq = f.seq and f.seq < coalesce((select min(seq) from first where at >= to_timestamp($2::float8 / 1000)), 9223372036854775807)
  returning e.seq
), noted as (
  insert into installation (name, value) select '${LOG_BEGIN}', max(seq)::text from gone having count(*) > 0
  on conflict (name) do update set value = excluded.value
)
select count(*)::int as deleted from gone`
