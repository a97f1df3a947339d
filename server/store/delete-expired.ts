import type pg from 'pg'
import { type Cutoffs, idsMadeBefore, latestCutoff } from '../domain/retention.ts'
import { type Sql, transaction } from './database.ts'

/** Rows that one batch looks at, and so the most that it deletes: some ten milliseconds. */
export const BATCH_ROWS = 1_000

/** What a batch did. */
export interface Batch {
  deleted: number
  /** Where the next one begins; null when there is nothing behind it. */
  next: string | null
}

/** Held by the one batch that is under way, of all servers on this database. */
const RETENTION_LOCK = [1685021547, 2]

/**
 * Runs one batch in a transaction that deletes; undefined when another server is at it. Every row is found by an index: what the planner knows
 * about tables that shrink is too old to choose by.
 */
export function inBatch<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T | undefined> {
  return transaction(pool, async (sql) => {
    const { rows } = await sql.query<{ free: boolean }>({ name: 'begin-batch', text: BEGIN, values: RETENTION_LOCK })
    return rows[0]!.free ? work(sql) : undefined
  })
}

const BEGIN = `
select pg_try_advisory_xact_lock($1, $2) as free, set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`

/**
 * Deletes the invocations that ended before the cutoff of their status, among the next BATCH_ROWS in the order of ids, with all that belongs to
 * them, and counts them in invocation_totals. It waits for no lock: a row that someone holds stays for the next round. What is not over, or has
 * a callback that is not, is never touched.
 */
export function deleteExpiredInvocations(pool: pg.Pool, cutoffs: Cutoffs, after: string | null): Promise<Batch | undefined> {
  return inBatch(pool, async (sql) => {
    const { rows } = await sql.query<{ next: string | null; expired: string[] }>({
      name: 'find-expired',
      text: FIND,
      values: [
        after,
        idsMadeBefore(latestCutoff(cutoffs)),
        BATCH_ROWS,
        cutoffs.SUCCEEDED,
        cutoffs.FAILED,
        cutoffs.CANCELLED,
        cutoffs.MISSED,
      ],
    })
    const { next, expired } = rows[0]!
    if (expired.length === 0) return { deleted: 0, next }
    // A statement of its own: nobody can add a retry of these rows now, and it sees those that were added until now.
    const { rows: gone } = await sql.query<{ deleted: number }>({ name: 'delete-expired', text: DELETE, values: [expired] })
    return { deleted: gone[0]!.deleted, next }
  })
}

// Ids rise with time, and no run ends before it was made: behind `$2` there is nothing to find.
const FIND = `
with looked as materialized (
  select id, status, finished_at, backfill_id from invocations
  where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid) and id < $2
  order by id limit $3
), expired as (
  select i.id from looked l join invocations i on i.id = l.id
  where l.finished_at < to_timestamp(case l.status
      when 'SUCCEEDED' then $4::float8 when 'FAILED' then $5::float8 when 'CANCELLED' then $6::float8 when 'MISSED' then $7::float8 end / 1000)
    and not exists (select from callbacks c where c.invocation_id = i.id and c.status = 'PENDING')
    and not exists (select from backfills b where b.id = l.backfill_id and b.status = 'RUNNING')
  for update of i skip locked
)
select case (select count(*) from looked) when $3 then (select id from looked order by id desc limit 1) end as next,
  array(select id from expired) as expired`

// A retry that stays forgets what it repeated, unless someone holds it right now: then both stay.
const DELETE = `
with given as materialized (
  select id from unnest($1::uuid[]) as g (id)
), links as materialized (
  select r.id from given g join invocations r on r.retry_of_id = g.id where r.id <> all ($1) for no key update of r skip locked
), expired as materialized (
  select g.id from given g
  where not exists (
    select from invocations r where r.retry_of_id = g.id and r.id <> all ($1) and not exists (select from links l where l.id = r.id)
  )
), unlinked as (
  update invocations r set retry_of_id = null from expired e
  where r.retry_of_id = e.id and not exists (select from expired o where o.id = r.id)
), gone as (
  delete from invocations i using expired e where i.id = e.id
  returning i.project_id, i.status, (i.finished_at at time zone 'UTC')::date as day, i.backfill_id
), attempts_gone as (
  delete from attempts a using expired e where a.invocation_id = e.id
), callbacks_gone as (
  delete from callbacks c using expired e where c.invocation_id = e.id
), callback_attempts_gone as (
  delete from callback_attempts c using expired e where c.invocation_id = e.id
), receipts_gone as (
  delete from receipts r using expired e where r.invocation_id = e.id
), counted as (
  insert into invocation_totals as t (project_id, day, status, count)
  select project_id, day, status, count(*) from gone group by project_id, day, status
  on conflict (project_id, day, status) do update set count = t.count + excluded.count
), backfills_told as (
  update backfills b set total = b.total - r.runs, made = b.made - r.runs
  from (select backfill_id, count(*)::int as runs from gone where backfill_id is not null group by backfill_id) r
  where b.id = r.backfill_id
)
select count(*)::int as deleted from gone`
