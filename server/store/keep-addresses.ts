import type { Sql } from './database.ts'

/**
 * Holds the actions of a service until the transaction ends. Comes before the lock on its row: whoever edits an action holds that first, too.
 */
export async function lockActionsOf(sql: Sql, projectId: string, serviceId: string): Promise<void> {
  await sql.query('select from actions where service_id = $2 and project_id = $1 order by id for no key update', [projectId, serviceId])
}

/**
 * Before a service that is locked `for update` gets another base URL: what was sent keeps the address that it was sent to. The request of each
 * of its actions becomes a superseded version, and all of these hold a whole address from now on. They still belong to the service.
 * @param editor UUID of who changes what they send, and may not approve it; null where nobody can be named
 */
export async function supersedeAddresses(sql: Sql, serviceId: string, editor: string | null): Promise<void> {
  await sql.query(SUPERSEDE, [serviceId, editor])
  await sql.query(`update action_versions t set ${WHOLE_ADDRESS} ${OF_SERVICE} and t.path is not null`, [serviceId])
}

/** Before a locked service is deleted: what has called it, deleted actions and versions, keeps its address and belongs to no service. */
export async function detachAddresses(sql: Sql, serviceId: string): Promise<void> {
  for (const table of ['actions', 'action_versions']) {
    await sql.query(`update ${table} t set ${WHOLE_ADDRESS}, service_id = null ${OF_SERVICE}`, [serviceId])
  }
}

const WHOLE_ADDRESS = 'url = coalesce(t.url, s.base_url || t.path), path = null'
const OF_SERVICE = 'from services s where s.id = $1 and t.service_id = s.id'

const SUPERSEDE = `
with superseded as (
  update actions set version = version + 1, edited_by = coalesce($2::uuid, edited_by) where service_id = $1
  returning id, version - 1 as version, service_id, path, method, headers, secret_names, body, timeout_seconds
)
insert into action_versions (action_id, version, service_id, path, method, headers, secret_names, body, timeout_seconds)
select id, version, service_id, path, method, headers, secret_names, body, timeout_seconds from superseded`
