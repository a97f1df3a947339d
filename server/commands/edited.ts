import { DocketError, notFound } from '../domain/errors.ts'
import type { EditOutcome } from '../store/edit-action.ts'

/** @throws DocketError NOT_FOUND on the service, INVALID_SCHEDULE when the run can no longer be moved */
export function checkEdited(outcome: EditOutcome): void {
  if (outcome === 'NO_SERVICE') throw notFound('Service', 'target.serviceId')
  if (outcome === 'RAN') {
    throw new DocketError(
      'INVALID_SCHEDULE',
      'The one run of this action has begun or ended, so it cannot be moved; create another action.',
      'schedule.scheduledAt',
    )
  }
}
