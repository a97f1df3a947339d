import type { ActionSchedule } from '../domain/action-schedule.ts'
import { hasRunsLeft } from '../domain/run-policies.ts'
import type { StoredAction } from './action-row.ts'
import { loadCalendar } from './calendars.ts'
import type { Sql } from './database.ts'
import { restartSchedules } from './restart-schedules.ts'

/**
 * Where the schedule of a locked action goes on, counted from now; `before` is its schedule until now. What was made ahead and
 * is not named any more is CANCELLED(SUPERSEDED). Undefined when the project does not have its calendar.
 */
export async function nextRunOf(
  sql: Sql,
  projectId: string,
  { id, spec: { schedule, policies }, runsMade, now }: StoredAction,
  before: ActionSchedule = schedule,
): Promise<number | null | undefined> {
  if (schedule.kind !== 'RECURRING') return null
  const calendar = await loadCalendar(sql, projectId, schedule.calendarId)
  if (calendar === undefined) return undefined
  const spreadBefore = before.kind === 'RECURRING' ? before.spreadSeconds : 0
  const next = await restartSchedules(sql, [{ id, schedule, calendar, spreadBefore }], now)
  return hasRunsLeft(policies, runsMade) ? next.get(id)! : null
}
