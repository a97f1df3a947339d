import type { PermissionRules } from '../domain/permission.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'
import { RULE_COLUMNS, type RulesRow, rulesOfRow } from './permissions.ts'

/** What a permission is about: a role and an action (UUIDs), or every action that has none of its own. */
export interface PermissionKey {
  projectId: string
  roleId: string
  actionId: string | null
}

/** The rules that were set there, behind `lockRights`; null for none. */
export async function findPermission(sql: Sql, { roleId, actionId }: PermissionKey): Promise<PermissionRules | null> {
  const { rows } = await sql.query<RulesRow>(
    `select ${RULE_COLUMNS} from permissions m where m.role_id = $1 and m.action_id is not distinct from $2`,
    [roleId, actionId],
  )
  return rows[0] ? rulesOfRow(rows[0]) : null
}

/** Whether the project has the action; it cannot be deleted until the transaction ends. */
export async function keepAction(sql: Sql, projectId: string, actionId: string): Promise<boolean> {
  const { rowCount } = await sql.query('select from actions where id = $1 and project_id = $2 and deleted_at is null for share', [
    actionId,
    projectId,
  ])
  return rowCount === 1
}

/** How many permissions of its own a role has. */
export async function countPermissions(sql: Sql, roleId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>('select count(*)::int as count from permissions where role_id = $1', [roleId])
  return rows[0]!.count
}

/** Sets the rules there. */
export async function writePermission(sql: Sql, { projectId, roleId, actionId }: PermissionKey, rules: PermissionRules): Promise<void> {
  const { trigger, requireApproval, approve, selfApprove } = rules
  await sql.query(WRITE, [
    newId(),
    projectId,
    roleId,
    actionId,
    ...[trigger, requireApproval, approve, selfApprove].flatMap(({ allowed, condition }) => [allowed, condition]),
  ])
}

/** Where none was set, nothing happens. */
export async function deletePermission(sql: Sql, { roleId, actionId }: PermissionKey): Promise<void> {
  await sql.query('delete from permissions where role_id = $1 and action_id is not distinct from $2', [roleId, actionId])
}

const WRITE = `
insert into permissions (id, project_id, role_id, action_id, trigger, trigger_condition, require_approval, require_approval_condition,
  approve, approve_condition, self_approve, self_approve_condition, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, clock_timestamp())
on conflict (role_id, action_id) do update set trigger = excluded.trigger, trigger_condition = excluded.trigger_condition,
  require_approval = excluded.require_approval, require_approval_condition = excluded.require_approval_condition,
  approve = excluded.approve, approve_condition = excluded.approve_condition,
  self_approve = excluded.self_approve, self_approve_condition = excluded.self_approve_condition, updated_at = excluded.updated_at`
