import type { ActionSpec } from '../domain/action.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import type { StoredAction } from '../store/action-row.ts'
import type { AuditNote } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { type EditRefusal, editAction } from '../store/edit-action.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

/**
 * Writes `next` over a locked action, in a transaction. A schedule that becomes ONE_TIME is a request for its one run, so the caller must be
 * allowed that. Gives the action as it is then.
 * @throws DocketError as checkEdited; FORBIDDEN
 */
export async function editChecked(
  sql: Sql,
  ctx: CommandContext,
  before: StoredAction,
  next: ActionSpec,
  note: (note: AuditNote) => void,
): Promise<StoredAction> {
  if (next.schedule.kind === 'ONE_TIME' && before.spec.schedule.kind !== 'ONE_TIME') {
    await checkTrigger(ctx, sql, { actionId: before.id, record: null, input: next.request.body })
  }
  return checkEdited(await editAction(sql, ctx, before, next, note))
}

/**
 * The action that an edit gave.
 * @throws DocketError NOT_FOUND on the service or the calendar, INVALID_SCHEDULE when the run can no longer be moved
 */
export function checkEdited(outcome: StoredAction | EditRefusal): StoredAction {
  if (outcome === 'NO_SERVICE') throw notFound('Service', 'target.serviceId')
  if (outcome === 'NO_CALENDAR') throw notFound('Calendar', 'schedule.calendarId')
  if (outcome === 'RAN') {
    throw new DocketError(
      'INVALID_SCHEDULE',
      'The one run of this action has begun or ended, so it cannot be moved; create another action.',
      'schedule.scheduledAt',
    )
  }
  return outcome
}
