import { randomBytes } from 'node:crypto'
import type { Database } from './database.ts'
import { secretHash } from './secret-hash.ts'

const MINUTE_MS = 60_000
/** Links that someone asks for; the one printed at the start is given longer. */
const LINK_MS = 15 * MINUTE_MS
export const PRINTED_LINK_MS = 24 * 60 * MINUTE_MS
const BROWSER_MS = 30 * 24 * 60 * MINUTE_MS

/** A browser that is signed in. */
export interface FoundSession {
  projectId: string
  /** The API token it was opened with; null when it came by a sign-in link. */
  tokenId: string | null
  /** The name of that token. */
  tokenName: string | null
  /** Epoch ms. */
  expiresAt: number
}

/** Makes a sign-in link that works once within `lifetimeMs` (default 15 min). Gives its secret. */
export const createLink = (db: Database, projectId: string, lifetimeMs = LINK_MS): Promise<string> =>
  open(db, 'LINK', projectId, null, lifetimeMs)

/** Signs a browser in for 30 days, by the token with that UUID if there is one. Gives the session's secret. */
export const createSession = (db: Database, projectId: string, tokenId: string | null = null): Promise<string> =>
  open(db, 'BROWSER', projectId, tokenId, BROWSER_MS)

/** Uses a sign-in link up and signs the browser in. Gives the session's secret; undefined when the link is unknown, used or expired. */
export async function redeemLink(db: Database, link: string): Promise<{ secret: string; projectId: string } | undefined> {
  const secret = newSecret()
  const { rows } = await db.pool.query<{ projectId: string }>(REDEEM, [secretHash(link), secretHash(secret), BROWSER_MS])
  return rows[0] && { secret, projectId: rows[0].projectId }
}

/** The session with that secret; undefined when it is unknown, ended or expired, or its token is no longer valid. */
export async function findSession(db: Database, secret: string): Promise<FoundSession | undefined> {
  const { rows } = await db.pool.query<FoundSession>({ name: 'find-session', text: FIND, values: [secretHash(secret)] })
  return rows[0]
}

/** Signs a browser out, on all servers. */
export async function endSession(db: Database, secret: string): Promise<void> {
  const { rowCount } = await db.pool.query('update sessions set ended_at = clock_timestamp() where hash = $1 and ended_at is null', [
    secretHash(secret),
  ])
  if (rowCount) db.signal.emit('access')
}

const newSecret = (): string => randomBytes(32).toString('base64url')

async function open(
  db: Database,
  kind: 'LINK' | 'BROWSER',
  projectId: string,
  tokenId: string | null,
  lifetimeMs: number,
): Promise<string> {
  const secret = newSecret()
  await db.pool.query(
    `insert into sessions (hash, kind, project_id, token_id, created_at, expires_at)
     values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + $5::float8 * interval '1 millisecond')`,
    [secretHash(secret), kind, projectId, tokenId, lifetimeMs],
  )
  return secret
}

// The update is the fence: of two browsers that open the link together, one ends it and only that one gets a session.
const REDEEM = `
with link as (
  update sessions set ended_at = clock_timestamp()
  where hash = $1 and kind = 'LINK' and ended_at is null and expires_at > clock_timestamp()
  returning project_id, token_id
)
insert into sessions (hash, kind, project_id, token_id, created_at, expires_at)
select $2, 'BROWSER', project_id, token_id, clock_timestamp(), clock_timestamp() + $3::float8 * interval '1 millisecond' from link
returning project_id as "projectId"`

const FIND = `
select s.project_id as "projectId", s.token_id as "tokenId", t.name as "tokenName", date_part('epoch', s.expires_at) * 1000 as "expiresAt"
from sessions s left join api_tokens t on t.id = s.token_id
where s.hash = $1 and s.kind = 'BROWSER' and s.ended_at is null and s.expires_at > clock_timestamp()
  and (s.token_id is null or t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp()))`
