import type { Actor } from '../domain/actor.ts'
import { type Noun, publicId } from '../domain/ids.ts'
import type { AuditAuthor } from './audited.ts'
import type { Sql } from './database.ts'

/** Something that goes on for long in the name of who started it. */
export interface StartedOperation {
  noun: Extract<Noun, 'backfill' | 'bulk'>
  /** UUID. */
  id: string
  projectId: string
  actor: Pick<Actor, 'kind' | 'id'>
}

/**
 * In whose name the entries of an operation are made: of who started it, for whom that one acted then, and at which address, as the entry of its
 * start tells. Of one that has no such entry, with the name that is known by now.
 */
export async function authorOfOperation(sql: Sql, { noun, id, projectId, actor }: StartedOperation): Promise<AuditAuthor> {
  const { rows } = await sql.query<{ name: string; personId: string | null; ip: string | null }>({
    name: 'author-of-operation',
    text: AUTHOR,
    values: [projectId, id, idLater(id), `${noun}.created`, publicId(noun, id), actor.kind, actor.id],
  })
  const { name, personId, ip } = rows[0]!
  return { projectId, actor: { ...actor, name }, access: { personId }, ip: ip ?? undefined }
}

/** The entry is made in the transaction of the operation, whose id is made in it. */
const STARTED_WITHIN_MS = 60_000

/** A UUIDv7 of the end of that time: behind it the entry is not looked for. */
function idLater(id: string): string {
  const hex = (Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + STARTED_WITHIN_MS).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

const AUTHOR = `
select coalesce(e.actor_name, u.name, t.name, 'Docket') as name, coalesce(e.on_behalf_of, t.on_behalf_of) as "personId", e.ip
from (values ($6::actor_kind, $7::uuid)) as given (kind, id)
left join lateral (
  select actor_name, on_behalf_of, ip from audit_entries
  where project_id = $1 and id > $2 and id < $3 and verb = $4 and object_id = $5
  order by id limit 1
) e on true
left join users u on given.kind = 'USER' and u.id = given.id
left join api_tokens t on given.kind in ('TOKEN', 'AGENT') and t.id = given.id`
