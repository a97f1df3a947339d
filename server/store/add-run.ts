import type { RecordInput } from '../domain/action-input.ts'
import type { Actor } from '../domain/actor.ts'
import type { Permitted } from '../domain/permitted.ts'
import { auditCte } from './audited.ts'
import type { Sql } from './database.ts'
import { ACTION_STAMP } from './pinned-request.ts'

/** A run that someone asks for, beside the schedule. */
export interface AskedRun {
  projectId: string
  actor: Actor
  actionId: string
  /** Body of this run instead of the action's. */
  input: string | null
  record: RecordInput | null
  /** Epoch ms; null = at once. */
  at: number | null
  permitted: Permitted
}

export interface AddRunOptions {
  /** Of the run; made by the caller, so that the audit can name it. */
  id: string
  /** Adds nothing to an action that has an approval policy: for a statement that is its own transaction. */
  onlyFree?: boolean
  /** With `onlyFree`: the text of the approval policy that is not for this run; it is added if that is still the policy. */
  policyNotForIt?: string | undefined
  /** It is added while the action is what it was when this was read (see Permitted). Default: whatever it is, because the caller holds it. */
  actionStamp?: string | undefined
  /** Of the audit, written with it (see audited.ts). */
  entries?: string
}

/**
 * Adds a PENDING run, also to a paused action, and its event. False when the action is unknown, deleted, another project's, or would send
 * `input` as the body of a GET. Its approval is the caller's: see approvals.ts.
 *
 * The row is locked against edits and its deletion only (key share): one that waits for us will see the run.
 */
export async function addRun(
  sql: Sql,
  { projectId, actor, actionId, input, record, at, permitted: { policyVersion, requestedBy } }: AskedRun,
  { id, onlyFree = false, policyNotForIt, actionStamp, entries = '[]' }: AddRunOptions,
): Promise<boolean> {
  const values = [id, projectId, actionId, input, actor.kind, actor.id, record?.type, record?.id, at, policyVersion, requestedBy]
  const { rowCount } = await sql.query({
    name: 'add-asked-run',
    text: ADD,
    values: [...values, onlyFree, entries, policyNotForIt, actionStamp],
  })
  return rowCount === 1
}

const ADD = `
with action as (
  select a.id, a.project_id, a.max_attempts, a.kind = 'RECURRING' and a.overlap_policy <> 'ALLOW' as exclusive,
    date_trunc('milliseconds', clock_timestamp()) as at
  from actions a left join services s on $15::text is not null and s.id = a.service_id
  where a.id = $3 and a.project_id = $2 and a.deleted_at is null and not (a.method = 'GET' and $4::text is not null)
    and not ($12::boolean and a.approval is not null and a.approval::text is distinct from $14::text)
    and ($15::text is null or ${ACTION_STAMP} = $15)
  for key share of a
), added as (
  insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, input, actor_kind, actor_id,
    record_type, record_id, created_at, exclusive, policy_version, requested_by)
  select $1, project_id, id, 'PENDING', 'MANUAL', due, due, max_attempts, $4, $5, $6, $7, $8, at, exclusive, $10::integer, $11::uuid
  from action cross join lateral (select coalesce(to_timestamp($9::float8 / 1000), at) as due) d
  returning id, project_id, action_id, status, created_at
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'invocation.created', created_at, action_id, id, status from added
), ${auditCte('$13', 'exists (select from added)')}
select id from added`
