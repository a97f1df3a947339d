import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** Stores a service and its event. Gives its UUID; undefined when the project has one of that name. */
export async function insertService(sql: Sql, service: { projectId: string; name: string; baseUrl: string }): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(INSERT, [newId(), service.projectId, service.name, service.baseUrl])
  return rows[0]?.id
}

const INSERT = `
with service as (
  insert into services (id, project_id, name, base_url, created_at, updated_at)
  select $1, $2, $3, $4, at, at from (select date_trunc('milliseconds', clock_timestamp()) as at) c
  on conflict (project_id, name) do nothing
  returning id, project_id, created_at
), event as (
  insert into events (project_id, type, at) select project_id, 'service.created', created_at from service
)
select id from service`
