import type { Database } from './database.ts'
import { newSigningSecret, type SigningOwner } from './signing-secrets.ts'

const BATCH_ROWS = 500

/**
 * Gives a signing secret to each project and service that has none, as those from before there were signatures. Of several servers that do it
 * at once, the first one's secret stays.
 */
export async function ensureSigning({ pool, vault }: Pick<Database, 'pool' | 'vault'>): Promise<void> {
  for (const table of ['projects', 'services'] as const) {
    for (let bare = await unsigned(); bare.length > 0; bare = await unsigned()) {
      const made = bare.map(({ id }) => ({ id, sealed: newSigningSecret(vault, { table, id }).sealed }))
      await pool.query(give(table), [JSON.stringify(made)])
    }
    async function unsigned() {
      const { rows } = await pool.query<{ id: string }>(`select id from ${table} where signing_secret is null limit ${BATCH_ROWS}`)
      return rows
    }
  }
}

const give = (table: SigningOwner['table']) => `
update ${table} t set signing_secret = g.sealed
from json_to_recordset($1) as g (id uuid, sealed text)
where t.id = g.id and t.signing_secret is null`
