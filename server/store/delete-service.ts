import type { Sql } from './database.ts'
import { detachAddresses } from './keep-addresses.ts'

/** What still needs a service. */
export interface ServiceUsers {
  actions: number
  /** Runs that are not over, of actions that have another target by now. */
  runs: number
}

export async function usersOfService(sql: Sql, projectId: string, id: string): Promise<ServiceUsers> {
  const { rows } = await sql.query<ServiceUsers>(USERS, [projectId, id])
  return rows[0]!
}

/**
 * Deletes a locked service that nothing needs. What has called it, deleted actions and earlier versions of others, keeps the address that it
 * called, so that their runs show what was sent.
 */
export async function deleteStoredService(sql: Sql, id: string): Promise<void> {
  await detachAddresses(sql, id)
  for (const statement of DELETE) await sql.query(statement, [id])
}

const USERS = `
select (select count(*)::int from actions where service_id = $2 and deleted_at is null) as actions, (
  select count(*)::int from invocations i
  join action_versions v on v.action_id = i.action_id and v.version = i.action_version
  where i.project_id = $1 and i.finished_at is null and v.service_id = $2) as runs`

const DELETE = ['limits where service_id = $1', 'breakers where service_id = $1', 'services where id = $1'].map(
  (rows) => `delete from ${rows}`,
)
