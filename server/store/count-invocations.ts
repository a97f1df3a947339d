import type { InvocationFilter } from '../domain/invocation-filter.ts'
import type { Sql } from './database.ts'
import { Prisma } from './generated/prisma/client.ts'
import { invocationConditions } from './invocation-conditions.ts'

/** More than this nobody counts on; a count that stops here is quick on any history. */
export const COUNT_MOST = 100_000

/** How many invocations of the project a filter matches; COUNT_MOST stands for that many or more. */
export async function countInvocations(sql: Sql, projectId: string, filter: InvocationFilter): Promise<number> {
  const { text, values } = Prisma.sql`
    select count(*)::int as count
    from (select from invocations where project_id = ${projectId}::uuid and ${invocationConditions(filter)} limit ${COUNT_MOST}::int) found`
  const { rows } = await sql.query<{ count: number }>(text, values)
  return rows[0]!.count
}
