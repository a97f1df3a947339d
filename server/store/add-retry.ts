import type { Actor } from '../domain/actor.ts'
import type { HttpMethod } from '../domain/http-method.ts'
import type { InvocationStatus } from '../domain/lifecycle.ts'
import { REPEATABLE } from '../domain/lifecycle.ts'
import type { Permitted } from '../domain/permitted.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'
import { SENT, VERSION } from './pinned-request.ts'

/** A run, or why it was refused. */
export type RetryOutcome = { id: string } | { status: InvocationStatus; method: HttpMethod; deleted: boolean } | undefined

/**
 * Adds a PENDING run that repeats another one: the same version of the request, input and record, or `body` in the place of its input.
 * The other one keeps its end. Undefined when the run is unknown or another project's; a GET is refused a body. Its approval is the caller's: see
 * approvals.ts.
 */
export async function addRetry(
  sql: Sql,
  projectId: string,
  actor: Actor,
  id: string,
  { policyVersion, requestedBy }: Pick<Permitted, 'policyVersion' | 'requestedBy'>,
  body: string | null = null,
): Promise<RetryOutcome> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'add-retry',
    text: ADD,
    values: [newId(), projectId, id, actor.kind, actor.id, REPEATABLE, body, policyVersion, requestedBy],
  })
  if (rows[0]) return rows[0]
  const { rows: found } = await sql.query<Exclude<RetryOutcome, { id: string } | undefined>>(
    `select i.status, ${SENT.method} as method, a.deleted_at is not null as deleted
     from invocations i join actions a on a.id = i.action_id ${VERSION}
     where i.id = $1 and i.project_id = $2`,
    [id, projectId],
  )
  return found[0]
}

const ADD = `
with original as (
  select i.*, a.max_attempts as attempts, a.kind = 'RECURRING' and a.overlap_policy <> 'ALLOW' as one_at_a_time, date_trunc('milliseconds', clock_timestamp()) as at
  from invocations i join actions a on a.id = i.action_id
  ${VERSION}
  where i.id = $3 and i.project_id = $2 and i.status = any ($6::invocation_status[]) and a.deleted_at is null
    and ($7::text is null or ${SENT.method} <> 'GET')
  for key share of a
), added as (
  insert into invocations (id, project_id, action_id, action_version, status, trigger, run_at, sort_at, max_attempts, input, retry_of_id,
    actor_kind, actor_id, record_type, record_id, created_at, exclusive, policy_version, requested_by)
  select $1, project_id, action_id, action_version, 'PENDING', 'RETRY', at, at, attempts, coalesce($7, input), id, $4, $5, record_type, record_id, at, one_at_a_time, $8::integer, $9::uuid
  from original
  returning id, project_id, action_id, status, created_at
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'invocation.created', created_at, action_id, id, status from added
)
select id from added`
