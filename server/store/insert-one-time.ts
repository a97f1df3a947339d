import type { ActionSpec } from '../domain/action.ts'
import { auditCte } from './audited.ts'
import type { Sql } from './database.ts'
import type { InsertedAction, NewAction } from './new-action.ts'

/**
 * Stores one ONE_TIME action with its invocation and the events of both: what a lone `send` waits for, and therefore by plain
 * values, which PostgreSQL does a fifth faster than rows that three inserts share.
 * Gives undefined when the service does not exist in the item's project.
 * @param entries of the audit, written with it (see audited.ts)
 */
export async function insertOneTime(
  sql: Sql,
  { id: actionId, invocationId, projectId, actor, spec, headers, key, enabled, trigger, record, permitted }: NewAction,
  schedule: Extract<ActionSpec['schedule'], { kind: 'ONE_TIME' }>,
  entries = '[]',
): Promise<InsertedAction | undefined> {
  const { target, method, body, timeoutSeconds } = spec.request
  const values: unknown[] = [actionId, invocationId, projectId, key, spec.name, enabled, target.serviceId, target.path, target.url, method]
  values.push(headers, body, timeoutSeconds, spec.retryable, spec.maxAttempts, schedule.timezone)
  values.push(schedule.scheduledAt === null ? null : new Date(schedule.scheduledAt).toISOString(), spec.recordType, spec.tags)
  values.push(trigger, actor.kind, actor.id, record?.type, record?.id, permitted.policyVersion, permitted.requestedBy, entries)
  const statement = target.serviceId === null ? TO_URL : TO_SERVICE
  const { rowCount } = await sql.query({ ...statement, values, rowMode: 'array' })
  return rowCount ? { actionId, invocationId } : undefined
}

// Truncated to the millisecond and not rounded, so that "at once" is never a moment ahead.
const NOW = `date_trunc('milliseconds', statement_timestamp())`
const RUN_AT = `coalesce($17::timestamptz, ${NOW})`

/** `from` gives one row when the target is there. An action's own event gets a lower number than that of its invocation. */
const insertWhere = (from: string) => `
with action as (
  insert into actions (id, project_id, key, name, kind, enabled, service_id, path, url, method, headers, body, timeout_seconds, retryable,
    max_attempts, timezone, scheduled_at, record_type, tags, edited_by, created_at, updated_at)
  select $1, $3, $4, $5, 'ONE_TIME', $6, $7::uuid, $8, $9, $10::http_method, $11, $12, $13::smallint, $14::boolean,
    $15::smallint, $16, ${RUN_AT}, $18, $19::text[], $26::uuid, ${NOW}, ${NOW} ${from}
), invocation as (
  insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, held, max_attempts, actor_kind,
    actor_id, record_type, record_id, created_at, policy_version, requested_by)
  select $2::uuid, $3, $1, 'PENDING', $20::invocation_trigger, ${RUN_AT}, ${RUN_AT}, ${RUN_AT}, not $6::boolean, $15, $21::actor_kind,
    $22::uuid, $23, $24, ${NOW}, $25::integer, $26 ${from}
), ${auditCte('$27', from === '' ? 'true' : `exists (select ${from})`)}
insert into events (project_id, type, at, action_id, invocation_id, status)
select $3::uuid, 'action.created', ${NOW}, $1::uuid, null, null ${from}
union all
select $3, 'invocation.created', ${NOW}, $1, $2, 'PENDING'::invocation_status ${from}`

const TO_URL = { name: 'insert-one-time-to-url', text: insertWhere('') }
const TO_SERVICE = { name: 'insert-one-time-to-service', text: insertWhere('from services s where s.id = $7 and s.project_id = $3') }
