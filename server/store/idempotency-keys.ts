import { IDEMPOTENCY_HOURS, type KeyState } from '../domain/idempotency.ts'
import type { Sql } from './database.ts'

/**
 * Holds the keys until the transaction ends, as far as nobody else does, and gives what is known of each. Never waits.
 * What a key answers for was committed before, so a key that is FREE here stays so until we keep it.
 */
export async function takeIdempotencyKeys(sql: Sql, projectId: string, keys: readonly string[]): Promise<Map<string, KeyState>> {
  const states = new Map<string, KeyState>()
  if (keys.length === 0) return states
  const { rows: locks } = await sql.query<{ key: string; taken: boolean }>({
    name: 'lock-idempotency-keys',
    text: LOCK,
    values: [projectId, [...new Set(keys)]],
  })
  for (const { key, taken } of locks) states.set(key, taken ? 'FREE' : 'IN_FLIGHT')
  // A statement of its own: it must see what was committed up to the moment the locks were ours.
  const taken = locks.flatMap(({ key, taken }) => (taken ? [key] : []))
  const { rows: kept } = await sql.query<{ key: string; fingerprint: string; resultId: string }>({
    name: 'find-idempotency-keys',
    text: FIND,
    values: [projectId, taken],
  })
  for (const { key, ...answer } of kept) states.set(key, answer)
  return states
}

/** A key and what it answers with from now on. */
export interface KeyToKeep {
  key: string
  /** Hex. */
  fingerprint: string
  /** UUID of the invocation. */
  resultId: string
}

/** Writes keys that this transaction holds, over expired ones. */
export async function keepIdempotencyKeys(sql: Sql, projectId: string, keys: readonly KeyToKeep[]): Promise<void> {
  if (keys.length === 0) return
  await sql.query({
    name: 'keep-idempotency-keys',
    text: KEEP,
    values: [projectId, keys.map(({ key }) => key), keys.map(({ fingerprint }) => fingerprint), keys.map(({ resultId }) => resultId)],
  })
}

// All 64 bits: two keys that shared a lock would refuse each other.
const LOCK = `
select key, pg_try_advisory_xact_lock(hashtextextended('idempotency ' || $1::text || ' ' || key, 0)) as taken from unnest($2::text[]) as key`

// A key whose run retention has removed has nothing to answer with.
const FIND = `
select k.key, encode(k.fingerprint, 'hex') as fingerprint, k.result_id as "resultId" from idempotency_keys k
where k.project_id = $1 and k.key = any ($2::text[]) and k.created_at > clock_timestamp() - interval '${IDEMPOTENCY_HOURS} hours'
  and exists (select from invocations i where i.id = k.result_id)`

const KEEP = `
insert into idempotency_keys (project_id, key, fingerprint, result_id, created_at)
select $1, key, decode(fingerprint, 'hex'), result_id, date_trunc('milliseconds', clock_timestamp())
from unnest($2::text[], $3::text[], $4::uuid[]) as given (key, fingerprint, result_id)
on conflict (project_id, key)
do update set fingerprint = excluded.fingerprint, result_id = excluded.result_id, created_at = excluded.created_at`
