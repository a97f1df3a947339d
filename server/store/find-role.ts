import type { RoleLevel } from '../domain/access.ts'
import type { RoleSpec } from '../domain/role-input.ts'
import type { Sql } from './database.ts'

/** A role of a project. */
export interface StoredRole {
  /** UUID. */
  id: string
  builtIn: boolean
  /** What commands edit of it. */
  spec: RoleSpec
}

/** Undefined when the project has none with that UUID. Behind `lockRights` it stays as it is. */
export async function findRole(sql: Sql, projectId: string, id: string): Promise<StoredRole | undefined> {
  const { rows } = await sql.query<RoleSpec & { builtIn: boolean }>(
    'select name, level, break_glass as "breakGlass", built_in as "builtIn" from roles where project_id = $1 and id = $2',
    [projectId, id],
  )
  if (!rows[0]) return undefined
  const { builtIn, ...spec } = rows[0]
  return { id, builtIn, spec }
}

/** The UUID of one of the four roles that every project has. */
export async function builtInRole(sql: Sql, projectId: string, level: RoleLevel): Promise<string> {
  const { rows } = await sql.query<{ id: string }>('select id from roles where project_id = $1 and level = $2 and built_in', [
    projectId,
    level,
  ])
  return rows[0]!.id
}
