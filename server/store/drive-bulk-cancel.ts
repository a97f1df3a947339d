import { CANCELS_PER_STEP, LOOKS_PER_STEP } from '../domain/bulk.ts'
import { publicId } from '../domain/ids.ts'
import type { AuditNote } from './audited.ts'
import type { BulkOperation, BulkStep } from './bulk-operation.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, END_APPROVALS, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { Prisma } from './generated/prisma/client.ts'
import { invocationConditions } from './invocation-conditions.ts'
import { notesOfRuns } from './note-of-run.ts'

interface Looked {
  cancelled: string[]
  /** How many of those that it looked at match. */
  matched: number
  /** Behind this the next look begins; null: there is nothing to come. */
  last: string | null
}

/**
 * Cancels the next invocations of a bulk cancel whose row this transaction holds. It waits for no other lock: where a row is being claimed or sent
 * right now, the next step looks there again.
 */
export async function stepBulkCancel(
  sql: Sql,
  { id, projectId, filter, createdAt, after }: BulkOperation,
  note: (note: AuditNote) => void,
): Promise<BulkStep> {
  const where = Prisma.sql`${invocationConditions(filter)} and created_at <= ${createdAt}::timestamptz`
  const behind = after ? Prisma.sql`(sort_at, id) > (${after.sortAt}::timestamptz, ${after.id}::uuid)` : Prisma.sql`true`
  const { text, values } = Prisma.sql`
    with looked as materialized (
      select id, sort_at, ${where} as matches from invocations
      where project_id = ${projectId}::uuid and finished_at is null and ${behind}
      order by sort_at, id limit ${LOOKS_PER_STEP}::int
    ), chosen as materialized (
      select id from invocations
      where id = any (array(select id from looked where matches order by sort_at, id limit ${CANCELS_PER_STEP}::int)) and ${where}
      order by sort_at, id for update skip locked
    ), ended as (
      update invocations i set ${END} from chosen c where i.id = c.id returning ${ENDED}
    ), ${CALL}, ${APPROVALS}, logged as (
      ${LOG}
    )
    select array(select l.id from looked l join ended e on e.id = l.id order by l.sort_at, l.id) as cancelled,
      (select count(*)::int from looked where matches) as matched,
      (select id from looked order by sort_at, id offset ${LOOKS_PER_STEP - 1}::int) as last`
  const { rows } = await sql.query<Looked>(text, values)
  const { cancelled, matched, last } = rows[0]!
  const done = cancelled.length
  if (done > 0) {
    const data = { bulk: publicId('bulk', id) }
    for (const run of await notesOfRuns(sql, cancelled))
      note({ ...run, verb: 'invocation.cancelled', data, after: { status: 'CANCELLED' } })
  }
  const passed = matched === done
  // A full step took the first of them; in any other, what is held lies somewhere between.
  const at = passed ? (last ?? cancelled.at(-1)) : done === CANCELS_PER_STEP ? cancelled.at(-1) : null
  await sql.query({ name: 'step-bulk-cancel', text: STEP, values: [id, at, done] })
  if (!passed) return { done, skipped: 0, next: done > 0 ? 'GO_ON' : 'WAIT' }
  return { done, skipped: 0, next: last === null ? 'END' : 'GO_ON' }
}

const END = Prisma.raw(endedAs('CANCELLED', 'USER'))
const ENDED = Prisma.raw(endedColumns('i'))
const CALL = Prisma.raw(CALL_ENDED)
const APPROVALS = Prisma.raw(END_APPROVALS)
const LOG = Prisma.raw(LOG_ENDED)

const STEP = `
update bulk_operations
set done = done + $3, total = greatest(total, done + $3), after_id = coalesce($2::uuid, after_id),
  after_at = coalesce((select i.sort_at from invocations i where i.id = $2), after_at)
where id = $1`
