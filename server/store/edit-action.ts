import type { ActionSpec } from '../domain/action.ts'
import { firstRun, sameSchedule } from '../domain/action-schedule.ts'
import type { Actor } from '../domain/actor.ts'
import { sameRequest } from '../domain/request.ts'
import type { StoredAction } from './action-row.ts'
import type { Sql } from './database.ts'
import { logActionEvent } from './log-events.ts'
import { reschedule } from './reschedule.ts'

/** RAN: the one run of a ONE_TIME action is no longer pending, so it cannot be moved. */
export type EditOutcome = 'EDITED' | 'RAN' | 'NO_SERVICE'

/**
 * Writes `next` over a locked action. A changed request becomes a new version and the old one is kept for the runs that
 * sent it; a changed schedule counts from now. Unless EDITED, the transaction must be rolled back.
 */
export async function editAction(sql: Sql, projectId: string, actor: Actor, before: StoredAction, next: ActionSpec): Promise<EditOutcome> {
  const { id } = before
  const newSchedule = !sameSchedule(before.spec.schedule, next.schedule)
  if (newSchedule && !(await reschedule(sql, projectId, actor, before, next))) return 'RAN'
  const newRequest = !sameRequest(before.spec.request, next.request)
  if (newRequest) await sql.query({ name: 'keep-version', text: KEEP_VERSION, values: [id] })
  const { request, schedule } = next
  const { rowCount } = await sql.query({
    name: 'edit-action',
    text: EDIT,
    values: [
      id,
      next.name,
      schedule.kind,
      newRequest ? before.version + 1 : before.version,
      request.target.serviceId,
      request.target.path,
      request.target.url,
      request.method,
      request.headers && JSON.stringify(request.headers),
      request.body,
      request.timeoutSeconds,
      next.retryable,
      next.maxAttempts,
      schedule.kind === 'RECURRING' ? schedule.cronExpression : null,
      schedule.kind === 'ON_DEMAND' ? null : schedule.timezone,
      schedule.kind === 'ONE_TIME' ? schedule.scheduledAt : null,
      newSchedule,
      before.enabled ? firstRun(schedule, null, before.now) : null,
      next.recordType,
      next.tags,
      projectId,
    ],
  })
  if (!rowCount) return 'NO_SERVICE'
  await logActionEvent(sql, 'action.updated', projectId, id)
  return 'EDITED'
}

const KEEP_VERSION = `
insert into action_versions (action_id, version, service_id, path, url, method, headers, body, timeout_seconds)
select id, version, service_id, path, url, method, headers, body, timeout_seconds from actions where id = $1`

const EDIT = `
update actions
set name = $2, kind = $3, version = $4, service_id = $5, path = $6, url = $7, method = $8, headers = $9, body = $10,
  timeout_seconds = $11, retryable = $12, max_attempts = $13, cron_expression = $14, timezone = $15,
  scheduled_at = to_timestamp($16::float8 / 1000),
  next_run_at = case when $17 then to_timestamp($18::float8 / 1000) else next_run_at end,
  record_type = $19, tags = $20, updated_at = date_trunc('milliseconds', clock_timestamp())
where id = $1 and ($5::uuid is null or exists (select from services s where s.id = $5 and s.project_id = $21))`
