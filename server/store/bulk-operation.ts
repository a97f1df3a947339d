import type pg from 'pg'
import type { Actor } from '../domain/actor.ts'
import type { BulkKind, BulkStatus } from '../domain/bulk.ts'
import type { EventType } from '../domain/event.ts'
import type { InvocationFilter } from '../domain/invocation-filter.ts'
import { newId } from '../new-id.ts'
import { countInvocations } from './count-invocations.ts'
import { type Sql, transaction } from './database.ts'
import { Prisma } from './generated/prisma/client.ts'

export interface NewBulkOperation {
  projectId: string
  actor: Actor
  kind: BulkKind
  /** Narrowed to what this kind can change (`bulkFilter`). */
  filter: InvocationFilter
  /** How many match (`countForBulk`). */
  total: number
}

/** An operation whose row this transaction holds. */
export interface BulkOperation {
  id: string
  projectId: string
  kind: BulkKind
  filter: InvocationFilter
  actor: Actor
  createdAt: Date
  /** What was looked at last, in the order of lists; null before the first step. */
  after: { sortAt: Date; id: string } | null
}

/** What a step did. */
export interface BulkStep {
  /** Invocations that it made, or cancelled. */
  done: number
  /** Those that it found not to be changed any more. */
  skipped: number
  /** WAIT: there is no room for more of its runs, or someone else holds what is left. */
  next: 'GO_ON' | 'WAIT' | 'END'
}

/**
 * Stores the operation and its event; the scheduler does the work. Gives its UUID, or
 * that of the one of this kind which is under way in the project.
 */
export async function insertBulkOperation(
  sql: Sql,
  { projectId, actor, kind, filter, total }: NewBulkOperation,
): Promise<{ id: string } | { underWay: string }> {
  const { text, values } = Prisma.sql`
    with added as (
      insert into bulk_operations (id, project_id, kind, filter, total, actor_kind, actor_id, created_at)
      select ${newId()}::uuid, ${projectId}::uuid, ${kind}::bulk_kind, ${JSON.stringify(filter)}::json,
        ${total}::int,
        ${actor.kind}::actor_kind, ${actor.id}::uuid, date_trunc('milliseconds', clock_timestamp())
      on conflict (project_id, kind) where status = 'RUNNING' do nothing
      returning id, project_id, created_at
    ), logged as (
      insert into events (project_id, type, at) select project_id, ${'bulk.created' satisfies EventType}, created_at from added
    )
    select id from added`
  for (;;) {
    const { rows } = await sql.query<{ id: string }>(text, values)
    if (rows[0]) return rows[0]
    const { rows: running } = await sql.query<{ id: string }>(
      `select id from bulk_operations where project_id = $1 and kind = $2 and status = 'RUNNING'`,
      [projectId, kind],
    )
    // Else it has just ended.
    if (running[0]) return { underWay: running[0].id }
  }
}

/** So long the start of an operation may wait to know how much it will be. */
const COUNT_MS = 2_000
const CANCELED_BY_TIMEOUT = '57014'

/**
 * How many invocations the filter of an operation matches, as far as that is quick. What the steps find counts anyway: the number is for
 * those who watch. 0 when it cannot be known in time.
 */
export const countForBulk = (pool: pg.Pool, projectId: string, filter: InvocationFilter): Promise<number> =>
  transaction(pool, async (sql) => {
    await sql.query(`set local statement_timeout = ${COUNT_MS}`)
    return countInvocations(sql, projectId, filter)
  }).catch((error) => {
    if (error.code === CANCELED_BY_TIMEOUT) return 0
    throw error
  })

/**
 * Stops an operation: when this has been committed it changes nothing any more. Gives null when it did, else the end it had come to before;
 * undefined for an unknown one and one of another project. Takes a transaction.
 */
export async function stopBulkOperation(sql: Sql, projectId: string, id: string): Promise<BulkStatus | null | undefined> {
  // A step that is under way holds the row: what it did counts.
  const { rows } = await sql.query<{ status: BulkStatus }>(
    'select status from bulk_operations where id = $1 and project_id = $2 for no key update',
    [id, projectId],
  )
  const status = rows[0]?.status
  if (status !== 'RUNNING') return status
  await finishBulkOperation(sql, id, 'STOPPED')
  return null
}

/**
 * Ends a locked, running operation and writes its event, which names the last invocation that it looked at: so it also reaches those who watch
 * invocations. When it is COMPLETED, what was counted and was not to be changed any more when its turn came has been skipped.
 */
export async function finishBulkOperation(sql: Sql, id: string, status: Exclude<BulkStatus, 'RUNNING'>): Promise<void> {
  await sql.query({ name: 'finish-bulk-operation', text: FINISH, values: [id, status] })
}

const FINISH = `
with finished as (
  update bulk_operations set status = $2::bulk_status, finished_at = date_trunc('milliseconds', clock_timestamp()),
    total = greatest(total, done + skipped),
    skipped = case $2::bulk_status when 'COMPLETED' then greatest(skipped, total - done) else skipped end
  where id = $1
  returning id, project_id, after_id, finished_at
), forgotten as (
  delete from bulk_runs where bulk_operation_id = $1
)
insert into events (project_id, type, at, action_id, invocation_id)
select f.project_id, '${'bulk.finished' satisfies EventType}', f.finished_at, i.action_id, i.id
from finished f left join invocations i on i.id = f.after_id`
