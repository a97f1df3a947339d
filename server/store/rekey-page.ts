import type { Database, Sql } from './database.ts'
import type { SealedColumn } from './sealed-columns.ts'
import { type Vault, VaultError } from './vault.ts'

/** The row after which a page begins. */
export interface RowPlace {
  id: string
  version: number
}

export interface RekeyedPage {
  /** The last row that was looked at; null at the end of the table. */
  last: RowPlace | null
  /** Values that are sealed by the present key now and were not before. */
  resealed: number
  /** Values that no key at hand opens, or that were changed: they are left as they are. */
  unreadable: number
}

/** Rows of one step: a fraction of a second, also when all of them are written. */
const PAGE_ROWS = 2_000

/**
 * Seals what a page of a column holds by the present key. `which`: also what another key sealed, or only what is still plain JSON.
 * A value that changes meanwhile is left to who changed it.
 */
export async function rekeyPage(
  { pool, vault }: Pick<Database, 'pool' | 'vault'>,
  column: SealedColumn,
  after: RowPlace | null,
  which: 'all' | 'plain' = 'all',
): Promise<RekeyedPage> {
  const { last, found } = await readPage(pool, column, after, which, vault)
  const changes = found.flatMap(([id, version, old]) => {
    const text = opened(vault, column.place(id), old)
    return text === undefined ? [] : [{ id, version, old, new: vault.seal(column.place(id), text) }]
  })
  const resealed = changes.length > 0 ? ((await pool.query(writeText(column), [JSON.stringify(changes)])).rowCount ?? 0) : 0
  return { last, resealed, unreadable: found.length - changes.length }
}

type Found = [id: string, version: number, value: string]

async function readPage(sql: Sql, column: SealedColumn, after: RowPlace | null, which: 'all' | 'plain', { keyId }: Vault) {
  const { rows } = await sql.query<{ last: [string, number] | null; found: Found[] | null }>(readText(column, which), [
    after?.id ?? column.first,
    after?.version ?? -1,
    which === 'plain' ? '{' : `v1:${keyId}:`,
  ])
  const { last, found } = rows[0]!
  return { last: last && { id: last[0], version: last[1] }, found: found ?? [] }
}

const readText = ({ table, column, id, type, version, where }: SealedColumn, which: 'all' | 'plain') => `
with page as materialized (
  select ${id} as id, ${version ?? 0} as version, ${column} as value from ${table}
  where ${version ? `(${id}, ${version}) > ($1::${type}, $2::integer)` : `${id} > $1::${type} and $2::integer is not null`} and ${where}
  order by ${version ? `${id}, ${version}` : id}
  limit ${PAGE_ROWS}
)
select (select json_build_array(id, version) from page order by id desc, version desc limit 1) as last,
  (select json_agg(json_build_array(id, version, value)) from page
    where value is not null and ${which === 'plain' ? '' : 'not '}starts_with(value, $3)) as found`

const writeText = ({ table, column, id, type, version }: SealedColumn) => `
update ${table} t set ${column} = g.new
from json_to_recordset($1) as g (id ${type}, version integer, old text, new text)
where t.${id} = g.id and t.${column} = g.old${version ? ` and t.${version} = g.version` : ''}`

/** Undefined for what does not open. */
function opened(vault: Vault, place: string, value: string): string | undefined {
  if (value.startsWith('{')) return value
  try {
    return vault.open(place, value)
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}
