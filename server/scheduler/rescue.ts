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

/**
 * How an attempt ends whose server died or had to stop before the answer. The attempt is spent, because the target may have got the request:
 * with attempts left the next one is due at once, else (also for every action that must not run twice) the run has failed and says that its
 * outcome is unknown.
 */
export function interrupted({ id, owner, attempt, maxAttempts, dispatchedAt }: Interrupted, now: number): Outcome {
  const again = attempt < maxAttempts
  return {
    invocationId: id,
    attempt,
    owner,
    status: again ? 'RETRYING' : 'FAILED',
    retryAt: again ? now : null,
    attemptId: newId(),
    startedAt: dispatchedAt,
    finishedAt: Math.max(now, dispatchedAt),
    durationMs: Math.max(now - dispatchedAt, 0),
    responseCode: null,
    responseHeaders: null,
    responseBody: null,
    truncated: false,
    phases: null,
    failedPhase: null,
    // Nobody here knows; the statement looks.
    callback: true,
    limited: true,
    errorSource: 'UNKNOWN',
    errorCode: 'INTERRUPTED',
    errorMessage: 'Docket stopped before the answer of the target was on record; the target may have acted on the request.',
  }
}
