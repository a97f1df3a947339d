import { randomBytes } from 'node:crypto'
import { tokenText } from '../domain/token.ts'
import { newId } from '../new-id.ts'
import type { Database } from './database.ts'
import { secretHash } from './secret-hash.ts'

/** What a valid token stands for. */
export interface FoundToken {
  id: string
  projectId: string
  name: string
  /** Epoch ms. */
  expiresAt: number | null
}

/** Makes a token. Its text is given here once and never again: only its hash is stored. */
export async function createToken(
  db: Database,
  { projectId, name, expiresAt = null }: { projectId: string; name: string; expiresAt?: Date | null },
): Promise<{ id: string; token: string }> {
  const token = tokenText(randomBytes(32))
  const id = newId()
  await db.pool.query(
    'insert into api_tokens (id, project_id, name, hash, created_at, expires_at) values ($1, $2, $3, $4, clock_timestamp(), $5)',
    [id, projectId, name, secretHash(token), expiresAt],
  )
  return { id, token }
}

/** The token with that text; undefined when it is unknown, revoked or expired. Notes its use, to the hour. */
export async function findToken(db: Database, token: string): Promise<FoundToken | undefined> {
  const { rows } = await db.pool.query<FoundToken>({ name: 'find-token', text: FIND, values: [secretHash(token)] })
  return rows[0]
}

/**
 * Revokes a token for good, ends the sessions that were opened with it and tells all servers. A token that was revoked
 * before stays as it is. False for an unknown one and one of another project.
 */
export async function revokeToken(db: Database, projectId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(REVOKE, [id, projectId])
  if (rowCount) db.signal.emit('access')
  return rowCount === 1
}

/** Name of the token that the start provides. */
const ADMIN = 'admin'

/** Whether the project has a token named `admin` that is valid. */
export async function hasAdminToken(db: Database, projectId: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(`select from api_tokens where project_id = $1 and name = $2 and ${VALID} limit 1`, [
    projectId,
    ADMIN,
  ])
  return rowCount === 1
}

/**
 * Adds this token as the project's `admin` unless it is known. Several servers may call it at once.
 *
 * @param revive the token is a setting, so it is the only `admin` and valid whatever was done to it before. Default false: one that
 * was revoked stays revoked
 */
export async function addAdminToken(db: Database, projectId: string, token: string, { revive = false } = {}): Promise<void> {
  const values = [newId(), projectId, ADMIN, secretHash(token)]
  const { rowCount } = await db.pool.query(revive ? SET_ADMIN : ADD_ADMIN, values)
  if (rowCount) db.signal.emit('access')
}

const VALID = 'revoked_at is null and (expires_at is null or expires_at > clock_timestamp())'

const FIND = `
with found as (
  select id, project_id, name, expires_at, last_used_at from api_tokens where hash = $1 and ${VALID}
), used as (
  update api_tokens t set last_used_at = date_trunc('hour', clock_timestamp())
  from found where t.id = found.id and (t.last_used_at is null or t.last_used_at < date_trunc('hour', clock_timestamp()))
)
select id, project_id as "projectId", name, date_part('epoch', expires_at) * 1000 as "expiresAt" from found`

const REVOKE = `
with ended as (
  update sessions set ended_at = clock_timestamp() where token_id = $1 and project_id = $2 and ended_at is null
)
update api_tokens set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = $1 and project_id = $2`

const ADD_ADMIN = `
insert into api_tokens (id, project_id, name, hash, created_at) values ($1, $2, $3, $4, clock_timestamp())
on conflict (hash) do nothing`

const SET_ADMIN = `
with replaced as (
  update api_tokens set revoked_at = clock_timestamp() where project_id = $2 and name = $3 and hash <> $4 and revoked_at is null
)
insert into api_tokens as t (id, project_id, name, hash, created_at) values ($1, $2, $3, $4, clock_timestamp())
on conflict (hash) do update set revoked_at = null, expires_at = null where t.revoked_at is not null or t.expires_at is not null`
