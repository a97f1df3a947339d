import type { ChainedEntry } from '../domain/audit-entry.ts'
import type { Sql } from './database.ts'

/** SQL: an entry with everything its hash is made of, as text where it was hashed as text. */
export const ENTRY_COLUMNS = `chain_id as "chainId", seq::float8 as seq, id, project_id as "projectId",
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor_kind as "actorKind", actor_id as "actorId",
  actor_name as "actorName", on_behalf_of as "onBehalfOf", verb, object_type as "objectType", object_id as "objectId", action_id as "actionId",
  invocation_id as "invocationId", record_type as "recordType", record_id as "recordId", data::text, before::text, after::text, result, code, ip,
  encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash`

/** Before all chains. */
export const FIRST_PLACE = { chainId: '00000000-0000-0000-0000-000000000000', seq: 0 }

/** The entries behind a place, in the order of chain and number. */
export async function readChained(sql: Sql, after: { chainId: string; seq: number }, limit: number): Promise<ChainedEntry[]> {
  const { rows } = await sql.query<ChainedEntry>({ name: 'audit-chained', text: CHAINED, values: [after.chainId, after.seq, limit] })
  return rows
}

// By the column, as the index has it: `seq` alone would be the number that is selected.
const CHAINED = `select ${ENTRY_COLUMNS} from audit_entries where (chain_id, seq) > ($1, $2) order by chain_id, audit_entries.seq limit $3`
