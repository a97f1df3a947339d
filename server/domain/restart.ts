import type { ActionSchedule } from './action-schedule.ts'
import { type Calendar, nextRun, spreadOf } from './recurring.ts'

/** An occurrence of an action that has a row and is ahead, or not over. Instants are epoch ms. */
export interface StandingRun {
  id: string
  scheduledFor: number
  runAt: number
  /** Made ahead: it waits for a time that has not come. */
  ahead: boolean
  over: boolean
}

/** Where a schedule goes on after it, its calendar or its state was changed. */
export interface Restart {
  /** First nominal time that has no row; null when there is none, or a ROLLING schedule waits for the end of a run. */
  nextRunAt: number | null
  /** Runs that were made ahead and that the schedule does not name. */
  end: string[]
  /** Runs that were made ahead and start at another time now, because the spread has changed. */
  move: { id: string; runAt: number }[]
}

/**
 * Counts a schedule from `now` on. What was made ahead stays where the schedule names the same nominal time, whose row
 * could not be made twice, and ends elsewhere.
 */
export function restart(
  actionId: string,
  schedule: ActionSchedule,
  calendar: Calendar | null,
  runs: readonly StandingRun[],
  now: number,
): Restart {
  if (schedule.kind !== 'RECURRING') return { nextRunAt: null, end: [], move: [] }
  const names = ({ scheduledFor }: StandingRun) => nextRun(schedule, calendar, scheduledFor - 1) === scheduledFor
  const ahead = runs.filter((run) => run.ahead)
  const end = ahead.filter((run) => !names(run)).map(({ id }) => id)
  const spread = spreadOf(actionId, schedule.spreadSeconds)
  const move = ahead
    .filter((run) => !end.includes(run.id) && run.runAt !== run.scheduledFor + spread)
    .map(({ id, scheduledFor }) => ({ id, runAt: Math.max(now, scheduledFor + spread) }))
  const underWay = runs.some((run) => !run.over && !end.includes(run.id))
  if (schedule.recurrence === 'ROLLING' && underWay) return { nextRunAt: null, end, move }
  const taken = new Set(runs.map(({ scheduledFor }) => scheduledFor))
  let next = nextRun(schedule, calendar, now)
  while (next !== undefined && taken.has(next)) next = nextRun(schedule, calendar, next)
  return { nextRunAt: next ?? null, end, move }
}
