import type { Access } from '../domain/access.ts'
import type { ActionSpec } from '../domain/action.ts'
import type { Actor } from '../domain/actor.ts'
import { newId } from '../new-id.ts'
import type { StoredAction } from './action-row.ts'
import type { Sql } from './database.ts'
import { endWaiting } from './end-waiting.ts'

/** Who asks for the run that a schedule makes by becoming ONE_TIME, and under which rights. */
export interface RescheduledBy {
  projectId: string
  actor: Actor
  access?: Access | undefined
}

/**
 * Makes the invocations of a locked action fit its new schedule. False when its one run has begun or ended, or that time
 * already has a run. The approval of a new run is the caller's.
 *
 * What was made ahead of a schedule that stays RECURRING is left to restartSchedules, which knows what the new one names.
 */
export async function reschedule(
  sql: Sql,
  { projectId, actor, access }: RescheduledBy,
  before: StoredAction,
  next: ActionSpec,
): Promise<boolean> {
  const from = before.spec.schedule
  const to = next.schedule
  if (to.kind !== 'ONE_TIME') {
    if (from.kind !== to.kind) await endWaiting(sql, before.id, 'OCCURRENCES', 'CANCELLED', 'SUPERSEDED')
    return true
  }
  if (from.kind === 'ONE_TIME') {
    if (from.scheduledAt === to.scheduledAt) return true
    const { rowCount } = await sql.query({ name: 'move-run', text: MOVE, values: [before.id, to.scheduledAt] })
    return rowCount === 1
  }
  await endWaiting(sql, before.id, 'OCCURRENCES', 'CANCELLED', 'SUPERSEDED')
  const { rowCount } = await sql.query({
    name: 'add-run',
    text: ADD,
    values: [
      newId(),
      projectId,
      before.id,
      to.scheduledAt,
      !before.enabled,
      next.maxAttempts,
      actor.kind,
      actor.id,
      access?.policyVersion,
      access?.personId,
    ],
  })
  return rowCount === 1
}

const MOVE = `
with moved as (
  update invocations
  set scheduled_for = to_timestamp($2::float8 / 1000), run_at = to_timestamp($2::float8 / 1000), sort_at = to_timestamp($2::float8 / 1000),
    lease_owner = null, lease_until = null
  where action_id = $1 and status in ('PENDING', 'AWAITING_APPROVAL') and scheduled_for is not null
  returning id, project_id, action_id, status
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'invocation.updated', date_trunc('milliseconds', clock_timestamp()), action_id, id, status from moved`

const ADD = `
with added as (
  insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, held, max_attempts, actor_kind, actor_id, created_at,
    policy_version, requested_by)
  select $1, $2, $3, 'PENDING', 'SCHEDULE', at, at, at, $5, $6, $7, $8, date_trunc('milliseconds', clock_timestamp()), $9::integer, $10::uuid
  from (select to_timestamp($4::float8 / 1000) as at) t
  on conflict (action_id, scheduled_for) where scheduled_for is not null and backfill_id is null do nothing
  returning id, project_id, action_id, status, created_at
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'invocation.created', created_at, action_id, id, status from added`
