import type { Sql } from './database.ts'

/** First key of the advisory lock, beside that of the event log. The second is a hash: two projects that share one wait for each other. */
const QUOTA_LOCK = 1_685_021_548

/** How many more actions a project may enable, and the quota this comes from. */
export interface Room {
  left: number
  quota: number
}

/**
 * Counts the enabled recurring actions of a project, and lets nobody else do so until the transaction ends: of several
 * callers at the edge of the quota each sees what the one before stored. The lock is on the counting and not on the row of
 * the project, which the scheduler locks while it makes runs and would otherwise pass over.
 */
export async function roomForEnabled(sql: Sql, projectId: string): Promise<Room> {
  await sql.query({ name: 'lock-quota', text: 'select pg_advisory_xact_lock($1, hashtext($2::text))', values: [QUOTA_LOCK, projectId] })
  // A statement of its own: one that waits for the lock would count what was there before it waited.
  const { rows } = await sql.query<{ quota: number; count: number }>({
    name: 'count-enabled',
    text: `select p.enabled_quota as quota,
        (select count(*)::int from actions where project_id = p.id and enabled and deleted_at is null and kind = 'RECURRING') as count
      from projects p where p.id = $1`,
    values: [projectId],
  })
  const { quota, count } = rows[0]!
  return { left: quota - count, quota }
}
