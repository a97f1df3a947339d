import type { Database } from './database.ts'
import { SMALL_COLUMNS } from './sealed-columns.ts'
import { StartRefused } from './starting.ts'

/** The ids of all keys that may have sealed something in the database, apart by blanks. */
const NOTE = 'sealing-keys'

/**
 * Refuses to go on when the database holds what neither key opens, and notes that the present key seals from now on.
 * @throws StartRefused
 */
export async function checkSealingKeys({ pool, vault }: Pick<Database, 'pool' | 'vault'>): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(USED, [NOTE])
  const unknown = rows.map(({ id }) => id).filter((id) => !vault.keyIds.includes(id))
  if (unknown.length > 0) {
    const keys = unknown.length === 1 ? `the key ${unknown[0]}` : `the keys ${unknown.join(', ')}`
    const at = vault.keyIds.length === 1 ? 'SECRET_KEY is another one' : 'neither SECRET_KEY nor SECRET_KEY_PREVIOUS is that'
    throw new StartRefused(
      `The database holds secrets that were sealed by ${keys}, and ${at} (${vault.keyIds.join(', ')}).\n` +
        'Start with the key that was used before: in SECRET_KEY, or in SECRET_KEY_PREVIOUS while you change it (docs/operations.md, "Keys").',
    )
  }
  await pool.query(ADD, [NOTE, vault.keyId])
}

/** To be called when nothing is sealed by another key any more. */
export async function onlyPresentKey({ pool, vault }: Pick<Database, 'pool' | 'vault'>): Promise<void> {
  await pool.query('update installation set value = $2 where name = $1', [NOTE, vault.keyId])
}

const SMALL = SMALL_COLUMNS.map(
  ({ table, column, where }) => `select split_part(${column}, ':', 2) as id from ${table} where starts_with(${column}, 'v1:') and ${where}`,
)

const USED = `
select distinct id from (
  select unnest(string_to_array(value, ' ')) as id from installation where name = $1
  union all ${SMALL.join('\n  union all ')}
) used
order by id`

const ADD = `
insert into installation (name, value) values ($1, $2)
on conflict (name) do update set value = installation.value || ' ' || $2
where not ($2 = any (string_to_array(installation.value, ' ')))`
