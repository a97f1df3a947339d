import type { Sql } from './database.ts'

export interface NewService {
  id: string
  projectId: string
  name: string
  baseUrl: string
  gateway: boolean
  /** Sealed. */
  signingSecret: string
}

/** Stores a service and its event. False when the project has one of that name. */
export async function insertService(sql: Sql, { id, projectId, name, baseUrl, gateway, signingSecret }: NewService): Promise<boolean> {
  const { rowCount } = await sql.query(INSERT, [id, projectId, name, baseUrl, signingSecret, gateway])
  return rowCount === 1
}

const INSERT = `
with service as (
  insert into services (id, project_id, name, base_url, signing_secret, gateway, created_at, updated_at)
  select $1, $2, $3, $4, $5, $6, at, at from (select date_trunc('milliseconds', clock_timestamp()) as at) c
  on conflict (project_id, name) do nothing
  returning id, project_id, created_at
), event as (
  insert into events (project_id, type, at) select project_id, 'service.created', created_at from service
)
select id from service`
