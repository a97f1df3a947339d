import { randomBytes } from 'node:crypto'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'
import { secretHash } from './secret-hash.ts'

/** Long enough for a holiday, short enough for a link in a mailbox. */
const INVITE_MS = 7 * 24 * 3_600_000

/** An invitation that may be accepted. */
export interface OpenInvite {
  id: string
  projectId: string
  projectName: string
  email: string
  roleId: string
  roleName: string
}

export interface NewInvite {
  projectId: string
  /** In lower case. */
  email: string
  roleId: string
  /** UUID of the person; null for an API token. */
  invitedBy: string | null
}

/** Makes an invitation for 7 days. One that was open for the same address ends. The secret is stored nowhere. */
export async function insertInvite(
  sql: Sql,
  { projectId, email, roleId, invitedBy }: NewInvite,
  lifetimeMs = INVITE_MS,
): Promise<{ id: string; secret: string }> {
  await sql.query(
    `update invites set revoked_at = clock_timestamp()
     where project_id = $1 and lower(email) = $2 and accepted_at is null and revoked_at is null`,
    [projectId, email],
  )
  const secret = randomBytes(32).toString('base64url')
  const id = newId()
  await sql.query(
    `insert into invites (id, project_id, email, role_id, hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp() + $7::float8 * interval '1 millisecond')`,
    [id, projectId, email, roleId, secretHash(secret), invitedBy, lifetimeMs],
  )
  return { id, secret }
}

/** The open invitation with that secret; undefined when it is unknown, expired, accepted or revoked. */
export async function findInvite(sql: Sql, secret: string): Promise<OpenInvite | undefined> {
  const { rows } = await sql.query<OpenInvite>(`${OPEN} and i.hash = $1`, [secretHash(secret)])
  return rows[0]
}

/** The oldest open invitation of an address, which must be in lower case. */
export async function findInviteOf(sql: Sql, email: string): Promise<OpenInvite | undefined> {
  const { rows } = await sql.query<OpenInvite>(`${OPEN} and lower(i.email) = $1 order by i.id limit 1`, [email])
  return rows[0]
}

/** Uses an open invitation up. False when someone was faster. */
export async function takeInvite(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update invites set accepted_at = clock_timestamp()
     where id = $1 and accepted_at is null and revoked_at is null and expires_at > clock_timestamp()`,
    [id],
  )
  return rowCount === 1
}

/** Revokes an invitation. Gives its address and whether that changed it; undefined for an unknown one and another project's. */
export async function revokeInvite(sql: Sql, projectId: string, id: string): Promise<{ email: string; changed: boolean } | undefined> {
  const { rows } = await sql.query<{ email: string; open: boolean }>(
    'select email, accepted_at is null and revoked_at is null as open from invites where id = $1 and project_id = $2 for update',
    [id, projectId],
  )
  if (!rows[0]) return undefined
  if (rows[0].open) await sql.query('update invites set revoked_at = clock_timestamp() where id = $1', [id])
  return { email: rows[0].email, changed: rows[0].open }
}

const OPEN = `
select i.id, i.project_id as "projectId", p.name as "projectName", i.email, i.role_id as "roleId", r.name as "roleName"
from invites i join projects p on p.id = i.project_id join roles r on r.id = i.role_id
where i.accepted_at is null and i.revoked_at is null and i.expires_at > clock_timestamp()`
