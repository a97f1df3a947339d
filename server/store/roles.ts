import type { RoleSpec } from '../domain/role-input.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** How many roles the project has besides the built-in ones. */
export async function countCustomRoles(sql: Sql, projectId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>('select count(*)::int as count from roles where project_id = $1 and not built_in', [
    projectId,
  ])
  return rows[0]!.count
}

/** Gives its UUID. Another role of that name, in whatever letter case, is a unique violation. */
export async function insertRole(sql: Sql, projectId: string, { name, level, breakGlass }: RoleSpec): Promise<string> {
  const id = newId()
  await sql.query(
    `insert into roles (id, project_id, name, level, break_glass, created_at, updated_at)
     values ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp())`,
    [id, projectId, name, level, breakGlass],
  )
  return id
}

/** Another role of that name is a unique violation. */
export async function writeRole(sql: Sql, id: string, { name, level, breakGlass }: RoleSpec): Promise<void> {
  await sql.query('update roles set name = $2, level = $3, break_glass = $4, updated_at = clock_timestamp() where id = $1', [
    id,
    name,
    level,
    breakGlass,
  ])
}

/** What keeps a role from being deleted. */
export interface RoleUses {
  /** Also those that are disabled. */
  members: number
  /** That are valid. */
  tokens: number
  /** That may still be accepted. */
  invites: number
  /** Whose approval policy names it. */
  actions: number
}

/** How much of each has the role (UUID). */
export async function usesOfRole(sql: Sql, projectId: string, id: string): Promise<RoleUses> {
  const { rows } = await sql.query<RoleUses>(USES, [projectId, id])
  return rows[0]!
}

/** Deletes a role that nothing uses, with its permissions. Tokens and invitations that are over are said to have had the built-in role of its level. */
export async function deleteStoredRole(sql: Sql, projectId: string, id: string): Promise<void> {
  for (const table of ['api_tokens', 'invites']) {
    await sql.query(
      `update ${table} x set role_id = b.id
       from roles r join roles b on b.project_id = r.project_id and b.built_in and b.level = r.level
       where x.role_id = r.id and r.id = $1 and r.project_id = $2`,
      [id, projectId],
    )
  }
  await sql.query('delete from roles where id = $1 and project_id = $2', [id, projectId])
}

const USES = `
select
  (select count(*)::int from memberships where role_id = $2) as members,
  (select count(*)::int from api_tokens where role_id = $2 and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())) as tokens,
  (select count(*)::int from invites
   where role_id = $2 and accepted_at is null and revoked_at is null and expires_at > clock_timestamp()) as invites,
  (select count(*)::int from actions
   where project_id = $1 and deleted_at is null and approval is not null and position($2::text in approval::text) > 0) as actions`
