import { LOOKS_PER_STEP, retriesNow } from '../domain/bulk.ts'
import { publicId } from '../domain/ids.ts'
import type { InvocationStatus } from '../domain/lifecycle.ts'
import { addRetry } from './add-retry.ts'
import type { AuditNote } from './audited.ts'
import type { BulkOperation, BulkStep } from './bulk-operation.ts'
import type { Database, Sql } from './database.ts'
import { Prisma } from './generated/prisma/client.ts'
import { holdMade } from './hold-made.ts'
import { invocationConditions } from './invocation-conditions.ts'
import { notesOfRuns } from './note-of-run.ts'

/** Makes the next runs of a bulk retry whose row this transaction holds: the oldest first, as many as there is room for. */
export async function stepBulkRetry(
  sql: Sql,
  operation: BulkOperation,
  { vault }: Pick<Database, 'vault'>,
  note: (note: AuditNote) => void,
): Promise<BulkStep> {
  const { id, projectId, actor } = operation
  const limit = retriesNow(await countOpen(sql, id))
  if (limit === 0) return { done: 0, skipped: 0, next: 'WAIT' }
  const { found, last } = await findNext(sql, operation, limit)
  // Made in someone's name, who may have lost the right to it since: with no version of the policy it is judged when it is to be sent.
  const permitted = { policyVersion: 0, requestedBy: actor.kind === 'USER' ? actor.id : null }
  const made: string[] = []
  const originals: string[] = []
  for (const original of await worthRetrying(sql, operation, found)) {
    const outcome = await addRetry(sql, projectId, actor, original, permitted)
    // Else its action is deleted.
    if (!outcome || !('id' in outcome)) continue
    made.push(outcome.id)
    originals.push(original)
  }
  if (made.length > 0) {
    for (const [index, run] of (await notesOfRuns(sql, made)).entries()) note({ ...run, ...askedAgain(id, originals[index]!) })
    await holdMade(sql, { vault }, made, note)
  }
  const skipped = found.length - made.length
  await sql.query({ name: 'step-bulk-retry', text: STEP, values: [id, last ?? found.at(-1), made, made.length, skipped] })
  return { done: made.length, skipped, next: last === null ? 'END' : 'GO_ON' }
}

const askedAgain = (id: string, original: string): Pick<AuditNote, 'verb' | 'data'> => ({
  verb: 'invocation.requested',
  data: { trigger: 'RETRY', retryOf: publicId('invocation', original), bulk: publicId('bulk', id) },
})

/** How many runs of it are not over. Those that are need not be looked at again. */
async function countOpen(sql: Sql, id: string): Promise<number> {
  await sql.query({ name: 'forget-bulk-runs', text: FORGET, values: [id] })
  const { rows } = await sql.query<{ open: number }>({
    name: 'open-runs-of-bulk',
    text: 'select count(*)::int as open from bulk_runs where bulk_operation_id = $1',
    values: [id],
  })
  return rows[0]!.open
}

const FORGET = `
delete from bulk_runs b where b.bulk_operation_id = $1
and not exists (select from invocations i where i.id = b.invocation_id and i.finished_at is null)`

/** What had ended without success when the operation began; each state by itself, because only so an index keeps the order. */
const matching = ({ projectId, createdAt, filter }: BulkOperation, status: InvocationStatus): Prisma.Sql =>
  Prisma.sql`project_id = ${projectId}::uuid and ${invocationConditions({ ...filter, statuses: [status] })} and finished_at <= ${createdAt}::timestamptz`

interface Found {
  /** Those that match, in the order of the list. */
  found: string[]
  /** Behind this the next look begins; null: there is nothing to come. */
  last: string | null
}

/** Looks at the next rows that ended in these states, whatever else is asked of them. */
async function findNext(sql: Sql, operation: BulkOperation, limit: number): Promise<Found> {
  const { projectId, after, filter } = operation
  const behind = after ? Prisma.sql`(sort_at, id) > (${after.sortAt}::timestamptz, ${after.id}::uuid)` : Prisma.sql`true`
  const each = filter.statuses!.map(
    (status) => Prisma.sql`(
      select id, sort_at, ${matching(operation, status)} as matches from invocations
      where project_id = ${projectId}::uuid and ${invocationConditions({ statuses: [status] })} and ${behind}
      order by sort_at, id limit ${LOOKS_PER_STEP}::int)`,
  )
  const { text, values } = Prisma.sql`
    with looked as materialized (
      select id, sort_at, matches from (${Prisma.join(each, ' union all ')}) each_state order by sort_at, id limit ${LOOKS_PER_STEP}::int
    )
    select array(select id from looked where matches order by sort_at, id limit ${limit}::int) as found,
      (select id from looked order by sort_at, id offset ${LOOKS_PER_STEP - 1}::int) as last`
  const { rows } = await sql.query<Found>(text, values)
  const { found, last } = rows[0]!
  return { found, last: found.length === limit ? found.at(-1)! : last }
}

/**
 * Those that need another run: what was retried with success, or has a retry that is not over, does not. Where a retry matches as well, that one
 * is repeated and not what it repeated: its body may have been mended.
 */
async function worthRetrying(sql: Sql, operation: BulkOperation, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  // Whoever retries one of them by hand has committed, or waits for us.
  await sql.query({ name: 'hold-originals', text: HOLD, values: [ids] })
  const any = operation.filter.statuses!.map((status) => Prisma.sql`(${matching(operation, status)})`)
  const { text, values } = Prisma.sql`
    with recursive given as (
      select i.id as given_id, i.sort_at as given_at from invocations i where i.id = any(${ids}::uuid[])
    ), up as (
      select g.given_id, i.id, i.retry_of_id from given g join invocations i on i.id = g.given_id
      union all
      select u.given_id, i.id, i.retry_of_id from up u join invocations i on i.id = u.retry_of_id
    ), family as (
      select u.given_id, u.id as member_id from up u where u.retry_of_id is null
      union all
      select f.given_id, i.id from family f join invocations i on i.retry_of_id = f.member_id
    )
    select g.given_id from given g
    where not exists (
      select from invocations
      where id in (select f.member_id from family f where f.given_id = g.given_id)
        and (finished_at is null or status = 'SUCCEEDED' or ((sort_at, id) > (g.given_at, g.given_id) and (${Prisma.join(any, ' or ')})))
    )
    order by g.given_at, g.given_id`
  const { rows } = await sql.query<[string]>({ text, values, rowMode: 'array' })
  return rows.map(([id]) => id)
}

const HOLD = 'select from invocations where id = any ($1::uuid[]) order by id for update'

const STEP = `
with made as (
  insert into bulk_runs (bulk_operation_id, invocation_id) select $1, id from unnest($3::uuid[]) as given (id)
)
update bulk_operations
set done = done + $4, skipped = skipped + $5, total = greatest(total, done + $4 + skipped + $5), after_id = coalesce($2::uuid, after_id),
  after_at = coalesce((select i.sort_at from invocations i where i.id = $2), after_at)
where id = $1`
