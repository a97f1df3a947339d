import type { ActionSpec } from '../domain/action.ts'
import type { ActionSchedule } from '../domain/action-schedule.ts'
import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import type { HttpMethod } from '../domain/http-method.ts'
import type { RetryPlan } from '../domain/retry.ts'
import type { CatchUp, OverlapPolicy } from '../domain/run-policies.ts'
import type { Target } from '../domain/target.ts'
import { openHeaders } from './action-headers.ts'
import type { Sql } from './database.ts'
import type { Vault } from './vault.ts'

/** A stored action as commands edit it. */
export interface StoredAction {
  id: string
  spec: ActionSpec
  enabled: boolean
  version: number
  /** Cursor of the schedule: its next nominal time that has no row, epoch ms. */
  nextRunAt: number | null
  /** Occurrences that were given a row to run, of at most `spec.policies.maxRuns`. */
  runsMade: number
  /** The database's time when the row was locked, epoch ms. */
  now: number
}

/**
 * Reads an action and keeps its row locked until the transaction ends, so that edits follow one another.
 * Undefined for an unknown one, a deleted one and one of another project. Its headers are left out unless there is the `vault` to open them.
 */
export async function lockAction(
  sql: Sql,
  projectId: string,
  by: { id: string } | { key: string },
  vault?: Vault,
): Promise<StoredAction | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['key', by.key]
  const { rows } = await sql.query<ActionRow & { now: number }>(
    `select *, date_part('epoch', clock_timestamp()) * 1000 as now
     from actions where project_id = $1 and ${column} = $2 and deleted_at is null for update`,
    [projectId, value],
  )
  return rows[0] && fromRow(rows[0], vault)
}

/**
 * Reads the enabled actions whose schedules use a calendar and keeps their rows locked until the transaction ends, in a way
 * that leaves the keys alone: runs that someone asks for meanwhile do not wait.
 */
export async function lockActionsOfCalendar(sql: Sql, projectId: string, calendarId: string): Promise<StoredAction[]> {
  const { rows } = await sql.query<ActionRow & { now: number }>(
    `select *, date_part('epoch', clock_timestamp()) * 1000 as now
     from actions where project_id = $1 and calendar_id = $2 and kind = 'RECURRING' and enabled and deleted_at is null
     order by id for no key update`,
    [projectId, calendarId],
  )
  return rows.map((row) => fromRow(row))
}

/** A row of the table, as `select *` gives it. */
export interface ActionRow {
  id: string
  name: string
  enabled: boolean
  version: number
  kind: ActionSchedule['kind']
  service_id: string | null
  path: string | null
  url: string | null
  method: HttpMethod
  headers: string | null
  body: string | null
  timeout_seconds: number
  retryable: boolean
  max_attempts: number
  retry: RetryPlan | null
  callback_url: string | null
  concurrency_key: string | null
  cron_expression: string | null
  timezone: string | null
  scheduled_at: Date | null
  next_run_at: Date | null
  runs_made: number
  every: string | null
  recurrence: 'FIXED' | 'ROLLING' | null
  anchor_at: Date | null
  start_at: Date | null
  end_at: Date | null
  dst_policy: 'ONCE' | 'LITERAL'
  spread_seconds: number
  calendar_id: string | null
  calendar_rule: 'SKIP' | 'NEXT_BUSINESS_DAY' | null
  overlap_policy: OverlapPolicy
  catch_up: CatchUp
  catch_up_window_seconds: number
  max_runs: number | null
  delete_after_completion: boolean
  approval: ApprovalPolicy | null
  record_type: string | null
  tags: string[]
}

function fromRow(row: ActionRow & { now: number }, vault?: Vault): StoredAction {
  const { id, enabled, version, now } = row
  const headers = vault ? openHeaders(vault, id, row.headers) : null
  const target = { serviceId: row.service_id, path: row.path, url: row.url } as Target
  return {
    id,
    enabled,
    version,
    nextRunAt: row.next_run_at?.getTime() ?? null,
    runsMade: row.runs_made,
    now,
    spec: {
      name: row.name,
      request: { target, method: row.method, headers, body: row.body, timeoutSeconds: row.timeout_seconds },
      schedule: scheduleOf(row),
      retryable: row.retryable,
      maxAttempts: row.max_attempts,
      retry: row.retry,
      delivery: { callbackUrl: row.callback_url, concurrencyKey: row.concurrency_key },
      policies: {
        overlapPolicy: row.overlap_policy,
        catchUp: row.catch_up,
        catchUpWindowSeconds: row.catch_up_window_seconds,
        maxRuns: row.max_runs,
        deleteAfterCompletion: row.delete_after_completion,
      },
      approval: row.approval,
      recordType: row.record_type,
      tags: row.tags,
    },
  }
}

/** Holds an action (UUID) against edits until the transaction ends. */
export async function holdAction(sql: Sql, projectId: string, actionId: string): Promise<void> {
  await sql.query({
    name: 'hold-action',
    text: 'select from actions where id = $1 and project_id = $2 for key share',
    values: [actionId, projectId],
  })
}

/** The schedule of a row. The table's CHECK says which columns each kind has. */
export function scheduleOf(row: ActionRow): ActionSchedule {
  if (row.kind === 'RECURRING') {
    return {
      kind: 'RECURRING',
      cronExpression: row.cron_expression,
      every: row.every,
      recurrence: row.recurrence,
      anchorAt: row.anchor_at?.getTime() ?? null,
      timezone: row.timezone!,
      dstPolicy: row.dst_policy,
      startAt: row.start_at?.getTime() ?? null,
      endAt: row.end_at?.getTime() ?? null,
      spreadSeconds: row.spread_seconds,
      calendarId: row.calendar_id,
      calendarRule: row.calendar_rule,
    }
  }
  const { kind, scheduled_at, timezone } = row
  return kind === 'ONE_TIME' ? { kind, scheduledAt: scheduled_at!.getTime(), timezone } : { kind }
}
