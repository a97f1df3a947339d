import type { Actor } from '../domain/actor.ts'
import type { InvocationStatus } from '../domain/lifecycle.ts'
import { STATUSES } from '../domain/lifecycle.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** The ends after which a run may be repeated by hand. */
export const REPEATABLE = STATUSES.filter((status) => status === 'FAILED' || status === 'CANCELLED' || status === 'MISSED')

/** A run, or why it was refused. */
export type RetryOutcome = { id: string } | { status: InvocationStatus; deleted: boolean } | undefined

/**
 * Adds a PENDING run that repeats another one: the same version of the request, input and record. The other one keeps its
 * end. Undefined when the run is unknown or another project's.
 */
export async function addRetry(sql: Sql, projectId: string, actor: Actor, id: string): Promise<RetryOutcome> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'add-retry',
    text: ADD,
    values: [newId(), projectId, id, actor.kind, actor.id, REPEATABLE],
  })
  if (rows[0]) return rows[0]
  const { rows: found } = await sql.query<{ status: InvocationStatus; deleted: boolean }>(
    `select i.status, a.deleted_at is not null as deleted from invocations i join actions a on a.id = i.action_id
     where i.id = $1 and i.project_id = $2`,
    [id, projectId],
  )
  return found[0]
}

const ADD = `
with original as (
  select i.*, a.max_attempts as attempts, a.kind = 'RECURRING' and a.overlap_policy <> 'ALLOW' as one_at_a_time, date_trunc('milliseconds', clock_timestamp()) as at
  from invocations i join actions a on a.id = i.action_id
  where i.id = $3 and i.project_id = $2 and i.status = any ($6::invocation_status[]) and a.deleted_at is null
  for key share of a
), added as (
  insert into invocations (id, project_id, action_id, action_version, status, trigger, run_at, sort_at, max_attempts, input, retry_of_id,
    actor_kind, actor_id, record_type, record_id, created_at, exclusive)
  select $1, project_id, action_id, action_version, 'PENDING', 'RETRY', at, at, attempts, input, id, $4, $5, record_type, record_id, at, one_at_a_time
  from original
  returning id, project_id, action_id, status, created_at
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'invocation.created', created_at, action_id, id, status from added
)
select id from added`
