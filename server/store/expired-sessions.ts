import type pg from 'pg'

/** Removes sessions and sign-in links that ended or expired more than a day ago. Returns how many. */
export async function deleteExpiredSessions(sql: pg.Pool): Promise<number> {
  const { rowCount } = await sql.query(
    `delete from sessions where expires_at < now() - interval '1 day' or ended_at < now() - interval '1 day'`,
  )
  return rowCount ?? 0
}
