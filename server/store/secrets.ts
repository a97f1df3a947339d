import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'
import type { Vault } from './vault.ts'

/** Where the sealed value of a secret stands, for the vault. */
export const secretPlace = (id: string): string => `secrets.value:${id}`

/** A secret of a name, made or given another value; gives its UUID. Run it in a transaction: another caller's new secret of that name is a unique violation. */
export async function putSecret(
  sql: Sql,
  projectId: string,
  { name, value }: { name: string; value: string },
  vault: Vault,
): Promise<{ id: string; isNew: boolean }> {
  const { rows } = await sql.query<{ id: string }>('select id from secrets where project_id = $1 and name = $2 for no key update', [
    projectId,
    name,
  ])
  const known = rows[0]?.id
  const id = known ?? newId()
  const sealed = vault.seal(secretPlace(id), value)
  if (known) await sql.query(REPLACE, [id, sealed])
  else await sql.query(INSERT, [id, projectId, name, sealed])
  return { id, isNew: known === undefined }
}

/** Reads the name of a secret and keeps its row locked until the transaction ends. Undefined when the project has none with that id. */
export async function lockSecret(sql: Sql, projectId: string, id: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ name: string }>('select name from secrets where project_id = $1 and id = $2 for update', [
    projectId,
    id,
  ])
  return rows[0]?.name
}

/**
 * Actions whose headers name a secret, or did so in the version that a run which is not over will send again: how many, and the names of the
 * first few.
 */
export async function usersOfSecret(sql: Sql, projectId: string, name: string): Promise<{ count: number; first: string[] }> {
  const { rows } = await sql.query<{ name: string; count: number }>(
    `select name, count(*) over ()::int as count from actions
     where id in (
       select id from actions where project_id = $1 and secret_names @> array[$2] and deleted_at is null
       union
       select i.action_id from invocations i
       join action_versions v on v.action_id = i.action_id and v.version = i.action_version
       where i.project_id = $1 and i.finished_at is null and v.secret_names @> array[$2])
     order by id limit ${NAMED}`,
    [projectId, name],
  )
  return { count: rows[0]?.count ?? 0, first: rows.map((row) => row.name) }
}

/** Deletes a locked secret. */
export async function deleteStoredSecret(sql: Sql, id: string): Promise<void> {
  await sql.query(DELETE, [id])
}

/** Which of the names a project has a secret for. In a transaction they stay until it ends. */
export async function knownSecrets(sql: Sql, projectId: string, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ name: string }>(
    'select name from secrets where project_id = $1 and name = any ($2) order by id for key share',
    [projectId, names],
  )
  return new Set(rows.map(({ name }) => name))
}

/** As many as a person can use in a sentence. */
const NAMED = 3

const NOW = `date_trunc('milliseconds', clock_timestamp())`

const INSERT = `
with secret as (
  insert into secrets (id, project_id, name, value, created_at, updated_at)
  select $1, $2, $3, $4, at, at from (select ${NOW} as at) c
  returning project_id, created_at
)
insert into events (project_id, type, at) select project_id, 'secret.created', created_at from secret`

const REPLACE = `
with secret as (
  update secrets set value = $2, updated_at = ${NOW} where id = $1 returning project_id, updated_at
)
insert into events (project_id, type, at) select project_id, 'secret.updated', updated_at from secret`

const DELETE = `
with secret as (
  delete from secrets where id = $1 returning project_id
)
insert into events (project_id, type, at) select project_id, 'secret.deleted', ${NOW} from secret`
