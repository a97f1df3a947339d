import type { Sql } from './database.ts'

/**
 * The base URL of the service that inbound traffic reaches under this name; undefined when there is none, or it is shut for that traffic, or
 * two projects have one, since the address does not say which is meant.
 */
export async function findGateway(sql: Sql, name: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ base_url: string; gateway: boolean }>(
    'select base_url, gateway from services where name = $1 limit 2',
    [name],
  )
  return rows.length === 1 && rows[0]!.gateway ? rows[0]!.base_url : undefined
}
