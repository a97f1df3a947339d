import type { ChainedEntry } from '../domain/audit-entry.ts'
import type { Sql } from './database.ts'

/**
 * `insert …` of the entries in the parameter `given` (as `$1`), for a statement of its own or as a CTE.
 * @param when SQL condition under which they are written, all or none
 */
export const insertEntries = (given: string, when = 'true'): string => `
  insert into audit_entries (chain_id, seq, id, project_id, at, actor_kind, actor_id, actor_name, on_behalf_of, verb, object_type, object_id,
    action_id, invocation_id, record_type, record_id, data, before, after, result, code, ip, prev_hash, hash)
  select c, s, i, p, at, ak, ai, an, ob, v, ot, oi, a, n, rt, ri, d, b, f, coalesce(r, 'DONE'), e, ip, decode(q, 'hex'), decode(h, 'hex')
  from json_to_recordset(${given}::json) as g (c uuid, s bigint, i uuid, p uuid, at timestamptz, ak actor_kind, ai uuid, an text, ob uuid,
    v text, ot text, oi text, a uuid, n uuid, rt text, ri text, d json, b json, f json, r audit_result, e text, ip text, q text, h text)
  where ${when}`

const INSERT = insertEntries('$1')

/** Inserts entries that have their places and hashes. */
export async function writeEntries(sql: Sql, rows: readonly ChainedEntry[]): Promise<void> {
  await sql.query({ name: 'audit', text: INSERT, values: [entriesJson(rows)] })
}

/**
 * Short keys: they are repeated in every row. Nulls are left out. Put together by hand, because what is JSON already must come to the database
 * as it was hashed.
 */
export const entriesJson = (rows: readonly ChainedEntry[]): string => `[${rows.map(entryJson).join()}]`

const entryJson = (e: ChainedEntry): string =>
  `{"c":"${e.chainId}","s":${e.seq},"i":"${e.id}","at":"${e.at}","ak":"${e.actorKind}","v":${JSON.stringify(e.verb)},"q":"${e.prevHash}","h":"${e.hash}"` +
  text('p', e.projectId) +
  text('ai', e.actorId) +
  text('an', e.actorName) +
  text('ob', e.onBehalfOf) +
  text('ot', e.objectType) +
  text('oi', e.objectId) +
  text('a', e.actionId) +
  text('n', e.invocationId) +
  text('rt', e.recordType) +
  text('ri', e.recordId) +
  json('d', e.data) +
  json('b', e.before) +
  json('f', e.after) +
  (e.result === 'DONE' ? '' : `,"r":"${e.result}"`) +
  text('e', e.code) +
  text('ip', e.ip) +
  '}'

const text = (name: string, value: string | null): string => (value === null ? '' : `,"${name}":${JSON.stringify(value)}`)
const json = (name: string, value: string | null): string => (value === null ? '' : `,"${name}":${value}`)
