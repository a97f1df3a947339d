import type { Actor } from '../domain/actor.ts'
import { eventTypeOf } from '../domain/event.ts'
import { nextRun, spreadOf } from '../domain/recurring.ts'
import { newId } from '../new-id.ts'
import type { StoredAction } from './action-row.ts'
import { loadCalendar } from './calendars.ts'
import { cancelInvocation } from './cancel-invocation.ts'
import type { Sql } from './database.ts'

/**
 * Cancels the next occurrence of a locked action: its row when it was made ahead, else it gets one that is CANCELLED, and the
 * schedule moves on. Gives the UUID of that invocation; undefined when nothing is to come.
 *
 * While the action is locked its schedule makes no runs; of this and the statement that marks a row RUNNING one wins, and when
 * that one wins, the run after it is the next.
 */
export async function skipNext(sql: Sql, projectId: string, actor: Actor, action: StoredAction): Promise<string | undefined> {
  const { schedule } = action.spec
  const spread = schedule.kind === 'RECURRING' ? spreadOf(action.id, schedule.spreadSeconds) : 0
  const { rows } = await sql.query<{ id: string }>({ name: 'run-ahead', text: AHEAD, values: [action.id, spread] })
  const [ahead] = rows
  if (ahead && (await cancelInvocation(sql, projectId, ahead.id)) === null) return ahead.id
  if (schedule.kind !== 'RECURRING') return undefined
  const calendar = (await loadCalendar(sql, projectId, schedule.calendarId)) ?? null
  const { rows: cursor } = await sql.query<{ at: number | null }>(
    "select round(date_part('epoch', next_run_at) * 1000) as at from actions where id = $1",
    [action.id],
  )
  for (let at: number | undefined = cursor[0]?.at ?? undefined; at !== undefined; ) {
    const next: number | undefined = nextRun(schedule, calendar, at)
    const values = [newId(), action.id, at, spread, actor.kind, actor.id, next, eventTypeOf('CANCELLED')]
    const { rows: skipped } = await sql.query<{ id: string }>({ name: 'skip-next', text: SKIP, values })
    if (skipped[0]) return skipped[0].id
    // It has a row from before its schedule was edited or resumed.
    at = next
  }
  return undefined
}

// Along the unique occurrences, from the first nominal time on whose run can still be ahead.
const AHEAD = `
select id from invocations
where action_id = $1 and scheduled_for > now() - $2::float8 * interval '1 millisecond' and backfill_id is null
  and status = 'PENDING' and trigger = 'SCHEDULE' and not held and run_at > clock_timestamp()
order by scheduled_for limit 1`

const SKIP = `
with moved as (
  update actions set next_run_at = to_timestamp($7::float8 / 1000) where id = $2
  returning id, project_id, max_attempts, record_type, date_trunc('milliseconds', clock_timestamp()) as now
), skipped as (
  insert into invocations (id, project_id, action_id, status, outcome, status_reason, trigger, scheduled_for, run_at, sort_at, max_attempts,
    finished_at, actor_kind, actor_id, record_type, created_at)
  select $1, project_id, id, 'CANCELLED', 'CANCELLED', 'USER', 'SCHEDULE', to_timestamp($3::float8 / 1000),
    to_timestamp(($3 + $4::float8) / 1000), to_timestamp(($3 + $4) / 1000), max_attempts, now, $5, $6, record_type, now
  from moved
  on conflict (action_id, scheduled_for) where scheduled_for is not null and backfill_id is null do nothing
  returning id, project_id, action_id, status, created_at
), event as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, $8, created_at, action_id, id, status from skipped
)
select id from skipped`
