import type { Sql } from './database.ts'

/** How many more actions a project may enable, and the quota this comes from. */
export interface Room {
  left: number
  quota: number
}

/**
 * Counts the enabled recurring actions of a project, and lets nobody else do so until the transaction ends: of several
 * callers at the edge of the quota each sees what the one before stored. A lock that leaves the key alone, so that rows
 * which refer to the project do not wait for it.
 */
export async function roomForEnabled(sql: Sql, projectId: string): Promise<Room> {
  const { rows } = await sql.query<{ quota: number }>({
    name: 'lock-quota',
    text: 'select enabled_quota as quota from projects where id = $1 for no key update',
    values: [projectId],
  })
  const { quota } = rows[0]!
  // A statement of its own: one that waits for the lock would count what was there before it waited.
  const { rows: counted } = await sql.query<{ count: number }>({
    name: 'count-enabled',
    text: `select count(*)::int as count from actions where project_id = $1 and enabled and deleted_at is null and kind = 'RECURRING'`,
    values: [projectId],
  })
  return { left: quota - counted[0]!.count, quota }
}
