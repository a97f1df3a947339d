import type { Actor } from '../domain/actor.ts'
import type { BulkKind } from '../domain/bulk.ts'
import type { InvocationFilter } from '../domain/invocation-filter.ts'
import { type AuditNote, auditedOn } from './audited.ts'
import { type BulkOperation, type BulkStep, finishBulkOperation } from './bulk-operation.ts'
import type { Database, Sql } from './database.ts'
import { stepBulkCancel } from './drive-bulk-cancel.ts'
import { stepBulkRetry } from './drive-bulk-retry.ts'
import { authorOfOperation } from './operation-author.ts'

/** The operations that are under way, oldest first. */
export async function openBulkOperations(sql: Sql): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'open-bulk-operations',
    text: `select id from bulk_operations where status = 'RUNNING' order by id`,
  })
  return rows
}

/**
 * Takes an operation one step further, or ends it. One transaction: it has moved on if and only if its changes are there. Of several servers
 * one does the step, the others pass over it: undefined. What it does to each run is noted in the name of who started it.
 */
export function driveBulk(db: Database, id: string): Promise<BulkStep | undefined> {
  return auditedOn(db, db.pool, async (sql, note) => {
    const { rows } = await sql.query<Row>({ name: 'lock-bulk-operation', text: LOCK, values: [id] })
    if (!rows[0]) return undefined
    const operation = operationOf(rows[0])
    const notes: AuditNote[] = []
    const add = (one: AuditNote) => void notes.push(one)
    const step = operation.kind === 'RETRY' ? await stepBulkRetry(sql, operation, db, add) : await stepBulkCancel(sql, operation, add)
    if (notes.length > 0) {
      const author = await authorOfOperation(sql, { noun: 'bulk', ...operation })
      for (const one of notes) note(author, one)
    }
    if (step.next === 'END') await finishBulkOperation(sql, id, 'COMPLETED')
    return step
  })
}

interface Row {
  id: string
  project_id: string
  kind: BulkKind
  filter: InvocationFilter
  actor_kind: Actor['kind']
  actor_id: string | null
  created_at: Date
  after_at: Date | null
  after_id: string | null
}

const LOCK = `
select id, project_id, kind, filter, actor_kind, actor_id, created_at, after_at, after_id from bulk_operations
where id = $1 and status = 'RUNNING'
for no key update skip locked`

const operationOf = (row: Row): BulkOperation => ({
  id: row.id,
  projectId: row.project_id,
  kind: row.kind,
  filter: row.filter,
  actor: { kind: row.actor_kind, id: row.actor_id, name: 'Bulk operation' },
  createdAt: row.created_at,
  after: row.after_at && row.after_id ? { sortAt: row.after_at, id: row.after_id } : null,
})
