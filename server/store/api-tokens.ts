import { randomBytes } from 'node:crypto'
import type { Access, Capability } from '../domain/access.ts'
import { SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import { tokenText } from '../domain/token.ts'
import { newId } from '../new-id.ts'
import { accessColumns, accessOf } from './access-row.ts'
import { type AuditNote, audited } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { lockMembers, lockRights } from './memberships.ts'
import { unnoted } from './noted-use.ts'
import { secretHash } from './secret-hash.ts'

/** What a valid token stands for. */
export interface FoundToken {
  id: string
  projectId: string
  name: string
  /** Of a program that decides by itself. */
  agent: boolean
  /** How long it is valid yet, ms; null: for ever. */
  leftMs: number | null
  access: Access
}

/** What a token is made of. */
export interface NewToken {
  projectId: string
  name: string
  expiresAt?: Date | null
  /** Default: the built-in role ADMIN. */
  roleId?: string
  /** Which of its role's rights it has. Default null: all. */
  scopes?: readonly Capability[] | null
  /** UUID of the member for whom it acts. Default: nobody. */
  onBehalfOf?: string | null
  /** UUID of the person who made it. */
  createdBy?: string | null
  agent?: boolean
}

/** Makes a token. Its text is given here once and never again: only its hash is stored. */
export const createToken = (db: Database, token: NewToken): Promise<{ id: string; token: string }> => insertToken(db.pool, token)

/** As `createToken`, inside a transaction. */
export async function insertToken(sql: Sql, token: NewToken): Promise<{ id: string; token: string }> {
  const { projectId, name, expiresAt = null, roleId = null, scopes = null, onBehalfOf = null, createdBy = null, agent = false } = token
  const text = tokenText(randomBytes(32))
  const id = newId()
  await sql.query(
    `insert into api_tokens (id, project_id, name, hash, role_id, created_at, expires_at, scopes, on_behalf_of, created_by, agent)
     values ($1, $2, $3, $4, coalesce($6, ${ADMIN_ROLE}), clock_timestamp(), $5, $7, $8, $9, $10)`,
    [id, projectId, name, secretHash(text), expiresAt, roleId, scopes, onBehalfOf, createdBy, agent],
  )
  return { id, token: text }
}

/**
 * The token with that text and the rights behind it; undefined when it is unknown, revoked or expired, or acts for someone who is no enabled
 * member. Notes its use, to five minutes.
 */
export async function findToken(db: Database, token: string): Promise<FoundToken | undefined> {
  const { rows } = await db.pool.query<Omit<FoundToken, 'access'> & Access>({ name: 'find-token', text: FIND, values: [secretHash(token)] })
  if (!rows[0]) return undefined
  const { id, projectId, name, agent, leftMs } = rows[0]
  return { id, projectId, name, agent, leftMs, access: accessOf(rows[0]) }
}

/** Whose a token is: who may revoke it without being an administrator. */
export interface TokenOwners {
  name: string
  createdBy: string | null
  onBehalfOf: string | null
  revoked: boolean
}

/** Undefined for an unknown token and one of another project. Locks it until the transaction ends. */
export async function lockToken(sql: Sql, projectId: string, id: string): Promise<TokenOwners | undefined> {
  const { rows } = await sql.query<TokenOwners>(
    `select name, created_by as "createdBy", on_behalf_of as "onBehalfOf", revoked_at is not null as revoked
     from api_tokens where id = $1 and project_id = $2 for update`,
    [id, projectId],
  )
  return rows[0]
}

/**
 * Revokes a token for good and ends the sessions that were opened with it. Behind `lockRights`, as what it asked for may not be sent any more;
 * whoever calls it tells all servers after the commit (`access`). A token that was revoked before stays as it is.
 */
export async function revokeToken(sql: Sql, projectId: string, id: string): Promise<void> {
  await sql.query(REVOKE, [id, projectId])
}

type Note = (note: AuditNote) => void

/**
 * Tokens that act for a member may never do more than he: those of his role `from`, and those above his new role `to`, get that one. Each of
 * them is noted.
 */
export async function followMember(
  sql: Sql,
  projectId: string,
  userId: string,
  { from, to }: { from: string; to: string },
  note: Note,
): Promise<void> {
  const { rows } = await sql.query<MovedToken>(
    `update api_tokens t set role_id = $4 from roles had, roles has
     where t.project_id = $1 and t.on_behalf_of = $2 and t.revoked_at is null and had.id = t.role_id and has.id = $4
       and (t.role_id = $3 or had.level > has.level)
     returning ${MOVED}`,
    [projectId, userId, from, to],
  )
  noteMoved(rows, note)
}

/** After a role got another level: tokens that act for its members and are above it get it. Each of them is noted. */
export async function followRole(sql: Sql, projectId: string, roleId: string, note: Note): Promise<void> {
  const { rows } = await sql.query<MovedToken>(
    `update api_tokens t set role_id = m.role_id from memberships m, roles had, roles has
     where m.project_id = $1 and m.role_id = $2 and t.project_id = m.project_id and t.on_behalf_of = m.user_id and t.revoked_at is null
       and had.id = t.role_id and has.id = m.role_id and had.level > has.level
     returning ${MOVED}`,
    [projectId, roleId],
  )
  noteMoved(rows, note)
}

interface MovedToken {
  id: string
  name: string
  before: string
  after: string
}

const MOVED = 't.id, t.name, had.name as before, has.name as after'

function noteMoved(tokens: readonly MovedToken[], note: Note): void {
  for (const { id, name, before, after } of tokens) {
    const object = { type: 'token', id: publicId('token', id) }
    note({ verb: 'token.role_set', object, data: { name }, before: { role: before }, after: { role: after } })
  }
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
 * Adds this token as the project's `admin` unless it is known. Several servers may call it at once. What a token asked for that is replaced is
 * not sent any more.
 *
 * @param revive the token is a setting, so it is the only `admin` and valid whatever was done to it before. Default false: one that
 * was revoked stays revoked
 */
export async function addAdminToken(db: Database, projectId: string, token: string, { revive = false } = {}): Promise<void> {
  const hash = secretHash(token)
  const changed = await audited({ db, projectId, actor: SYSTEM }, async (sql, note) => {
    const changes = await (revive ? setAdmin : addAdmin)(sql, projectId, hash)
    for (const { verb, id } of changes) {
      const object = { type: 'token', id: publicId('token', id) }
      note({ verb, object, ...(verb === 'token.created' ? { after: { name: ADMIN, role: 'Admin' } } : { data: { name: ADMIN } }) })
    }
    return changes.length > 0
  })
  if (changed) db.signal.emit('access')
}

/** What became of a token. */
interface AdminChange {
  verb: 'token.created' | 'token.restored' | 'token.revoked'
  id: string
}

async function addAdmin(sql: Sql, projectId: string, hash: Buffer): Promise<AdminChange[]> {
  const { rows } = await sql.query<{ id: string }>(ADD_ADMIN, [newId(), projectId, ADMIN, hash])
  return rows.map(({ id }) => ({ verb: 'token.created', id }))
}

async function setAdmin(sql: Sql, projectId: string, hash: Buffer): Promise<AdminChange[]> {
  await lockMembers(sql, projectId)
  const { rows: replaced } = await sql.query<{ id: string }>(REPLACE_ADMIN, [projectId, ADMIN, hash])
  if (replaced.length > 0) await lockRights(sql, projectId)
  const own = newId()
  const { rows: set } = await sql.query<{ id: string }>(SET_ADMIN, [own, projectId, ADMIN, hash])
  return [
    ...replaced.map(({ id }) => ({ verb: 'token.revoked', id }) as const),
    ...set.map(({ id }) => ({ verb: id === own ? 'token.created' : 'token.restored', id }) as const),
  ]
}

/** SQL: the built-in role ADMIN of the project $2. */
const ADMIN_ROLE = "(select id from roles where project_id = $2 and level = 'ADMIN' and built_in)"

const VALID = 'revoked_at is null and (expires_at is null or expires_at > clock_timestamp())'

// A row that someone else holds is passed over: a note of use is not worth waiting for, nor a deadlock with who revokes the token.
const FIND = `
with found as (
  select t.id, t.project_id, t.name, t.agent, t.expires_at, ${accessColumns('t.on_behalf_of')}
  from api_tokens t
  join projects p on p.id = t.project_id
  join roles r on r.id = t.role_id
  left join memberships m on m.project_id = t.project_id and m.user_id = t.on_behalf_of
  where t.hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp())
    and (t.on_behalf_of is null or m.user_id is not null and m.disabled_at is null)
), used as (
  update api_tokens set last_used_at = clock_timestamp() where id in (
    select t.id from api_tokens t join found f on f.id = t.id where ${unnoted('t.last_used_at')} for no key update of t skip locked)
)
select id, project_id as "projectId", name, agent, date_part('epoch', expires_at - clock_timestamp()) * 1000 as "leftMs", "personId", "roleId",
  "roleName", level, "breakGlass", scopes, "policyVersion"
from found`

const REVOKE = `
with ended as (
  update sessions set ended_at = clock_timestamp() where token_id = $1 and project_id = $2 and ended_at is null
)
update api_tokens set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = $1 and project_id = $2`

const ADD_ADMIN = `
insert into api_tokens (id, project_id, name, hash, role_id, created_at) values ($1, $2, $3, $4, ${ADMIN_ROLE}, clock_timestamp())
on conflict (hash) do nothing
returning id`

const REPLACE_ADMIN = `
with replaced as (
  update api_tokens set revoked_at = clock_timestamp()
  where project_id = $1 and name = $2 and created_by is null and hash <> $3 and revoked_at is null
  returning id
), ended as (
  update sessions set ended_at = clock_timestamp() where token_id in (select id from replaced) and ended_at is null
)
select id from replaced`

const SET_ADMIN = `
insert into api_tokens as t (id, project_id, name, hash, role_id, created_at) values ($1, $2, $3, $4, ${ADMIN_ROLE}, clock_timestamp())
on conflict (hash) do update set revoked_at = null, expires_at = null where t.revoked_at is not null or t.expires_at is not null
returning t.id`
