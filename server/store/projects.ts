import { newId } from '../new-id.ts'
import type { Database } from './database.ts'
import { newSigningSecret } from './signing-secrets.ts'

const DEFAULT_PROJECT = 'default'

/** The UUID of the project `default`, made on the first start. Several servers may call it at once. */
export async function ensureDefaultProject(db: Database): Promise<string> {
  const id = newId()
  await db.pool.query(
    'insert into projects (id, name, signing_secret, created_at) values ($1, $2, $3, clock_timestamp()) on conflict (name) do nothing',
    [id, DEFAULT_PROJECT, newSigningSecret(db.vault, { table: 'projects', id }).sealed],
  )
  const { rows } = await db.pool.query<{ id: string }>('select id from projects where name = $1', [DEFAULT_PROJECT])
  return rows[0]!.id
}
