import { DEFAULT_POLICIES } from '../domain/run-policies.ts'
import { secretNames } from './action-headers.ts'
import { auditCte } from './audited.ts'
import type { Sql } from './database.ts'
import { insertOneTime } from './insert-one-time.ts'
import type { InsertedAction, NewAction } from './new-action.ts'

/**
 * Stores actions, their invocations and the events of both in one statement and one round trip, whatever their number.
 * Gives a result per item, in their order: undefined where the service does not exist in the item's project.
 * A key that is taken fails the statement (unique violation on `actions_key_key`). Approvals are the caller's: see insert-approvable.ts.
 *
 * @param entries of the audit, written with all of them; then, where one service does not exist, nothing is stored
 */
export async function insertActions(sql: Sql, items: readonly NewAction[], entries?: string): Promise<(InsertedAction | undefined)[]> {
  const [only] = items
  const plain = items.every(isPlain)
  if (only?.spec.schedule.kind === 'ONE_TIME' && items.length === 1 && plain)
    return [await insertOneTime(sql, only, only.spec.schedule, entries)]
  const rows = items.map(plain ? toRow : toWideRow)
  const given = JSON.stringify(rows)
  const statement =
    entries === undefined
      ? { ...(plain ? INSERT : INSERT_WIDE), values: [given] }
      : { ...(plain ? INSERT_NOTED : INSERT_WIDE_NOTED), values: [given, entries, ...servicesOf(items)] }
  const { rows: stored } = await sql.query<[string]>({ ...statement, rowMode: 'array' })
  const accepted = stored.length === rows.length ? undefined : new Set(stored.map(([id]) => id))
  return rows.map(({ action_id: actionId, invocation_id: invocationId = null }) =>
    !accepted || accepted.has(actionId) ? { actionId, invocationId } : undefined,
  )
}

/** Nothing but a request, now, at a time or on demand, as most are. */
const isPlain = ({ spec: { request, schedule, policies, retry, delivery, approval } }: NewAction): boolean =>
  schedule.kind !== 'RECURRING' &&
  policies.overlapPolicy === DEFAULT_POLICIES.overlapPolicy &&
  policies.catchUp === DEFAULT_POLICIES.catchUp &&
  policies.catchUpWindowSeconds === DEFAULT_POLICIES.catchUpWindowSeconds &&
  policies.maxRuns === DEFAULT_POLICIES.maxRuns &&
  policies.deleteAfterCompletion === DEFAULT_POLICIES.deleteAfterCompletion &&
  retry === null &&
  delivery.callbackUrl === null &&
  delivery.concurrencyKey === null &&
  approval === null &&
  secretNames(request.headers) === null

/** What the statement is given of each item, with the types. */
const COLUMNS = [
  ['action_id', 'uuid'],
  ['invocation_id', 'uuid'],
  ['project_id', 'uuid'],
  ['key', 'text'],
  ['name', 'text'],
  ['kind', 'action_kind'],
  ['enabled', 'boolean'],
  ['service_id', 'uuid'],
  ['path', 'text'],
  ['url', 'text'],
  ['method', 'http_method'],
  ['headers', 'text'],
  ['body', 'text'],
  ['timeout_seconds', 'smallint'],
  ['retryable', 'boolean'],
  ['max_attempts', 'smallint'],
  ['timezone', 'text'],
  ['scheduled_ms', 'float8'],
  ['record_type', 'text'],
  ['tags', 'text[]'],
  ['trigger', 'invocation_trigger'],
  ['actor_kind', 'actor_kind'],
  ['actor_id', 'uuid'],
  ['of_type', 'text'],
  ['of_id', 'text'],
  ['policy_version', 'integer'],
  ['requested_by', 'uuid'],
] as const

/** What it is given besides, of items that are not plain. */
const WIDE_COLUMNS = [
  ['cron_expression', 'text'],
  ['every', 'text'],
  ['recurrence', 'recurrence'],
  ['anchor_ms', 'float8'],
  ['start_ms', 'float8'],
  ['end_ms', 'float8'],
  ['next_ms', 'float8'],
  ['dst_policy', 'dst_policy'],
  ['spread_seconds', 'integer'],
  ['calendar_id', 'uuid'],
  ['calendar_rule', 'calendar_rule'],
  ['overlap_policy', 'overlap_policy'],
  ['catch_up', 'catch_up'],
  ['catch_up_window_seconds', 'integer'],
  ['max_runs', 'integer'],
  ['delete_after_completion', 'boolean'],
  ['secret_names', 'text[]'],
  ['callback_url', 'text'],
  ['concurrency_key', 'text'],
  ['retry', 'json'],
  ['approval', 'json'],
] as const

interface Row extends Partial<Record<(typeof COLUMNS)[number][0], unknown>> {
  action_id: string
  invocation_id: string | undefined
}

/** The services that they call, and the projects that must have them. */
function servicesOf(items: readonly NewAction[]): [ids: string[], projects: string[]] {
  const projects = new Map<string, string>()
  for (const { projectId, spec } of items) {
    const { serviceId } = spec.request.target
    if (serviceId !== null) projects.set(`${serviceId} ${projectId}`, projectId)
  }
  return [[...projects.keys()].map((key) => key.split(' ', 1)[0]!), [...projects.values()]]
}

/** What is null is left out: in JSON, reading a member costs PostgreSQL more than storing it. */
function toRow({ id, invocationId, projectId, actor, spec, headers, key, enabled, trigger, record, permitted }: NewAction): Row {
  const { request, schedule } = spec
  const { target } = request
  return {
    action_id: id,
    invocation_id: invocationId ?? undefined,
    project_id: projectId,
    key: key ?? undefined,
    name: spec.name,
    kind: schedule.kind,
    enabled,
    service_id: target.serviceId ?? undefined,
    path: target.path ?? undefined,
    url: target.url ?? undefined,
    method: request.method,
    headers: headers ?? undefined,
    body: request.body ?? undefined,
    timeout_seconds: request.timeoutSeconds,
    retryable: spec.retryable || undefined,
    max_attempts: spec.maxAttempts,
    timezone: schedule.kind === 'ON_DEMAND' ? undefined : (schedule.timezone ?? undefined),
    scheduled_ms: schedule.kind === 'ONE_TIME' ? (schedule.scheduledAt ?? undefined) : undefined,
    record_type: spec.recordType ?? undefined,
    tags: spec.tags.length > 0 ? spec.tags : undefined,
    trigger,
    actor_kind: actor.kind,
    actor_id: actor.id ?? undefined,
    of_type: record?.type,
    of_id: record?.id,
    policy_version: permitted.policyVersion ?? undefined,
    requested_by: permitted.requestedBy ?? undefined,
  }
}

type WideRow = Row & Partial<Record<(typeof WIDE_COLUMNS)[number][0], unknown>>

function toWideRow(item: NewAction): WideRow {
  const { request, schedule, policies, retry, delivery, approval } = item.spec
  const row: WideRow = {
    ...toRow(item),
    overlap_policy: policies.overlapPolicy,
    catch_up: policies.catchUp,
    catch_up_window_seconds: policies.catchUpWindowSeconds,
    max_runs: policies.maxRuns ?? undefined,
    delete_after_completion: policies.deleteAfterCompletion,
    secret_names: secretNames(request.headers) ?? undefined,
    callback_url: delivery.callbackUrl ?? undefined,
    concurrency_key: delivery.concurrencyKey ?? undefined,
    retry: retry ?? undefined,
    approval: approval ?? undefined,
  }
  if (schedule.kind !== 'RECURRING') return row
  return {
    ...row,
    cron_expression: schedule.cronExpression ?? undefined,
    every: schedule.every ?? undefined,
    recurrence: schedule.recurrence ?? undefined,
    anchor_ms: schedule.anchorAt ?? undefined,
    start_ms: schedule.startAt ?? undefined,
    end_ms: schedule.endAt ?? undefined,
    next_ms: item.nextRunAt ?? undefined,
    dst_policy: schedule.dstPolicy,
    spread_seconds: schedule.spreadSeconds,
    calendar_id: schedule.calendarId ?? undefined,
    calendar_rule: schedule.calendarRule ?? undefined,
  }
}

interface Insert {
  given: readonly (readonly [name: string, type: string])[]
  /** Of a row of actions beside those of every item, and where their `values` come from. */
  columns?: string
  values?: string
}

/** SQL: all services are there. */
const ALL_THERE = `(select count(*) from unnest($3::uuid[], $4::uuid[]) as w (id, project_id)
    join services s on s.id = w.id and s.project_id = w.project_id) = cardinality($3::uuid[])`
/** SQL: the service of item g is there. */
const THERE = 'g.service_id is null or exists (select from services s where s.id = g.service_id and s.project_id = g.project_id)'

/** `noted`: with the entries of the audit. */
const insertText = ({ given, columns = '', values = '' }: Insert, noted: boolean) => `
with given as materialized (
  select g.*, c.at, case when g.kind = 'ONE_TIME' then coalesce(to_timestamp(g.scheduled_ms / 1000), c.at) end as run_at
  from json_to_recordset($1) as g (${given.map(([name, type]) => `${name} ${type}`).join(', ')})
  cross join (select date_trunc('milliseconds', clock_timestamp()) as at) c
  where ${noted ? ALL_THERE : THERE}
), action as (
  insert into actions (id, project_id, key, name, kind, enabled, service_id, path, url, method, headers, body, timeout_seconds,
    retryable, max_attempts, timezone, scheduled_at, record_type, tags, edited_by, created_at, updated_at${columns})
  select action_id, project_id, key, name, kind, enabled, service_id, path, url, method, headers, body, timeout_seconds,
    coalesce(retryable, false), max_attempts, timezone, run_at, record_type, coalesce(tags, '{}'), requested_by, at, at${values}
  from given
), invocation as (
  insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, held, max_attempts,
    actor_kind, actor_id, record_type, record_id, created_at, policy_version, requested_by)
  select invocation_id, project_id, action_id, 'PENDING', trigger, run_at, run_at, run_at, not enabled, max_attempts,
    actor_kind, actor_id, of_type, of_id, at, policy_version, requested_by
  from given
  where invocation_id is not null
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'action.created', at, action_id, null, null from given
  union all
  select project_id, 'invocation.created', at, action_id, invocation_id, 'PENDING'::invocation_status from given where invocation_id is not null
)${noted ? `, ${auditCte('$2', 'exists (select from given)')}` : ''}
select action_id from given`

// "At once" is truncated to the millisecond and not rounded, so that it is never a moment ahead.
// An action's own event gets a lower number than that of its invocation.
const PLAIN: Insert = { given: COLUMNS }

const WIDE: Insert = {
  given: [...COLUMNS, ...WIDE_COLUMNS],
  columns: `, cron_expression, every, recurrence, anchor_at, start_at, end_at, next_run_at, dst_policy, spread_seconds, calendar_id, calendar_rule,
    overlap_policy, catch_up, catch_up_window_seconds, max_runs, delete_after_completion, secret_names, callback_url, concurrency_key, retry,
    approval`,
  values: `, cron_expression, every, recurrence, to_timestamp(anchor_ms / 1000), to_timestamp(start_ms / 1000), to_timestamp(end_ms / 1000),
    to_timestamp(next_ms / 1000), coalesce(dst_policy, 'ONCE'), coalesce(spread_seconds, 0), calendar_id, calendar_rule,
    overlap_policy, catch_up, catch_up_window_seconds, max_runs, delete_after_completion, secret_names, callback_url, concurrency_key, retry,
    approval`,
}

const INSERT = { name: 'insert-actions', text: insertText(PLAIN, false) }
const INSERT_NOTED = { name: 'insert-actions-noted', text: insertText(PLAIN, true) }
const INSERT_WIDE = { name: 'insert-actions-wide', text: insertText(WIDE, false) }
const INSERT_WIDE_NOTED = { name: 'insert-actions-wide-noted', text: insertText(WIDE, true) }
