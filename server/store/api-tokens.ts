import { randomBytes } from 'node:crypto'
import { newId } from '../domain/ids.ts'
import { tokenText } from '../domain/token.ts'
import { type Database, transaction } from './database.ts'
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

const ADMIN = 'admin'

/**
 * Makes sure that the project has a valid token named `admin`: the one `given` (setting ADMIN_TOKEN), which replaces any
 * other of that name, or a new one when there is none. Gives the token's text when it was not valid before, so that it can be shown.
 * Several servers may call it at once.
 */
export async function ensureAdminToken(db: Database, projectId: string, given?: string): Promise<string | undefined> {
  const token = given ?? tokenText(randomBytes(32))
  const changed = await transaction(db.pool, async (sql) => {
    // Of two servers that start together, the second one looks only after the first has written.
    await sql.query('select from projects where id = $1 for no key update', [projectId])
    const { rowCount } = await sql.query(given === undefined ? ADD_ADMIN : SET_ADMIN, [newId(), projectId, ADMIN, secretHash(token)])
    return rowCount === 1
  })
  if (!changed) return undefined
  db.signal.emit('access')
  return token
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
insert into api_tokens (id, project_id, name, hash, created_at)
select $1, $2, $3, $4, clock_timestamp()
where not exists (select from api_tokens where project_id = $2 and name = $3 and ${VALID})`

const SET_ADMIN = `
with replaced as (
  update api_tokens set revoked_at = clock_timestamp() where project_id = $2 and name = $3 and hash <> $4 and revoked_at is null
)
insert into api_tokens as t (id, project_id, name, hash, created_at) values ($1, $2, $3, $4, clock_timestamp())
on conflict (hash) do update set revoked_at = null, expires_at = null where t.revoked_at is not null or t.expires_at is not null`
