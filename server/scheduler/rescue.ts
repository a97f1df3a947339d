import { UNSEEN } from '../delivery/record.ts'
import { afterInterruption } from '../domain/interrupted.ts'
import { newId } from '../new-id.ts'
import type { Outcome } from '../store/settle.ts'

/** An attempt of which nobody can tell how it ended. */
export interface Interrupted {
  id: string
  owner: string
  attempt: number
  maxAttempts: number
  /** When its request may have left, epoch ms (database time). */
  dispatchedAt: number
}

/** How an attempt ends whose server died or had to stop before the answer: its outcome is unknown, and says so. */
export function interrupted({ id, owner, attempt, maxAttempts, dispatchedAt }: Interrupted, now: number): Outcome {
  return {
    invocationId: id,
    attempt,
    owner,
    ...UNSEEN,
    ...afterInterruption({ attempt, maxAttempts }, now),
    attemptId: newId(),
    startedAt: dispatchedAt,
    finishedAt: Math.max(now, dispatchedAt),
    durationMs: Math.max(now - dispatchedAt, 0),
    // Nobody here knows; the statement looks.
    callback: true,
    limited: true,
    errorSource: 'UNKNOWN',
    errorMessage: 'Docket stopped before the answer of the target was on record; the target may have acted on the request.',
  }
}
