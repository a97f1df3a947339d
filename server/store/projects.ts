import { newId } from '../new-id.ts'
import type { Database } from './database.ts'

const DEFAULT_PROJECT = 'default'

/** The UUID of the project `default`, made on the first start. Several servers may call it at once. */
export async function ensureDefaultProject(db: Database): Promise<string> {
  await db.pool.query('insert into projects (id, name, created_at) values ($1, $2, clock_timestamp()) on conflict (name) do nothing', [
    newId(),
    DEFAULT_PROJECT,
  ])
  const { rows } = await db.pool.query<{ id: string }>('select id from projects where name = $1', [DEFAULT_PROJECT])
  return rows[0]!.id
}
