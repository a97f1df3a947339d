import type pg from 'pg'
import { type Cutoffs, idsMadeBefore } from '../domain/retention.ts'
import { BATCH_ROWS, type Batch, inBatch } from './delete-expired.ts'

/** Versions looked at in one batch: each may cost a look at all runs of its action. */
const VERSIONS = 100

/**
 * Deletes, among the next BATCH_ROWS in the order of ids, the actions that were deleted before the earliest cutoff and the one-time actions
 * that were over by then, when no run of theirs is left, with their versions.
 */
export function deleteExpiredActions(pool: pg.Pool, cutoffs: Cutoffs, after: string | null): Promise<Batch | undefined> {
  return inBatch(pool, async (sql) => {
    const { rows } = await sql.query<{ next: string | null; expired: string[] }>({
      name: 'find-expired-actions',
      text: FIND,
      values: [after, idsMadeBefore(cutoffs.all), BATCH_ROWS, cutoffs.all],
    })
    const { next, expired } = rows[0]!
    if (expired.length === 0) return { deleted: 0, next }
    // Whoever adds a run holds the key of its action; this look comes after that and sees the run.
    const { rows: gone } = await sql.query<{ deleted: number }>({ name: 'delete-expired-actions', text: DELETE, values: [expired] })
    return { deleted: gone[0]!.deleted, next }
  })
}

/** Deletes old versions of requests that no run refers to any more and that were replaced before the earliest cutoff. */
export function deleteExpiredVersions(pool: pg.Pool, cutoffs: Cutoffs, after: string | null): Promise<Batch | undefined> {
  return inBatch(pool, async (sql) => {
    const { rows } = await sql.query<Batch>({
      name: 'delete-expired-versions',
      text: DELETE_VERSIONS,
      values: [...(after?.split(' ') ?? [null, null]), VERSIONS, cutoffs.all],
    })
    return rows[0]!
  })
}

const UNUSED = `not exists (select from invocations i where i.action_id = a.id) and not exists (select from backfills b where b.action_id = a.id)`

const FIND = `
with looked as materialized (
  select id from actions where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid) and id < $2 order by id limit $3
), expired as (
  select a.id from looked l join actions a on a.id = l.id cross join lateral (select to_timestamp($4::float8 / 1000) as at) c
  where (a.deleted_at < c.at or (a.kind = 'ONE_TIME' and a.updated_at < c.at and a.scheduled_at < c.at)) and ${UNUSED}
  for update of a skip locked
)
select case (select count(*) from looked) when $3 then (select id from looked order by id desc limit 1) end as next,
  array(select id from expired) as expired`

const DELETE = `
with expired as materialized (
  select a.id from actions a where a.id = any ($1::uuid[]) and ${UNUSED}
), versions_gone as (
  delete from action_versions v using expired e where v.action_id = e.id
), permissions_gone as (
  delete from permissions m using expired e where m.action_id = e.id
), grants_gone as (
  delete from approval_grants g using expired e where g.action_id = e.id
), gone as (
  delete from actions a using expired e where a.id = e.id returning a.id
)
select count(*)::int as deleted from gone`

const DELETE_VERSIONS = `
with looked as materialized (
  select action_id, version, replaced_at from action_versions
  where $1::uuid is null or (action_id, version) > ($1::uuid, $2::integer)
  order by action_id, version limit $3
), gone as (
  delete from action_versions v using looked l
  where v.action_id = l.action_id and v.version = l.version and l.replaced_at < to_timestamp($4::float8 / 1000)
    and not exists (select from invocations i where i.action_id = v.action_id and i.action_version = v.version)
  returning 1
)
select (select count(*)::int from gone) as deleted, case (select count(*) from looked) when $3 then (
  select action_id || ' ' || version from looked order by action_id desc, version desc limit 1
) end as next`
