import type pg from 'pg'
import { eventTypeOf } from '../domain/event.ts'
import type { StatusReason } from '../domain/lifecycle.ts'
import { newId } from '../new-id.ts'
import { transaction } from './database.ts'

/** A recurring action whose next occurrence is near or past. Instants are epoch ms, database time. */
export interface DueSchedule {
  actionId: string
  cronExpression: string
  timezone: string
  nextRunAt: number
  now: number
}

export interface MaterializedRun {
  scheduledFor: number
  status: 'PENDING' | 'MISSED'
  statusReason: StatusReason | null
}

export interface MaterializeOptions {
  /** How far ahead of now an occurrence may lie to be looked at. */
  aheadMs: number
  limit: number
  /** Actions to pass over. */
  except: readonly string[]
}

/**
 * Makes invocations of the schedules that are due: `decide` gives the runs of one and where it goes on, or undefined to leave it as it is.
 * One transaction: the schedule moves on if and only if its rows are there. Of several servers one gets each schedule; a row that exists
 * already (unique occurrence) stays as it is.
 *
 * @returns how many schedules were looked at: as many as `limit` means that there may be more
 */
export function materialize(
  pool: pg.Pool,
  { aheadMs, limit, except }: MaterializeOptions,
  decide: (due: DueSchedule) => { runs: readonly MaterializedRun[]; nextRunAt: number | null } | undefined,
): Promise<number> {
  return transaction(pool, async (sql) => {
    const { rows: due } = await sql.query<DueSchedule>({ name: 'due-schedules', text: DUE, values: [aheadMs, limit, except] })
    const decided = due.flatMap((schedule) => {
      const decision = decide(schedule)
      return decision ? [{ schedule, ...decision }] : []
    })
    if (decided.length === 0) return due.length
    const runs = decided.flatMap(({ schedule, runs }) =>
      runs.map((run) => ({ id: newId(), a: schedule.actionId, f: run.scheduledFor, st: run.status, r: run.statusReason })),
    )
    const advanced = decided.map(({ schedule, nextRunAt }) => ({ a: schedule.actionId, n: nextRunAt }))
    await sql.query({ name: 'materialize', text: MATERIALIZE, values: [JSON.stringify(runs)] })
    await sql.query({ name: 'advance-schedules', text: ADVANCE, values: [JSON.stringify(advanced), advanced.map(({ a }) => a)] })
    return due.length
  })
}

// A lock that leaves the key alone: runs that someone asks for meanwhile (foreign key) do not wait for it.
const DUE = `
select id as "actionId", cron_expression as "cronExpression", timezone,
  date_part('epoch', next_run_at) * 1000 as "nextRunAt", date_part('epoch', now()) * 1000 as now
from actions
where next_run_at <= now() + $1::float8 * interval '1 millisecond' and enabled and deleted_at is null and id <> all ($3::uuid[])
order by next_run_at
limit $2
for no key update skip locked`

// The range of `f` says nothing new to us: it makes the planner look each action up by its key (see mark-running.ts).
const MATERIALIZE = `
with made as (
  insert into invocations (id, project_id, action_id, status, outcome, status_reason, trigger, scheduled_for, run_at, sort_at, max_attempts,
    finished_at, actor_kind, record_type, created_at)
  select g.id, a.project_id, a.id, g.st, case when g.st = 'MISSED' then g.st end, g.r, 'SCHEDULE', to_timestamp(g.f / 1000), to_timestamp(g.f / 1000), to_timestamp(g.f / 1000),
    a.max_attempts, case when g.st = 'MISSED' then clock_timestamp() end, 'SYSTEM', a.record_type, clock_timestamp()
  from json_to_recordset($1) as g (id uuid, a uuid, f float8, st invocation_status, r status_reason)
  join actions a on a.id = g.a
  where g.f between 0 and 1e15
  order by g.f
  on conflict (action_id, scheduled_for) where scheduled_for is not null and backfill_id is null do nothing
  returning id, project_id, action_id, status, created_at
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, case status when 'MISSED' then '${eventTypeOf('MISSED')}' else '${eventTypeOf('PENDING')}' end, created_at,
  action_id, id, status
from made`

const ADVANCE = `
update actions a set next_run_at = to_timestamp(g.n / 1000)
from json_to_recordset($1) as g (a uuid, n float8)
where a.id = g.a and a.id = any ($2::uuid[])`
