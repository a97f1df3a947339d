import { DocketError } from '../domain/errors.ts'
import type { HoldOutcome } from '../store/approvals.ts'

/**
 * Refuses to wait for the end of a run that waits for people; what was stored of it is to be rolled back.
 * @throws DocketError INVALID_SYNC on `waitSeconds`
 */
export function checkSync(waitSeconds: number | null | undefined, outcome: HoldOutcome | undefined): void {
  if (outcome !== 'HELD' || !waitSeconds) return
  throw new DocketError(
    'INVALID_SYNC',
    'This run needs an approval, and nobody can say how long that takes; leave waitSeconds out and watch the run.',
    'waitSeconds',
  )
}
