import type { Access } from '../domain/access.ts'
import type { ActionSpec } from '../domain/action.ts'
import { type ActionSchedule, sameSchedule } from '../domain/action-schedule.ts'
import type { Actor } from '../domain/actor.ts'
import { sameRequest } from '../domain/request.ts'
import { sealHeaders, secretNames } from './action-headers.ts'
import type { StoredAction } from './action-row.ts'
import { endGrants } from './approval-grants.ts'
import type { AuditNote } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { leaveLanes } from './lane-runs.ts'
import { logActionEvent } from './log-events.ts'
import { nextRunOf } from './next-run-of.ts'
import { personBehind } from './person-behind.ts'
import { reschedule } from './reschedule.ts'
import { voidEdited } from './void-approvals.ts'

/** Who edits. A command's context is one. */
export interface Editor {
  projectId: string
  actor: Actor
  access?: Access | undefined
  db: Pick<Database, 'vault'>
}

/** What an edit does besides, such as ending approvals, is noted in the audit. */
type Note = (note: AuditNote) => void

/** Why an edit is refused. RAN: the one run of a ONE_TIME action is no longer pending, so it cannot be moved. */
export type EditRefusal = 'RAN' | 'NO_SERVICE' | 'NO_CALENDAR'

/**
 * Writes `next` over a locked action. A changed request becomes a new version and the old one is kept for the runs that
 * sent it; a changed schedule counts from now, as does a changed `maxRuns`.
 * What was approved of it and not sent yet is asked for again when something else would be sent now.
 * Gives the action as it is then; when it is refused the transaction must be rolled back.
 */
export async function editAction(
  sql: Sql,
  by: Editor,
  before: StoredAction,
  next: ActionSpec,
  note: Note,
): Promise<StoredAction | EditRefusal> {
  const { id } = before
  const {
    projectId,
    db: { vault },
  } = by
  const newSchedule = !sameSchedule(before.spec.schedule, next.schedule)
  if (newSchedule && !(await reschedule(sql, by, before, next))) return 'RAN'
  const { request, schedule, policies } = next
  const newMaximum = before.spec.policies.maxRuns !== next.policies.maxRuns
  let { nextRunAt, runsMade } = before
  if (newSchedule || newMaximum) {
    runsMade = 0
    const found = await nextRunOf(sql, projectId, { ...before, spec: next, runsMade }, before.spec.schedule)
    if (found === undefined) return 'NO_CALENDAR'
    if (!before.enabled || nextRunAt === null || !keepsNextRun(before.spec.schedule, schedule, nextRunAt))
      nextRunAt = before.enabled ? found : null
  }
  const newRequest = !sameRequest(before.spec.request, next.request)
  const version = newRequest ? before.version + 1 : before.version
  const newPolicy = JSON.stringify(before.spec.approval) !== JSON.stringify(next.approval)
  const editor = newRequest || newPolicy ? await personBehind(sql, by) : null
  if (newRequest) await sql.query({ name: 'keep-version', text: KEEP_VERSION, values: [id] })
  const recurring = schedule.kind === 'RECURRING' ? schedule : undefined
  const { rowCount } = await sql.query({
    name: 'edit-action',
    text: EDIT,
    values: [
      id,
      next.name,
      schedule.kind,
      version,
      request.target.serviceId,
      request.target.path,
      request.target.url,
      request.method,
      sealHeaders(vault, id, request.headers),
      request.body,
      request.timeoutSeconds,
      next.retryable,
      next.maxAttempts,
      recurring?.cronExpression,
      schedule.kind === 'ON_DEMAND' ? null : schedule.timezone,
      schedule.kind === 'ONE_TIME' ? schedule.scheduledAt : null,
      nextRunAt,
      next.recordType,
      next.tags,
      projectId,
      recurring?.every,
      recurring?.recurrence,
      recurring?.anchorAt,
      recurring?.startAt,
      recurring?.endAt,
      recurring?.dstPolicy ?? 'ONCE',
      recurring?.spreadSeconds ?? 0,
      recurring?.calendarId,
      recurring?.calendarRule,
      policies.overlapPolicy,
      policies.catchUp,
      policies.catchUpWindowSeconds,
      policies.maxRuns,
      runsMade,
      policies.deleteAfterCompletion,
      secretNames(request.headers),
      next.delivery.callbackUrl,
      next.delivery.concurrencyKey,
      next.retry && JSON.stringify(next.retry),
      next.approval && JSON.stringify(next.approval),
      newRequest || newPolicy,
      editor,
    ],
  })
  if (!rowCount) return 'NO_SERVICE'
  if (newRequest || before.spec.delivery.concurrencyKey !== next.delivery.concurrencyKey) await leaveLanes(sql, id)
  await logActionEvent(sql, 'action.updated', projectId, id)
  if (newRequest) await endGrants(sql, { actionId: id }, note)
  // A new run of a ONE_TIME action has not been looked at either.
  const newRun = before.spec.schedule.kind !== 'ONE_TIME' && schedule.kind === 'ONE_TIME'
  if (newRequest || newPolicy || newRun || (newSchedule && next.approval))
    await voidEdited(sql, { vault }, { actionIds: [id] }, editor, note)
  return { ...before, spec: next, version, nextRunAt, runsMade }
}

/**
 * Whether `after` names the same nominal times as `before` and still this one: it may be overdue, and that of a ROLLING schedule
 * counts from a run and not from now.
 */
function keepsNextRun(before: ActionSchedule, after: ActionSchedule, nextRunAt: number): boolean {
  if (before.kind !== 'RECURRING' || after.kind !== 'RECURRING' || nextRunAt > (after.endAt ?? nextRunAt)) return false
  return sameSchedule({ ...before, spreadSeconds: 0, endAt: null }, { ...after, spreadSeconds: 0, endAt: null })
}

const KEEP_VERSION = `
insert into action_versions (action_id, version, service_id, path, url, method, headers, secret_names, body, timeout_seconds)
select id, version, service_id, path, url, method, headers, secret_names, body, timeout_seconds from actions where id = $1`

const EDIT = `
update actions
set name = $2, kind = $3, version = $4, service_id = $5, path = $6, url = $7, method = $8, headers = $9, body = $10,
  timeout_seconds = $11, retryable = $12, max_attempts = $13, cron_expression = $14, timezone = $15,
  scheduled_at = to_timestamp($16::float8 / 1000), next_run_at = to_timestamp($17::float8 / 1000), record_type = $18, tags = $19,
  every = $21, recurrence = $22, anchor_at = to_timestamp($23::float8 / 1000), start_at = to_timestamp($24::float8 / 1000),
  end_at = to_timestamp($25::float8 / 1000), dst_policy = $26, spread_seconds = $27, calendar_id = $28, calendar_rule = $29,
  overlap_policy = $30, catch_up = $31, catch_up_window_seconds = $32, max_runs = $33, runs_made = $34, delete_after_completion = $35,
  secret_names = $36, callback_url = $37, concurrency_key = $38, retry = $39, approval = $40,
  edited_by = case when $41::boolean then coalesce($42::uuid, edited_by) else edited_by end,
  updated_at = date_trunc('milliseconds', clock_timestamp())
where id = $1 and ($5::uuid is null or exists (select from services s where s.id = $5 and s.project_id = $20))`
