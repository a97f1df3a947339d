import type pg from 'pg'
import { transaction } from './database.ts'

/**
 * Deletes ONE_TIME actions that are to go when their run has ended, with nothing of them waiting or under way any more. Their history stays.
 * Gives how many: as many as `limit` means that there may be more.
 */
export async function deleteCompleted(pool: pg.Pool, limit: number): Promise<number> {
  const { rows } = await pool.query<{ id: string }>({ name: 'completed-actions', text: COMPLETED, values: [limit] })
  if (rows.length === 0) return 0
  return transaction(pool, async (sql) => {
    const ids = rows.map(({ id }) => id)
    // Whoever adds a run holds the key of its action; the second look comes after that and sees the run.
    await sql.query({ name: 'lock-completed', text: LOCK, values: [ids] })
    const { rows: deleted } = await sql.query<{ count: number }>({ name: 'delete-completed', text: DELETE, values: [ids] })
    return deleted[0]!.count
  })
}

const IS_COMPLETED = `a.kind = 'ONE_TIME' and a.delete_after_completion and a.deleted_at is null
  and not exists (select from invocations i where i.action_id = a.id and i.finished_at is null)
  and exists (select from invocations i where i.action_id = a.id and i.scheduled_for is not null and i.finished_at is not null)`

const COMPLETED = `select a.id from actions a where ${IS_COMPLETED} order by a.id limit $1`

const LOCK = 'select from actions where id = any ($1::uuid[]) for update skip locked'

const DELETE = `
with deleted as (
  update actions a set deleted_at = c.at, updated_at = c.at
  from (select date_trunc('milliseconds', clock_timestamp()) as at) c
  where a.id = any ($1::uuid[]) and ${IS_COMPLETED}
  returning a.project_id, a.id, a.deleted_at
), logged as (
  insert into events (project_id, type, at, action_id) select project_id, 'action.deleted', deleted_at, id from deleted
)
select count(*)::int from deleted`
