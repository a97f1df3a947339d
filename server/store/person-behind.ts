import type { Access } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'
import type { Sql } from './database.ts'

/** UUID of the person who answers for what the actor does: who is signed in, for whom a token acts, else who made it. Null for the system. */
export async function personBehind(sql: Sql, { actor, access }: { actor: Actor; access?: Access | undefined }): Promise<string | null> {
  if (access?.personId) return access.personId
  if (actor.kind !== 'TOKEN' && actor.kind !== 'AGENT') return null
  const { rows } = await sql.query<{ person: string | null }>({
    name: 'person-behind-token',
    text: 'select coalesce(on_behalf_of, created_by) as person from api_tokens where id = $1',
    values: [actor.id],
  })
  return rows[0]?.person ?? null
}
