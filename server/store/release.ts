import type pg from 'pg'
import { eventTypeOf } from '../domain/event.ts'
import type { Claimed } from './claim.ts'
import type { Running } from './mark-running.ts'

/** Gives claimed rows back, so that another server (or this one later) takes them at once instead of when their lease lapses. */
export async function releaseClaimed(sql: pg.Pool, owner: string, rows: readonly Claimed[]): Promise<void> {
  await sql.query(
    `update invocations set lease_owner = null, lease_until = null
     where id = any($2) and lease_owner = $1 and status in ('PENDING', 'RETRYING')`,
    [owner, rows.map((row) => row.id)],
  )
}

/**
 * Takes back the mark of rows whose request certainly did not leave: the attempt was not made and does not count.
 * They wait as RETRYING, since nothing leads from RUNNING back to PENDING, and are due at once.
 */
export async function releaseUnsent(sql: pg.Pool, owner: string, rows: readonly Running[]): Promise<void> {
  await sql.query(RELEASE_UNSENT, [owner, JSON.stringify(rows.map(({ id, attempt }) => ({ id, n: attempt })))])
}

const RELEASE_UNSENT = `
with released as (
  update invocations i
  set status = 'RETRYING', attempt_count = i.attempt_count - 1, lease_owner = null, lease_until = null,
    dispatched_at = null, started_at = case when i.attempt_count > 1 then i.started_at end
  from json_to_recordset($2) as given (id uuid, n smallint)
  where given.n between 1 and 100 and i.id = given.id and i.attempt_count = given.n and i.lease_owner = $1 and i.status = 'RUNNING'
  returning i.id, i.project_id, i.action_id
), freed as (
  delete from limited_runs r using released where r.invocation_id = released.id
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, '${eventTypeOf('RETRYING')}', clock_timestamp(), action_id, id, 'RETRYING' from released`
