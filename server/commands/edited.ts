import { DocketError, notFound } from '../domain/errors.ts'
import type { StoredAction } from '../store/action-row.ts'
import type { EditRefusal } from '../store/edit-action.ts'

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
