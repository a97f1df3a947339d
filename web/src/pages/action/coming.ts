import type { PreviewRunViewFragment } from '../../../../sdk/generated/operations.ts'
import type { InvocationRow } from '../../invocation-list/state.ts'

/**
 * The nominal times that are still to come at `now` (epoch ms), the first one first: those of runs that were made shortly ahead of their
 * time, and those that the schedule names after them.
 */
export function comingTimes(
  runs: readonly Pick<PreviewRunViewFragment, 'at' | 'effectiveAt'>[],
  rows: readonly Pick<InvocationRow, 'status' | 'trigger' | 'scheduledFor' | 'runAt'>[],
  now: number,
): string[] {
  const ahead = rows.flatMap(({ status, trigger, scheduledFor, runAt }) =>
    status === 'PENDING' && trigger === 'SCHEDULE' && scheduledFor && Date.parse(runAt) > now ? [scheduledFor] : [],
  )
  const named = runs.filter(({ effectiveAt }) => Date.parse(effectiveAt) > now).map(({ at }) => at)
  return [...new Set([...ahead, ...named])].sort((a, b) => Date.parse(a) - Date.parse(b))
}
