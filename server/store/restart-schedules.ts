import type { ActionSchedule } from '../domain/action-schedule.ts'
import type { Calendar } from '../domain/recurring.ts'
import { restart, type StandingRun } from '../domain/restart.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'

/** A locked action whose schedule counts anew. */
export interface Restarted {
  id: string
  schedule: ActionSchedule
  calendar: Calendar | null
  /** The spread that its rows were made with, where that is another one. */
  spreadBefore?: number
}

/**
 * Makes what was made ahead of locked actions fit their schedules: what a schedule no longer names is CANCELLED(SUPERSEDED).
 * Gives the first nominal time after `now` (epoch ms) that has no row, per action; writing it is the caller's.
 */
export async function restartSchedules(sql: Sql, actions: readonly Restarted[], now: number): Promise<Map<string, number | null>> {
  const recurring = actions.filter(({ schedule }) => schedule.kind === 'RECURRING')
  if (recurring.length === 0) return new Map()
  const since = recurring.map(({ schedule, spreadBefore = spreadSecondsOf(schedule) }) => now - spreadBefore * 1000)
  const { rows } = await sql.query<StandingRun & { actionId: string }>({
    name: 'standing-runs',
    text: STANDING,
    values: [recurring.map(({ id }) => id), since, now],
  })
  const restarts = recurring.map(({ id, schedule, calendar }) => ({
    id,
    ...restart(
      id,
      schedule,
      calendar,
      rows.filter(({ actionId }) => actionId === id),
      now,
    ),
  }))
  const end = restarts.flatMap((one) => one.end)
  const move = restarts.flatMap((one) => one.move)
  if (end.length > 0) await sql.query({ name: 'end-superseded', text: END, values: [end] })
  if (move.length > 0) await sql.query({ name: 'move-ahead', text: MOVE, values: [JSON.stringify(move)] })
  return new Map(restarts.map(({ id, nextRunAt }) => [id, nextRunAt]))
}

const spreadSecondsOf = (schedule: ActionSchedule): number => (schedule.kind === 'RECURRING' ? schedule.spreadSeconds : 0)

// Read along the unique occurrences, so that an action with a long history costs no more than another: those that are to start, and the
// newest before them, of which a ROLLING schedule has one under way at most.
const STANDING = `
select i.id, a.id as "actionId", (extract(epoch from i.scheduled_for) * 1000)::float8 as "scheduledFor",
  (extract(epoch from i.run_at) * 1000)::float8 as "runAt",
  i.status = 'PENDING' and i.trigger = 'SCHEDULE' and i.run_at > to_timestamp($3::float8 / 1000) as ahead, i.finished_at is not null as over
from unnest($1::uuid[], $2::float8[]) as a(id, since)
cross join lateral (
  (select id, scheduled_for, run_at, status, trigger, finished_at from invocations
   where action_id = a.id and scheduled_for > to_timestamp(a.since / 1000) and backfill_id is null)
  union all
  (select id, scheduled_for, run_at, status, trigger, finished_at from invocations
   where action_id = a.id and scheduled_for <= to_timestamp(a.since / 1000) and backfill_id is null
   order by scheduled_for desc limit 10)
) i
where i.finished_at is null or i.scheduled_for > to_timestamp($3::float8 / 1000)`

const END = `
with ended as (
  update invocations i set ${endedAs('CANCELLED', 'SUPERSEDED')}
  where i.id = any ($1::uuid[]) and i.status = 'PENDING'
  returning ${endedColumns('i')}
), ${CALL_ENDED}
${LOG_ENDED}`

const MOVE = `
with moved as (
  update invocations i
  set run_at = to_timestamp(g."runAt" / 1000), lease_owner = null, lease_until = null
  from json_to_recordset($1) as g (id uuid, "runAt" float8)
  where i.id = g.id and i.status = 'PENDING'
  returning i.id, i.project_id, i.action_id, i.status
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'invocation.updated', date_trunc('milliseconds', clock_timestamp()), action_id, id, status from moved`
