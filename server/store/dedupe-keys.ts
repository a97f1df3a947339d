import type { Dedupe, FirstRun } from '../domain/dedupe.ts'
import type { EventType } from '../domain/event.ts'
import type { Sql } from './database.ts'
import { SENT, VERSION } from './pinned-request.ts'

/**
 * Holds the keys until the transaction ends, waiting for whoever holds one, and gives the runs that those inside their window stand for.
 * A pending run that may get another body is held as well, so that it is not sent meanwhile.
 */
export async function takeDedupeKeys(sql: Sql, projectId: string, asked: readonly Dedupe[]): Promise<Map<string, FirstRun>> {
  if (asked.length === 0) return new Map()
  const keys = [...new Set(asked.map(({ key }) => key))]
  await sql.query({ name: 'lock-dedupe-keys', text: LOCK, values: [projectId, keys] })
  const { rows } = await sql.query<FirstRun & { key: string }>({ name: 'find-dedupe-keys', text: FIND, values: [projectId, keys] })
  const replacing = new Set(asked.flatMap(({ key, mode }) => (mode === 'REPLACE_PENDING' ? [key] : [])))
  const open = rows.filter(({ key, pending }) => pending && replacing.has(key)).map(({ id }) => id)
  const held = open.length > 0 ? await holdPending(sql, open) : new Set<string>()
  return new Map(rows.map(({ key, ...first }) => [key, { ...first, pending: held.has(first.id) }]))
}

async function holdPending(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>({ name: 'hold-pending', text: HOLD, values: [ids] })
  return new Set(rows.map(({ id }) => id))
}

/** A key, and the run it stands for from now on. */
export interface DedupeKeyToKeep extends Pick<Dedupe, 'key' | 'windowSeconds'> {
  invocationId: string
}

/** Writes keys that this transaction holds; their windows begin. */
export async function keepDedupeKeys(sql: Sql, projectId: string, keys: readonly DedupeKeyToKeep[]): Promise<void> {
  if (keys.length === 0) return
  await sql.query({
    name: 'keep-dedupe-keys',
    text: KEEP,
    values: [
      projectId,
      keys.map(({ key }) => key),
      keys.map(({ invocationId }) => invocationId),
      keys.map(({ windowSeconds }) => windowSeconds),
    ],
  })
}

/**
 * Gives pending runs that this transaction holds a body of their own, null for the action's, and writes the events of that. Their approvals are
 * the caller's: see void-approvals.ts.
 */
export async function replaceBodies(sql: Sql, bodies: ReadonlyMap<string, { body: string | null }>): Promise<void> {
  if (bodies.size === 0) return
  const given = [...bodies.values()].map(({ body }) => body)
  await sql.query({ name: 'replace-bodies', text: REPLACE, values: [[...bodies.keys()], given] })
}

/** SQL: the states of what was not sent. */
const WAITING = `('PENDING', 'AWAITING_APPROVAL')`

// In the order of the locks, so that two batches never wait for each other.
const LOCK = `
with keys as materialized (
  select distinct hashtextextended('dedupe ' || $1::text || ' ' || key, 0) as lock from unnest($2::text[]) as key order by 1
)
select pg_advisory_xact_lock(lock) from keys`

const FIND = `
select d.key, i.id, i.status in ${WAITING} as pending, ${SENT.method} as method
from dedupe_keys d join invocations i on i.id = d.invocation_id join actions a on a.id = i.action_id
${VERSION}
where d.project_id = $1 and d.key = any ($2::text[]) and d.expires_at > clock_timestamp()`

const HOLD = `select id from invocations where id = any ($1::uuid[]) and status in ${WAITING} order by id for no key update`

const KEEP = `
insert into dedupe_keys (project_id, key, invocation_id, expires_at)
select $1, key, invocation_id, date_trunc('milliseconds', clock_timestamp()) + seconds * interval '1 second'
from unnest($2::text[], $3::uuid[], $4::integer[]) as given (key, invocation_id, seconds)
on conflict (project_id, key) do update set invocation_id = excluded.invocation_id, expires_at = excluded.expires_at`

const REPLACE = `
with changed as (
  update invocations i set input = given.body from unnest($1::uuid[], $2::text[]) as given (id, body)
  where i.id = given.id and i.status in ${WAITING}
  returning i.id, i.project_id, i.action_id, i.status
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, '${'invocation.updated' satisfies EventType}', date_trunc('milliseconds', clock_timestamp()), action_id, id, status from changed`
