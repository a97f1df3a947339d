import { canBecome, type InvocationStatus } from './lifecycle.ts'
import type { OverlapPolicy } from './run-policies.ts'

/** RUN: it starts. SKIP: it is missed. WAIT: it starts when nothing is in front of it any more. SUPERSEDE: it ends the others, then it starts. */
export type OverlapDecision = 'RUN' | 'SKIP' | 'WAIT' | 'SUPERSEDE'

/**
 * What becomes of an occurrence that is due.
 *
 * | policy       | nothing else | another is under way | one waits as well |
 * | ------------ | ------------ | -------------------- | ----------------- |
 * | SKIP         | RUN          | SKIP                 | SKIP              |
 * | QUEUE_ONE    | RUN          | WAIT                 | SKIP              |
 * | ALLOW        | RUN          | RUN                  | RUN               |
 * | CANCEL_OTHER | RUN          | SUPERSEDE            | SUPERSEDE         |
 *
 * @param others states of the runs of its action that are not over: those under way, also between two attempts and before
 *   their approval, and of those that wait (PENDING) the ones that were due before it
 * @param madeLate it was made after its instant because of a downtime: that it runs was decided by the catch-up policy, so under SKIP and
 *   QUEUE_ONE it waits its turn
 */
export function decideOverlap(policy: OverlapPolicy, others: readonly InvocationStatus[], madeLate: boolean): OverlapDecision {
  if (policy === 'ALLOW' || others.length === 0) return 'RUN'
  if (policy === 'CANCEL_OTHER') return 'SUPERSEDE'
  if (madeLate) return 'WAIT'
  return policy === 'QUEUE_ONE' && !others.includes('PENDING') ? 'WAIT' : 'SKIP'
}

/**
 * How a run ends whose place a newer one takes: what is not being sent is CANCELLED(SUPERSEDED); a request that is under way is given up and
 * has failed for good, because the target may have acted on it.
 */
export const supersededAs = (status: InvocationStatus): 'CANCELLED' | 'FAILED' =>
  canBecome(status, 'CANCELLED', 'SUPERSEDED') ? 'CANCELLED' : 'FAILED'
