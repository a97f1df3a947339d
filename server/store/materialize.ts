import type pg from 'pg'
import { SYSTEM } from '../domain/actor.ts'
import { eventTypeOf } from '../domain/event.ts'
import type { StatusReason } from '../domain/lifecycle.ts'
import { mayBeLateMs } from '../domain/run-policies.ts'
import { newId } from '../new-id.ts'
import { holdForApproval } from './approvals.ts'
import { auditedOn } from './audited.ts'
import { callBack } from './callback-rows.ts'
import type { Database } from './database.ts'
import { type Chosen, passOverLate } from './pass-over-late.ts'
import {
  notPassedOver,
  type PassedOver,
  passedOverValues,
  SCHEDULE_COLUMN_COUNT,
  SCHEDULE_COLUMNS,
  type ScheduleColumns,
  type ScheduleRow,
  toScheduleRows,
} from './schedule-row.ts'

/** A recurring action whose next occurrence is near or past. Instants are epoch ms, database time. */
export interface DueSchedule extends ScheduleRow {
  nextRunAt: number
  spreadSeconds: number
  catchUp: 'LATEST' | 'ALL' | 'NONE'
  catchUpWindowSeconds: number
  maxRuns: number | null
  runsMade: number
  now: number
}

export interface MaterializedRun {
  /** Nominal and effective time. */
  scheduledFor: number
  runAt: number
  status: 'PENDING' | 'MISSED'
  statusReason: StatusReason | null
  missedCount: number | null
}

/** What becomes of one schedule. When `maxRuns` is reached with these runs it has no next time, whatever `nextRunAt` says. */
export interface Decision {
  runs: readonly MaterializedRun[]
  nextRunAt: number | null
}

export interface MaterializeOptions {
  /** How far ahead of now an occurrence may lie to be looked at. */
  aheadMs: number
  /** Schedules to look at. */
  limit: number
  except: PassedOver
  /** Opens what approvals are bound to, and keeps the audit. */
  db: Pick<Database, 'vault' | 'audit'>
}

/** Rows of one transaction, after which no other schedule is looked at: bounds how long a statement takes after a long downtime. */
const ROWS_MOST = 5_000

/**
 * Makes invocations of the schedules that are due, in projects whose schedules run: `decide` gives the runs of one and where it goes on,
 * or undefined to leave it as it is. One transaction: the schedule moves on if and only if its rows are there. Of several servers one gets
 * each schedule; a row that exists already (unique occurrence) stays as it is and is not counted. Runs that need an approval wait for it.
 *
 * @returns how many schedules moved on, and whether there may be more to do at once
 */
export function materialize(
  pool: pg.Pool,
  { aheadMs, limit, except, db }: MaterializeOptions,
  decide: (due: DueSchedule) => Decision | undefined,
): Promise<{ moved: number; more: boolean }> {
  return auditedOn(db, pool, async (sql, note) => {
    const values = [aheadMs, limit, ...passedOverValues(except)]
    const { rows: found } = await sql.query<DueColumns>({ name: 'due-schedules', text: DUE, values, rowMode: 'array' })
    const schedules = await toScheduleRows(sql, found)
    const runs: object[] = []
    const decided: { id: string; next: number | null }[] = []
    const chosen: Chosen[] = []
    let looked = 0
    for (const [index, row] of found.entries()) {
      if (runs.length >= ROWS_MOST) break
      looked++
      const due = toDue(schedules[index]!, row)
      const decision = decide(due)
      if (!decision) continue
      const { actionId } = schedules[index]!
      for (const run of decision.runs) runs.push(toGiven(actionId, run))
      const late = due.catchUp === 'LATEST' && decision.runs.find(({ status, runAt }) => status === 'PENDING' && runAt < due.now)
      if (late) chosen.push({ actionId, scheduledFor: late.scheduledFor, since: due.now - due.spreadSeconds * 1000 - mayBeLateMs(due) })
      decided.push({ id: actionId, next: decision.nextRunAt })
    }
    if (chosen.length > 0) await passOverLate(sql, chosen)
    if (decided.length > 0) {
      const made = await sql.query<[string, string | null]>({
        name: 'materialize',
        text: MATERIALIZE,
        values: [JSON.stringify(runs)],
        rowMode: 'array',
      })
      const counts = new Map<string, number>()
      for (const [id] of made.rows) counts.set(id, (counts.get(id) ?? 0) + 1)
      const advanced = decided.map(({ id, next }) => ({ a: id, n: next, c: counts.get(id) ?? 0 }))
      await sql.query({ name: 'advance-schedules', text: ADVANCE, values: [JSON.stringify(advanced)] })
      // Behind that: an approval ends with the next nominal time.
      const wanting = made.rows.flatMap(([, id]) => (id === null ? [] : [{ id }]))
      if (wanting.length > 0) await holdForApproval(sql, db, wanting, (one, projectId) => note({ projectId, actor: SYSTEM }, one))
    }
    return { moved: decided.length, more: found.length === limit || looked < found.length }
  })
}

type OwnColumns = [
  spreadSeconds: number,
  catchUp: DueSchedule['catchUp'],
  catchUpWindowSeconds: number,
  maxRuns: number | null,
  runsMade: number,
  now: number,
]

function toDue(schedule: ScheduleRow, row: DueColumns): DueSchedule {
  const [spreadSeconds, catchUp, catchUpWindowSeconds, maxRuns, runsMade, now] = row.slice(SCHEDULE_COLUMN_COUNT) as OwnColumns
  return { ...schedule, nextRunAt: schedule.nextRunAt!, spreadSeconds, catchUp, catchUpWindowSeconds, maxRuns, runsMade, now }
}

type DueColumns = [...ScheduleColumns, ...OwnColumns]

/** What is null is left out: in JSON, reading a member costs PostgreSQL more than storing it. */
const toGiven = (actionId: string, { scheduledFor, runAt, status, statusReason, missedCount }: MaterializedRun) => ({
  id: newId(),
  a: actionId,
  f: scheduledFor,
  e: runAt === scheduledFor ? undefined : runAt,
  st: status,
  r: statusReason ?? undefined,
  m: missedCount ?? undefined,
})

// The action's lock leaves the key alone: runs that someone asks for meanwhile (foreign key) do not wait for it. The project's makes who
// pauses its schedules wait for us, so that he sees every row there is; and when he came first, his mode is what counts here.
const DUE = `
select ${SCHEDULE_COLUMNS}, a.spread_seconds, a.catch_up, a.catch_up_window_seconds, a.max_runs, a.runs_made,
  date_part('epoch', now()) * 1000
from actions a join projects p on p.id = a.project_id
where a.next_run_at <= now() + $1::float8 * interval '1 millisecond' and a.enabled and a.deleted_at is null
  and p.execution_mode = 'ACTIVE'
  and ${notPassedOver(3)}
order by a.next_run_at
limit $2
for no key update of a skip locked for share of p skip locked`

// The range of `f` says nothing new to us: it makes the planner look each action up by its key (see mark-running.ts).
const MATERIALIZE = `
with made as (
  insert into invocations (id, project_id, action_id, status, outcome, status_reason, trigger, scheduled_for, run_at, sort_at, max_attempts,
    finished_at, actor_kind, record_type, created_at, exclusive, missed_count)
  select g.id, a.project_id, a.id, g.st, case when g.st = 'MISSED' then g.st end, g.r, 'SCHEDULE', to_timestamp(g.f / 1000),
    to_timestamp(coalesce(g.e, g.f) / 1000), to_timestamp(coalesce(g.e, g.f) / 1000), a.max_attempts,
    case when g.st = 'MISSED' then clock_timestamp() end, 'SYSTEM', a.record_type, clock_timestamp(), a.overlap_policy <> 'ALLOW', g.m
  from json_to_recordset($1) as g (id uuid, a uuid, f float8, e float8, st invocation_status, r status_reason, m integer)
  join actions a on a.id = g.a
  where g.f between 0 and 1e15
  order by g.f
  on conflict (action_id, scheduled_for) where scheduled_for is not null and backfill_id is null do nothing
  returning id, project_id, action_id, status, created_at
), called as (
  ${callBack('made', 'created_at', "e.status = 'MISSED'")}
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, case status when 'MISSED' then '${eventTypeOf('MISSED')}' else '${eventTypeOf('PENDING')}' end, created_at,
    action_id, id, status
  from made
)
select m.action_id, case when a.approval is not null then m.id end from made m join actions a on a.id = m.action_id where m.status = 'PENDING'`

// As above, by the range of `c`.
const ADVANCE = `
update actions a
set next_run_at = case when a.max_runs <= a.runs_made + g.c then null else to_timestamp(g.n / 1000) end, runs_made = a.runs_made + g.c
from json_to_recordset($1) as g (a uuid, n float8, c integer)
where a.id = g.a and g.c between 0 and 1e9`
