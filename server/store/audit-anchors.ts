import type { KeyObject } from 'node:crypto'
import { type Anchor, anchorHash, NO_ANCHOR } from '../domain/audit-anchor.ts'
import type { Head } from '../domain/audit-check.ts'
import { newId } from '../new-id.ts'
import { ensureAuditKey } from './audit-key.ts'
import { type Database, type Sql, transaction } from './database.ts'

/** Number of the advisory lock under which anchors are written: one at a time, so that each knows the one before it. */
const LOCK = 5_260_026

export interface AnchorOptions {
  /** Nothing is written when the newest is younger than this, as when another server was just here. Default 0. */
  leastMs?: number
}

/**
 * Writes down where the chains stand, and gives it; undefined when nothing has been noted since the newest anchor, or that is too young by
 * the clock of the database. Nobody waits for it who writes an entry.
 */
export async function writeAnchor(db: Pick<Database, 'pool' | 'vault'>, { leastMs = 0 }: AnchorOptions = {}): Promise<Anchor | undefined> {
  const key = await ensureAuditKey(db)
  return transaction(db.pool, async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK])
    const [newest] = (await sql.query<Newest>(NEWEST)).rows
    // One that lies ahead was written before the clock was set back: it would be too young for as long as that.
    if (newest && newest.ageMs >= 0 && newest.ageMs < leastMs) return undefined
    const { heads, now } = (await sql.query<{ heads: Head[] | null; now: Date }>(GROWN)).rows[0]!
    if (!heads) return undefined
    return insert(sql, key, newest?.hash ?? NO_ANCHOR, { heads, at: Math.max(now.getTime(), newest ? newest.at.getTime() + 1 : 0) })
  })
}

interface Newest {
  at: Date
  hash: string
  ageMs: number
}

const NEWEST = `
select at, encode(hash, 'hex') as hash, date_part('epoch', clock_timestamp() - at) * 1000 as "ageMs"
from audit_anchors order by at desc limit 1`

async function insert(sql: Sql, key: KeyObject, previous: string, { heads, at }: { heads: Head[]; at: number }): Promise<Anchor> {
  const anchor = { id: newId(), at: new Date(at).toISOString(), heads }
  const hash = anchorHash(key, previous, anchor)
  await sql.query("insert into audit_anchors (id, at, heads, hash) values ($1, $2, $3, decode($4, 'hex'))", [
    anchor.id,
    anchor.at,
    JSON.stringify(heads),
    hash,
  ])
  return { ...anchor, hash }
}

/** The newest anchor without its heads; undefined when there is none. */
export async function newestAnchor(sql: Sql): Promise<Omit<Anchor, 'heads'> | undefined> {
  const { rows } = await sql.query<Omit<Anchor, 'heads'>>(
    `select id, ${AT} as at, encode(hash, 'hex') as hash from audit_anchors order by audit_anchors.at desc limit 1`,
  )
  return rows[0]
}

/** All anchors in their order. */
export async function readAnchors(sql: Sql): Promise<Anchor[]> {
  const { rows } = await sql.query<Anchor>(
    `select id, ${AT} as at, heads, encode(hash, 'hex') as hash from audit_anchors order by audit_anchors.at, id`,
  )
  return rows
}

const AT = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

// From chain to chain by the key, and in each to its end: the entries between are not looked at.
const GROWN = `
with recursive chain (id) as (
  (select chain_id from audit_entries order by chain_id limit 1)
  union all
  select (select e.chain_id from audit_entries e where e.chain_id > chain.id order by e.chain_id limit 1) from chain where chain.id is not null
), known as (
  select h.chain, max(h.seq) as seq from audit_anchors a cross join json_to_recordset(a.heads) as h (chain uuid, seq bigint) group by h.chain
)
select json_agg(json_build_object('chain', c.id, 'seq', e.seq, 'hash', encode(e.hash, 'hex')) order by c.id) filter (where e.seq > coalesce(k.seq, 0)) as heads,
  date_trunc('milliseconds', clock_timestamp()) as now
from chain c
cross join lateral (select seq, hash from audit_entries where chain_id = c.id order by seq desc limit 1) e
left join known k on k.chain = c.id`
