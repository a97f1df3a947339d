import type pg from 'pg'
import { IDEMPOTENCY_HOURS } from '../domain/idempotency.ts'
import type { Cutoffs } from '../domain/retention.ts'
import { BATCH_ROWS, type Batch, inBatch } from './delete-expired.ts'

/** Deletes up to BATCH_ROWS idempotency keys that answer for nothing any more. */
export const deleteExpiredIdempotencyKeys = (pool: pg.Pool): Promise<Batch | undefined> => batch(pool, IDEMPOTENCY)

/** Deletes up to BATCH_ROWS dedupe keys whose window is over. */
export const deleteExpiredDedupeKeys = (pool: pg.Pool): Promise<Batch | undefined> => batch(pool, DEDUPE)

/** Deletes up to BATCH_ROWS backfills that ended before the earliest cutoff and have no runs left. */
export const deleteExpiredBackfills = (pool: pg.Pool, cutoffs: Cutoffs): Promise<Batch | undefined> => batch(pool, BACKFILLS, cutoffs.all)

/** Deletes up to BATCH_ROWS bulk operations that ended before the earliest cutoff. */
export const deleteExpiredBulkOperations = (pool: pg.Pool, cutoffs: Cutoffs): Promise<Batch | undefined> => batch(pool, BULK, cutoffs.all)

function batch(pool: pg.Pool, { name, text }: { name: string; text: string }, cutoff?: number): Promise<Batch | undefined> {
  return inBatch(pool, async (sql) => {
    const { rowCount } = await sql.query({ name, text, values: [BATCH_ROWS, ...(cutoff === undefined ? [] : [cutoff])] })
    const deleted = rowCount ?? 0
    return { deleted, next: deleted === BATCH_ROWS ? '' : null }
  })
}

const IDEMPOTENCY = {
  name: 'delete-idempotency-keys',
  text: `
delete from idempotency_keys k using (
  select project_id, key from idempotency_keys where created_at < now() - interval '${IDEMPOTENCY_HOURS} hours'
  order by created_at limit $1 for update skip locked
) o where k.project_id = o.project_id and k.key = o.key`,
}

const DEDUPE = {
  name: 'delete-dedupe-keys',
  text: `
delete from dedupe_keys k using (
  select project_id, key from dedupe_keys where expires_at < now() order by expires_at limit $1 for update skip locked
) o where k.project_id = o.project_id and k.key = o.key`,
}

const BACKFILLS = {
  name: 'delete-backfills',
  text: `
delete from backfills where id in (
  select b.id from backfills b
  where b.finished_at < to_timestamp($2::float8 / 1000) and not exists (select from invocations i where i.backfill_id = b.id)
  limit $1 for update skip locked
)`,
}

const BULK = {
  name: 'delete-bulk-operations',
  text: `
delete from bulk_operations where id in (
  select id from bulk_operations where finished_at < to_timestamp($2::float8 / 1000) limit $1 for update skip locked
)`,
}
