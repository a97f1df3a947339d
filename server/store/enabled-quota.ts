import type { Sql } from './database.ts'
import { logProjectEvent } from './log-events.ts'

/** Sets how many recurring actions of a project may be enabled. Those that are enabled stay so. Takes a transaction. */
export async function setEnabledQuota(sql: Sql, projectId: string, quota: number): Promise<void> {
  const { rowCount } = await sql.query('update projects set enabled_quota = $2 where id = $1 and enabled_quota <> $2', [projectId, quota])
  if (rowCount) await logProjectEvent(sql, projectId, `Quota of enabled actions: ${quota}`)
}
