import { randomBytes } from 'node:crypto'
import type { Access } from '../domain/access.ts'
import { newId } from '../new-id.ts'
import { accessColumns, accessOf } from './access-row.ts'
import type { Database, Sql } from './database.ts'
import { unnoted } from './noted-use.ts'
import { secretHash } from './secret-hash.ts'

const MINUTE_MS = 60_000
/** Links that someone asks for; the one printed at the start is given longer. */
const LINK_MS = 15 * MINUTE_MS
export const PRINTED_LINK_MS = 24 * 60 * MINUTE_MS
const BROWSER_MS = 30 * 24 * 60 * MINUTE_MS

/** How a browser signed in. */
export const SIGN_IN_METHODS = ['LINK', 'PASSWORD', 'OIDC', 'INVITE', 'TOKEN'] as const
export type SignInMethod = (typeof SIGN_IN_METHODS)[number]

/** A browser that is signed in. */
export interface FoundSession {
  id: string
  projectId: string
  /** The API token it was opened with; null when a person signed in. */
  tokenId: string | null
  tokenName: string | null
  agent: boolean
  /** The person; null with a token. */
  userId: string | null
  userName: string | null
  /** How long it and the token behind it are valid yet, ms. */
  leftMs: number
  access: Access
}

/** Whose session is to be opened: a person's or a token's. */
export interface NewSession {
  projectId: string
  userId?: string | null
  tokenId?: string | null
  method: SignInMethod
  ip?: string | null
  userAgent?: string | null
}

/** Makes a sign-in link that works once within `lifetimeMs` (default 15 min). Gives its secret. */
export async function createLink(db: Database, projectId: string, lifetimeMs = LINK_MS): Promise<string> {
  const secret = newSecret()
  await db.pool.query(
    `insert into sessions (hash, id, kind, project_id, created_at, expires_at)
     values ($1, $2, 'LINK', $3, clock_timestamp(), clock_timestamp() + $4::float8 * interval '1 millisecond')`,
    [secretHash(secret), newId(), projectId, lifetimeMs],
  )
  return secret
}

/** Uses a sign-in link up. Gives the UUID of its project; undefined when it is unknown, used or expired. Of several at once one gets it. */
export async function takeLink(sql: Sql, link: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ projectId: string }>(TAKE, [secretHash(link)])
  return rows[0]?.projectId
}

/** Signs a browser in for 30 days. Gives the session's secret, which is stored nowhere, and its UUID. */
export async function openSession(sql: Sql, session: NewSession): Promise<{ secret: string; id: string }> {
  const { projectId, userId = null, tokenId = null, method, ip = null, userAgent = null } = session
  const secret = newSecret()
  const id = newId()
  await sql.query(OPEN, [secretHash(secret), id, projectId, tokenId, userId, method, ip, userAgent?.slice(0, 300) ?? null, BROWSER_MS])
  return { secret, id }
}

/**
 * The session with that secret and the rights behind it; undefined when it is unknown, ended or expired, its token is no longer valid, or its
 * person is no enabled member of its project. Notes its use, to five minutes.
 */
export async function findSession(db: Database, secret: string): Promise<FoundSession | undefined> {
  const { rows } = await db.pool.query<Omit<FoundSession, 'access'> & Access>({
    name: 'find-session',
    text: FIND,
    values: [secretHash(secret)],
  })
  if (!rows[0]) return undefined
  const { id, projectId, tokenId, tokenName, agent, userId, userName, leftMs } = rows[0]
  return { id, projectId, tokenId, tokenName, agent, userId, userName, leftMs, access: accessOf(rows[0]) }
}

/** Ends a session by its secret. Gives its UUID and its person; undefined when it had ended before. */
export async function endSession(sql: Sql, secret: string): Promise<{ id: string } | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    "update sessions set ended_at = clock_timestamp() where hash = $1 and kind = 'BROWSER' and ended_at is null returning id",
    [secretHash(secret)],
  )
  return rows[0]
}

/** Which sessions of a person end: one of them, all but one, or those in one project. */
export type EndedOf = { id: string } | { allBut: string | null } | { projectId: string }

/** Ends sessions of a person that have not ended. Gives how many. */
export async function endSessionsOf(sql: Sql, userId: string, which: EndedOf): Promise<number> {
  const [where, value] =
    'id' in which
      ? ['id = $2', which.id]
      : 'projectId' in which
        ? ['project_id = $2', which.projectId]
        : ['id is distinct from $2', which.allBut]
  const { rowCount } = await sql.query(
    `update sessions set ended_at = clock_timestamp()
     where user_id = $1 and ${where}::uuid and kind = 'BROWSER' and ended_at is null and expires_at > clock_timestamp()`,
    [userId, value],
  )
  return rowCount ?? 0
}

/** Moves a session to another project. */
export async function moveSession(sql: Sql, id: string, projectId: string): Promise<void> {
  await sql.query('update sessions set project_id = $2 where id = $1', [id, projectId])
}

const newSecret = (): string => randomBytes(32).toString('base64url')

// The update is the fence: of two browsers that open the link together, one ends it and only that one gets a session.
const TAKE = `
update sessions set ended_at = clock_timestamp()
where hash = $1 and kind = 'LINK' and ended_at is null and expires_at > clock_timestamp()
returning project_id as "projectId"`

const OPEN = `
insert into sessions (hash, id, kind, project_id, token_id, user_id, method, ip, user_agent, created_at, last_used_at, expires_at)
select $1, $2, 'BROWSER', $3, $4, $5, $6, $7, $8, c, c, c + $9::float8 * interval '1 millisecond' from clock_timestamp() as c`

const PERSON = 'coalesce(s.user_id, t.on_behalf_of)'

// Rows that someone else holds are passed over: a note of use is not worth waiting for, nor a deadlock with who ends the session.
const FIND = `
with found as (
  select s.id, s.project_id, s.token_id, t.name as token_name, coalesce(t.agent, false) as agent, s.user_id, u.name as user_name,
    least(s.expires_at, t.expires_at) as expires_at,
    ${accessColumns(PERSON)}
  from sessions s
  join projects p on p.id = s.project_id
  left join api_tokens t on t.id = s.token_id
  left join users u on u.id = s.user_id
  left join memberships m on m.project_id = s.project_id and m.user_id = ${PERSON}
  join roles r on r.id = coalesce(t.role_id, m.role_id)
  where s.hash = $1 and s.kind = 'BROWSER' and s.ended_at is null and s.expires_at > clock_timestamp()
    and (s.token_id is null or t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp()))
    and (${PERSON} is null or m.user_id is not null and m.disabled_at is null)
), used as (
  update sessions set last_used_at = clock_timestamp() where id in (
    select s.id from sessions s join found f on f.id = s.id where ${unnoted('s.last_used_at')} for update of s skip locked)
), seen as (
  update memberships m set last_seen_at = clock_timestamp() where (m.project_id, m.user_id) in (
    select m.project_id, m.user_id from memberships m join found f on f.project_id = m.project_id and f.user_id = m.user_id
    where ${unnoted('m.last_seen_at')} for update of m skip locked)
)
select id, project_id as "projectId", token_id as "tokenId", token_name as "tokenName", agent, user_id as "userId", user_name as "userName",
  date_part('epoch', expires_at - clock_timestamp()) * 1000 as "leftMs", "personId", "roleId", "roleName", level, "breakGlass", scopes, "policyVersion"
from found`
