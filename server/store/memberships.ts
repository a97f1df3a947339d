import type { RoleLevel } from '../domain/access.ts'
import { DocketError } from '../domain/errors.ts'
import type { Sql } from './database.ts'

/** A member of a project with his role. */
export interface Member {
  userId: string
  name: string
  email: string | null
  roleId: string
  roleName: string
  level: RoleLevel
  disabledAt: Date | null
}

/** Undefined for who is no member of the project. Inside a transaction that has called `lockRights` it stays as it is. */
export async function findMember(sql: Sql, projectId: string, userId: string): Promise<Member | undefined> {
  const { rows } = await sql.query<Member>(
    `select m.user_id as "userId", u.name, u.email, r.id as "roleId", r.name as "roleName", r.level, m.disabled_at as "disabledAt"
     from memberships m join users u on u.id = m.user_id join roles r on r.id = m.role_id
     where m.project_id = $1 and m.user_id = $2`,
    [projectId, userId],
  )
  return rows[0]
}

/** All by UUIDs. @throws the unique violation of a person who is a member already, also a disabled one */
export async function insertMember(sql: Sql, projectId: string, userId: string, roleId: string): Promise<void> {
  await sql.query('insert into memberships (project_id, user_id, role_id, created_at) values ($1, $2, $3, clock_timestamp())', [
    projectId,
    userId,
    roleId,
  ])
}

/** Behind `lockRights`, as every change of who may do what. */
export async function setRoleOf(sql: Sql, projectId: string, userId: string, roleId: string): Promise<void> {
  await sql.query('update memberships set role_id = $3 where project_id = $1 and user_id = $2', [projectId, userId, roleId])
}

/** Disables or enables a member. Behind `lockRights`. */
export async function setDisabled(sql: Sql, projectId: string, userId: string, disabled: boolean): Promise<void> {
  await sql.query(
    'update memberships set disabled_at = case when $3::boolean then clock_timestamp() end where project_id = $1 and user_id = $2',
    [projectId, userId, disabled],
  )
}

/** Where a person goes who signs in: where he was last, else where he has been a member for longest; undefined when no project has him. */
export async function landingProject(sql: Sql, userId: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ projectId: string }>(
    `select project_id as "projectId" from memberships where user_id = $1 and disabled_at is null
     order by last_seen_at desc nulls last, created_at limit 1`,
    [userId],
  )
  return rows[0]?.projectId
}

/**
 * Begins a change of who may do what in a project: what was judged before it is judged again before it is sent. Only one transaction at a
 * time gets past it for a project, so what it reads of members and roles stays true until it commits.
 */
export async function lockRights(sql: Sql, projectId: string): Promise<void> {
  await sql.query('update projects set policy_version = policy_version + 1 where id = $1', [projectId])
}

/** As `lockRights`, for what depends on who is a member and changes nobody's rights. */
export async function lockMembers(sql: Sql, projectId: string): Promise<void> {
  await sql.query('select from projects where id = $1 for no key update', [projectId])
}

/**
 * The end of a change that took an administrator away (behind `lockRights`).
 * @throws DocketError LAST_ADMIN when no enabled member is one any more
 */
export async function requireAnAdmin(sql: Sql, projectId: string): Promise<void> {
  const { rowCount } = await sql.query(
    `select from memberships m join roles r on r.id = m.role_id
     where m.project_id = $1 and m.disabled_at is null and r.level = 'ADMIN' limit 1`,
    [projectId],
  )
  if (rowCount === 0)
    throw new DocketError('LAST_ADMIN', 'The project must keep an enabled member who is an administrator; make someone else one first.')
}

/** The enabled administrator of longest standing who cannot sign in by himself yet, as who came by the printed link. */
export async function unfinishedAdmin(sql: Sql, projectId: string): Promise<{ id: string; name: string } | undefined> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `select u.id, u.name from memberships m join roles r on r.id = m.role_id join users u on u.id = m.user_id
     where m.project_id = $1 and m.disabled_at is null and r.level = 'ADMIN' and u.password_hash is null and u.oidc_subject is null
     order by m.created_at, u.id limit 1`,
    [projectId],
  )
  return rows[0]
}

/** Whether some enabled administrator can sign in by himself: then links that the start printed are of no use any more. */
export async function hasFinishedAdmin(sql: Sql, projectId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from memberships m join roles r on r.id = m.role_id join users u on u.id = m.user_id
     where m.project_id = $1 and m.disabled_at is null and r.level = 'ADMIN'
       and (u.password_hash is not null and u.email is not null or u.oidc_subject is not null) limit 1`,
    [projectId],
  )
  return rowCount === 1
}

/** As `lockRights`, in all projects that have this person. */
export async function lockRightsOf(sql: Sql, userId: string): Promise<void> {
  await sql.query(
    `update projects set policy_version = policy_version + 1 where id in (
       select p.id from projects p where p.id in (select project_id from memberships where user_id = $1) order by p.id for no key update)`,
    [userId],
  )
}

/** Whether a person is an administrator wherever he is a member. */
export async function rulesEverywhere(sql: Sql, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    "select from memberships m join roles r on r.id = m.role_id where m.user_id = $1 and r.level <> 'ADMIN' limit 1",
    [userId],
  )
  return rowCount === 0
}
