import { newId } from '../new-id.ts'
import type { Database, Sql } from './database.ts'
import { newSigningSecret } from './signing-secrets.ts'
import type { Vault } from './vault.ts'

const DEFAULT_PROJECT = 'default'

/** The UUID of the project `default`, made on the first start. Several servers may call it at once. */
export async function ensureDefaultProject(db: Database): Promise<string> {
  await insertProject(db.pool, db.vault, DEFAULT_PROJECT)
  const { rows } = await db.pool.query<{ id: string }>('select id from projects where name = $1', [DEFAULT_PROJECT])
  return rows[0]!.id
}

/** Makes a project with its four built-in roles. Gives its UUID; undefined when there is one of this name. */
export async function insertProject(sql: Sql, vault: Vault, name: string): Promise<string | undefined> {
  const id = newId()
  const { rowCount } = await sql.query(
    'insert into projects (id, name, signing_secret, created_at) values ($1, $2, $3, clock_timestamp()) on conflict (name) do nothing',
    [id, name, newSigningSecret(vault, { table: 'projects', id }).sealed],
  )
  return rowCount === 1 ? id : undefined
}

/** What its administrators set. */
export interface ProjectSettings {
  name: string
  approvalWebhookUrl: string | null
  showDeciders: boolean
}

/** As it is; nobody else changes it until the transaction ends. */
export async function lockProject(sql: Sql, id: string): Promise<ProjectSettings> {
  const { rows } = await sql.query<ProjectSettings>(
    `select name, approval_webhook_url as "approvalWebhookUrl", show_deciders as "showDeciders" from projects where id = $1 for no key update`,
    [id],
  )
  return rows[0]!
}

/** @throws the unique violation of a name that is taken */
export async function updateProject(sql: Sql, id: string, { name, approvalWebhookUrl, showDeciders }: ProjectSettings): Promise<void> {
  await sql.query('update projects set name = $2, approval_webhook_url = $3, show_deciders = $4 where id = $1', [
    id,
    name,
    approvalWebhookUrl,
    showDeciders,
  ])
}
