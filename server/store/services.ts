import type { Sql } from './database.ts'

/** A stored service as commands and its circuit change it. */
export interface StoredService {
  id: string
  projectId: string
  name: string
  baseUrl: string
  gateway: boolean
}

/**
 * Reads a service and keeps its row locked until the transaction ends, so that whoever changes its limit or its circuit sees what the one
 * before wrote. Undefined when the project has none with that id. `projectId` null: of whatever project.
 */
export async function lockService(
  sql: Sql,
  projectId: string | null,
  id: string,
  mode: 'no key update' | 'update' = 'no key update',
): Promise<StoredService | undefined> {
  const { rows } = await sql.query<StoredService>(
    `select id, project_id as "projectId", name, base_url as "baseUrl", gateway from services
     where id = $2 and ($1::uuid is null or project_id = $1) for ${mode}`,
    [projectId, id],
  )
  return rows[0]
}

/** Says of a locked service whether its runs take turns in lanes: in the transaction of every change to its limit or its circuit. */
export async function setLimited(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `update services s set limited = x.limited
     from (select exists (select from limits where service_id = $1) or exists (select from breakers where service_id = $1 and state <> 'CLOSED')
       as limited) x
     where s.id = $1 and s.limited <> x.limited`,
    [id],
  )
}
