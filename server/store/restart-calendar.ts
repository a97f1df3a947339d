import { hasRunsLeft } from '../domain/run-policies.ts'
import { lockActionsOfCalendar } from './action-row.ts'
import type { StoredCalendar } from './calendars.ts'
import type { Sql } from './database.ts'
import { restartSchedules } from './restart-schedules.ts'

/**
 * Lets the actions that use a locked calendar go by its days from now on. Those whose next run moves get an event that says
 * from when to when.
 */
export async function restartCalendar(sql: Sql, projectId: string, { id, spec }: StoredCalendar): Promise<void> {
  const actions = await lockActionsOfCalendar(sql, projectId, id)
  if (actions.length === 0) return
  const calendar = { dates: new Set(spec.dates), weekdays: new Set(spec.weekdays) }
  // The newest of their clocks: a run that fell due while the rows were locked is past for all of them.
  const now = Math.max(...actions.map((action) => action.now))
  const restarted = await restartSchedules(
    sql,
    actions.map((action) => ({ id: action.id, schedule: action.spec.schedule, calendar })),
    now,
  )
  const moved = actions.flatMap((action) => {
    const next = hasRunsLeft(action.spec.policies, action.runsMade) ? restarted.get(action.id)! : null
    if (next === action.nextRunAt) return []
    const note = `Calendar "${spec.name}" was changed: the next run moved from ${spoken(action.nextRunAt)} to ${spoken(next)}.`
    return [{ id: action.id, next, note }]
  })
  if (moved.length > 0) await sql.query({ name: 'move-next-runs', text: MOVE, values: [JSON.stringify(moved), projectId] })
}

const spoken = (at: number | null): string => (at === null ? 'none' : new Date(at).toISOString())

const MOVE = `
with moved as (
  update actions a set next_run_at = to_timestamp(g.next / 1000)
  from json_to_recordset($1) as g (id uuid, next float8, note text)
  where a.id = g.id
  returning a.id, g.note
)
insert into events (project_id, type, at, action_id, note)
select $2, 'action.rescheduled', date_trunc('milliseconds', clock_timestamp()), id, note from moved`
