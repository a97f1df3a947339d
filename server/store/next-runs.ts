import { nextRun } from '../domain/recurring.ts'
import type { Sql } from './database.ts'
import type { ScheduleRow } from './schedule-row.ts'

/** A schedule whose next time is another one now. Instants are epoch ms. */
export interface MovedSchedule {
  schedule: ScheduleRow
  from: number | null
  to: number | null
}

/**
 * Works out for each schedule the first nominal time after `now` that has no row yet (one that was skipped has its row), and gives those for
 * which another one is stored. A schedule that cannot be worked out, such as one in an unknown zone, goes to `onBroken` and is left out.
 */
export async function findMoved(
  sql: Sql,
  schedules: readonly ScheduleRow[],
  now: number,
  onBroken: (schedule: ScheduleRow, error: unknown) => void,
): Promise<MovedSchedule[]> {
  const moved: MovedSchedule[] = []
  let open: MovedSchedule[] = []
  const look = (schedule: ScheduleRow, after: number) => {
    try {
      const to = nextRun(schedule.rule, schedule.calendar, after) ?? null
      const one = { schedule, from: schedule.nextRunAt, to }
      if (to === one.from) return
      if (to === null) moved.push(one)
      else open.push(one)
    } catch (error) {
      onBroken(schedule, error)
    }
  }
  for (const schedule of schedules) look(schedule, now)
  while (open.length > 0) {
    const taken = await withRow(sql, open)
    const looked = open
    open = []
    looked.forEach((one, index) => {
      if (taken.has(index)) look(one.schedule, one.to!)
      else moved.push(one)
    })
  }
  return moved
}

/**
 * Stores the new times, except of schedules that were edited or went on meanwhile, each with an event that says why. Gives how many.
 * @param note undefined for no event
 */
export async function storeMoved(sql: Sql, moved: readonly MovedSchedule[], note?: (moved: MovedSchedule) => string): Promise<number> {
  if (moved.length === 0) return 0
  const rows = moved.map((one, i) => ({
    i,
    a: one.schedule.actionId,
    u: one.schedule.updatedAt,
    f: iso(one.from),
    t: iso(one.to),
    n: note?.(one),
  }))
  const { rows: stored } = await sql.query<[number]>({ name: 'store-moved', text: STORE, values: [JSON.stringify(rows)], rowMode: 'array' })
  return stored[0]![0]
}

const iso = (at: number | null): string | undefined => (at === null ? undefined : new Date(at).toISOString())

/** Which of them, by index, have a row at their new time. */
async function withRow(sql: Sql, moved: readonly MovedSchedule[]): Promise<Set<number>> {
  const { rows } = await sql.query<[number]>({
    name: 'times-with-row',
    text: WITH_ROW,
    values: [JSON.stringify(moved.map(({ schedule, to }, i) => ({ i, a: schedule.actionId, t: iso(to) })))],
    rowMode: 'array',
  })
  return new Set(rows.map(([index]) => index))
}

// `offset 0`, so that each is looked up by its key and not found in a scan of them all.
const WITH_ROW = `
select g.i from json_to_recordset($1) as g (i integer, a uuid, t timestamptz)
cross join lateral (
  select from invocations i where i.action_id = g.a and i.scheduled_for = g.t and i.backfill_id is null offset 0
) taken`

// The range of `i` says nothing new to us: it makes the planner look each action up by its key (see mark-running.ts).
const STORE = `
with moved as (
  update actions a set next_run_at = g.t
  from json_to_recordset($1) as g (i integer, a uuid, u timestamptz, f timestamptz, t timestamptz, n text)
  where g.i between 0 and 1e9 and a.id = g.a and a.updated_at = g.u and a.next_run_at is not distinct from g.f and a.enabled and a.deleted_at is null
  returning a.project_id, a.id, g.n
), logged as (
  insert into events (project_id, type, at, action_id, note)
  select project_id, 'action.rescheduled', date_trunc('milliseconds', clock_timestamp()), id, n from moved where n is not null
)
select count(*)::int from moved`
