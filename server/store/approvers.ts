import type { Member } from '../domain/approvers.ts'
import type { Sql } from './database.ts'

/** The enabled members whose role may approve runs of an action (UUID; null: of one that is not stored yet), whatever its conditions say. */
export async function readApprovers(sql: Sql, projectId: string, actionId: string | null): Promise<Member[]> {
  const { rows } = await sql.query<Member>({ name: 'read-approvers', text: READ, values: [projectId, actionId] })
  return rows
}

/** SQL: whether the role of a row `r` of roles may approve runs of an action, whatever its conditions say. */
export function mayApproveRunsOf(actionId: string): string {
  return `coalesce(
    (select p.approve from permissions p where p.role_id = r.id and p.action_id = ${actionId}),
    (select p.approve from permissions p where p.role_id = r.id and p.action_id is null),
    r.level in ('MANAGER', 'ADMIN'))`
}

/** SQL: whether the role of a row `r` of roles is the one that a JSON of ApproverRole names, or a higher level. */
export const isWantedRole = (wanted: string): string =>
  `case when ${wanted} ->> 'level' is null then r.id = (${wanted} ->> 'roleId')::uuid else r.level >= (${wanted} ->> 'level')::role_level end`

const READ = `
select m.user_id as "userId", r.id as "roleId", r.level
from memberships m join roles r on r.id = m.role_id
where m.project_id = $1 and m.disabled_at is null
  and ${mayApproveRunsOf('$2')}`
