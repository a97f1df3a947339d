import type { Sql } from './database.ts'
import { logProjectEvent } from './log-events.ts'

/** Sets how many recurring actions of a project may be enabled. Those that are enabled stay so. Gives what it was before. Takes a transaction. */
export async function setEnabledQuota(sql: Sql, projectId: string, quota: number): Promise<number> {
  const { rows } = await sql.query<{ quota: number }>('select enabled_quota as quota from projects where id = $1 for no key update', [
    projectId,
  ])
  const before = rows[0]!.quota
  if (before !== quota) {
    await sql.query('update projects set enabled_quota = $2 where id = $1', [projectId, quota])
    await logProjectEvent(sql, projectId, `Quota of enabled actions: ${quota}`)
  }
  return before
}
