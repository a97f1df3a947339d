import type { Actor } from '../domain/actor.ts'
import type { Database } from './database.ts'
import { secretHash } from './secret-hash.ts'

/** Whose a credential was that is not valid any more, and why it is not. */
export interface DeadCredential {
  projectId: string
  actor: Actor
  reason: 'MEMBER_DISABLED' | 'REVOKED' | 'EXPIRED'
}

/** Undefined for one that never was. */
export async function findDeadCredential(
  db: Database,
  credential: { kind: 'TOKEN'; token: string } | { kind: 'SESSION'; secret: string },
): Promise<DeadCredential | undefined> {
  const [text, secret] = credential.kind === 'TOKEN' ? [OF_TOKEN, credential.token] : [OF_SESSION, credential.secret]
  const { rows } = await db.pool.query<Actor & Omit<DeadCredential, 'actor'>>(text, [secretHash(secret)])
  if (!rows[0]) return undefined
  const { projectId, kind, id, name, reason } = rows[0]
  return { projectId, actor: { kind, id, name }, reason }
}

const reason = (ended: string) =>
  `case when m.disabled_at is not null then 'MEMBER_DISABLED' when ${ended} is not null then 'REVOKED' else 'EXPIRED' end as reason`

const OF_TOKEN = `
select t.project_id as "projectId", case when t.agent then 'AGENT' else 'TOKEN' end as kind, t.id, t.name, ${reason('t.revoked_at')}
from api_tokens t left join memberships m on m.project_id = t.project_id and m.user_id = t.on_behalf_of
where t.hash = $1`

const OF_SESSION = `
select s.project_id as "projectId", case when t.id is null then 'USER' when t.agent then 'AGENT' else 'TOKEN' end as kind,
  coalesce(t.id, s.user_id) as id, coalesce(t.name, u.name, 'Unknown') as name, ${reason('coalesce(t.revoked_at, s.ended_at)')}
from sessions s
left join api_tokens t on t.id = s.token_id
left join users u on u.id = s.user_id
left join memberships m on m.project_id = s.project_id and m.user_id = coalesce(s.user_id, t.on_behalf_of)
where s.hash = $1 and s.kind = 'BROWSER'`
