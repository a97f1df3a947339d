import { CANCELS_PER_STEP } from '../domain/bulk.ts'
import type { BulkOperation, BulkStep } from './bulk-operation.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { Prisma } from './generated/prisma/client.ts'
import { invocationConditions } from './invocation-conditions.ts'

/**
 * Cancels the next invocations of a bulk cancel whose row this transaction holds. It waits for no other lock: a row that is being claimed or sent
 * right now is passed over and looked at again, until none is left that matches.
 */
export async function stepBulkCancel(sql: Sql, { id, projectId, filter, createdAt }: BulkOperation): Promise<BulkStep> {
  const where = Prisma.sql`project_id = ${projectId}::uuid and ${invocationConditions(filter)} and created_at <= ${createdAt}::timestamptz`
  const { text, values } = Prisma.sql`
    with chosen as materialized (
      select id from invocations where ${where} order by sort_at, id limit ${CANCELS_PER_STEP}::int for update skip locked
    ), ended as (
      update invocations i set ${END} from chosen c where i.id = c.id returning ${ENDED}
    ), ${CALL}, logged as (
      ${LOG}
    )
    select id from ended`
  const { rows } = await sql.query<[string]>({ text, values, rowMode: 'array' })
  if (rows.length > 0) {
    await sql.query({ name: 'step-bulk-cancel', text: STEP, values: [id, rows.at(-1)![0], rows.length] })
    return { done: rows.length, skipped: 0, next: 'GO_ON' }
  }
  const held = Prisma.sql`select exists (select from invocations where ${where}) as held`
  const { rows: left } = await sql.query<{ held: boolean }>(held.text, held.values)
  return { done: 0, skipped: 0, next: left[0]!.held ? 'WAIT' : 'END' }
}

const END = Prisma.raw(endedAs('CANCELLED', 'USER'))
const ENDED = Prisma.raw(endedColumns('i'))
const CALL = Prisma.raw(CALL_ENDED)
const LOG = Prisma.raw(LOG_ENDED)

const STEP = `
update bulk_operations
set done = done + $3, after_id = $2, after_at = (select i.sort_at from invocations i where i.id = $2)
where id = $1`
