import { createAction } from '../server/commands/create-action.ts'
import { publicId } from '../server/domain/ids.ts'
import type { SchedulerRig } from './scheduler-rig.ts'

/** An occurrence as a schedule made it, with the types of its events. */
export interface OccurrenceRow {
  id: string
  status: string
  status_reason: string | null
  scheduled_for: Date
  run_at: Date
  missed_count: number | null
  exclusive: boolean
  events: string[]
}

/** An action every minute; `columns` are set as they are, past every check of the commands. Gives its UUID. */
export async function minutely(rig: SchedulerRig, columns: Record<string, unknown> = {}): Promise<string> {
  const { id } = await createAction(rig.ctx, {
    name: 'every minute',
    target: { url: `${rig.target.url}/` },
    schedule: { cronExpression: '* * * * *', timezone: 'UTC' },
  })
  await setColumns(rig, id, columns)
  return id
}

export async function setColumns(rig: SchedulerRig, id: string, columns: Record<string, unknown>): Promise<void> {
  const names = Object.keys(columns)
  if (names.length === 0) return
  const sets = names.map((name, index) => `${name} = $${index + 2}`).join(', ')
  await rig.db.pool.query(`update actions set ${sets} where id = $1`, [id, ...Object.values(columns)])
}

/**
 * Turns an action into one that stood still for some minutes: every minute it had an occurrence, the newest of them half a minute ago, so
 * that no test depends on the second it runs at. Database time cannot be moved, so its next time is.
 */
export async function standStill(rig: SchedulerRig, id: string, minutes: number): Promise<void> {
  await rig.db.pool.query(
    `update actions set cron_expression = null, every = 'PT1M', recurrence = 'FIXED', next_run_at = newest - ($2 - 1) * interval '1 minute',
       anchor_at = newest - $2 * interval '1 minute'
     from (select date_trunc('milliseconds', clock_timestamp()) - interval '30 seconds' as newest) t where id = $1`,
    [id, minutes],
  )
}

/** What the schedule made, by nominal time; not what was made ahead of its time. */
export async function occurrencesOf(rig: SchedulerRig, id: string): Promise<OccurrenceRow[]> {
  const { rows } = await rig.db.pool.query<OccurrenceRow>(
    `select i.*, (select array_agg(type order by seq) from events e where e.invocation_id = i.id) as events
     from invocations i where action_id = $1 and scheduled_for <= clock_timestamp() order by scheduled_for`,
    [id],
  )
  return rows
}

export interface StoredTimes {
  next_run_at: Date | null
  runs_made: number
  deleted_at: Date | null
}

export async function storedTimes(rig: SchedulerRig, id: string): Promise<StoredTimes> {
  const { rows } = await rig.db.pool.query<StoredTimes>('select next_run_at, runs_made, deleted_at from actions where id = $1', [id])
  return rows[0]!
}

/** Types and notes of the events of an action itself, in order. */
export async function actionEvents(rig: SchedulerRig, id: string): Promise<{ type: string; note: string | null }[]> {
  const { rows } = await rig.db.pool.query<{ type: string; note: string | null }>(
    'select type, note from events where action_id = $1 and invocation_id is null order by seq',
    [id],
  )
  return rows
}

export const publicAction = (id: string): string => publicId('action', id)
