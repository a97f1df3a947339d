/**
 * What becomes of a run of whose attempt nobody can tell how it ended. The attempt is spent, because the target may have got the request: with
 * attempts left the next one is due at once, else (also for every action that must not run twice) the run has failed.
 *
 * @param now epoch ms
 */
export function afterInterruption({ attempt, maxAttempts }: { attempt: number; maxAttempts: number }, now: number) {
  const again = attempt < maxAttempts
  return { status: again ? 'RETRYING' : 'FAILED', errorCode: 'INTERRUPTED', retryAt: again ? now : null } as const
}
