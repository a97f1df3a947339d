import type { Actor } from '../domain/actor.ts'
import { backfillWidth, stepBackfill, timesToLookAt } from '../domain/backfill.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { type ActionRow, scheduleOf } from './action-row.ts'
import { auditedOn } from './audited.ts'
import { loadCalendar } from './calendars.ts'
import type { Database, Sql } from './database.ts'
import { finishBackfill } from './finish-backfill.ts'
import { holdMade } from './hold-made.ts'
import { notesOfRuns } from './note-of-run.ts'
import { authorOfOperation } from './operation-author.ts'

/** The backfills that are under way, oldest first, and whether there is something to do for each: a run to make, or its end. */
export async function openBackfills(sql: Sql): Promise<{ id: string; ready: boolean }[]> {
  const { rows } = await sql.query<{ id: string; overlapPolicy: string; open: number; last: boolean }>({
    name: 'open-backfills',
    text: OPEN,
  })
  return rows.map(({ id, overlapPolicy, open, last }) => ({ id, ready: last ? open === 0 : open < backfillWidth(overlapPolicy) }))
}

/**
 * Makes the next runs of a backfill, or ends it. One transaction: it moves on if and only if its rows are there. Of several
 * servers one does the step, the others pass over it. Each run is noted in the name of who started the backfill. Gives how many were made, or
 * undefined when nothing was changed.
 */
export function driveBackfill(db: Database, id: string): Promise<number | undefined> {
  return auditedOn(db, db.engine, async (sql, note) => {
    const { rows } = await sql.query<Row>({ name: 'lock-backfill', text: LOCK, values: [id] })
    const [row] = rows
    if (!row) return undefined
    const schedule = scheduleOf(row)
    if (schedule.kind !== 'RECURRING' || schedule.recurrence === 'ROLLING' || row.deleted_at) {
      await finishBackfill(sql, id, 'CANCELLED')
      return 0
    }
    const { next_at, to_at, made, skipped } = row
    const open = await countOpen(sql, id)
    const calendar = (await loadCalendar(sql, row.project_id, schedule.calendarId)) ?? null
    const times = next_at ? timesToLookAt(schedule, calendar, { nextAt: next_at.getTime(), toAt: to_at.getTime(), made, skipped }) : []
    const done = await doneAmong(sql, row.action_id, times)
    const step = stepBackfill(times, done, backfillWidth(row.overlap_policy) - open)
    const runs = step.make.map((at) => ({ id: newId(), at }))
    const values = [id, JSON.stringify(runs), step.nextAt, step.make.length, step.skipped]
    const { rows: stored } = await sql.query<[string]>({ name: 'step-backfill', text: STEP, values, rowMode: 'array' })
    if (stored.length > 0) {
      const made = stored.map(([run]) => run)
      const author = await authorOfOperation(sql, { noun: 'backfill', id, projectId: row.project_id, actor: actorOf(row) })
      const timeOf = new Map(runs.map((run) => [run.id, run.at]))
      for (const run of await notesOfRuns(sql, made)) {
        const scheduledFor = new Date(timeOf.get(run.invocationId!)!)
        const data = { trigger: 'BACKFILL', scheduledFor, backfill: publicId('backfill', id) }
        note(author, { ...run, verb: 'invocation.requested', data })
      }
      await holdMade(sql, db, made, (one) => note(author, one))
    }
    if (step.nextAt === null && open + step.make.length === 0) await finishBackfill(sql, id, 'COMPLETED')
    return step.make.length
  })
}

interface Row extends ActionRow {
  project_id: string
  action_id: string
  deleted_at: Date | null
  next_at: Date | null
  to_at: Date
  made: number
  skipped: number
  actor_kind: Actor['kind']
  actor_id: string | null
}

const actorOf = ({ actor_kind: kind, actor_id: id }: Row) => ({ kind, id })

const OPEN = `
select b.id, a.overlap_policy as "overlapPolicy", b.next_at is null as last,
  (select count(*)::int from invocations i where i.backfill_id = b.id and i.finished_at is null) as open
from backfills b join actions a on a.id = b.action_id
where b.status = 'RUNNING'
order by b.id`

// The key of the action is locked as for any run that someone asks for: its deletion waits and then finds the rows.
const LOCK = `
select a.*, b.action_id, b.next_at, b.to_at, b.made, b.skipped, b.actor_kind, b.actor_id
from backfills b join actions a on a.id = b.action_id
where b.id = $1 and b.status = 'RUNNING'
for no key update of b skip locked
for key share of a`

async function countOpen(sql: Sql, id: string): Promise<number> {
  const { rows } = await sql.query<{ open: number }>({
    name: 'open-runs-of-backfill',
    text: 'select count(*)::int as open from invocations where backfill_id = $1 and finished_at is null',
    values: [id],
  })
  return rows[0]!.open
}

/** Those of the nominal times that have a run which succeeded, also as a repetition by hand, or that is not over. */
async function doneAmong(sql: Sql, actionId: string, times: readonly number[]): Promise<Set<number>> {
  if (times.length === 0) return new Set()
  const { rows } = await sql.query<[number]>({ name: 'done-times', text: DONE, values: [actionId, times], rowMode: 'array' })
  return new Set(rows.map(([at]) => Math.round(at)))
}

// Two looks, each along its unique index: what the schedule made, and what backfills made. Each time is looked up by itself, because the
// planner may expect so few rows of an action that it reads all of them.
const DONE = `
with recursive times as materialized (
  select to_timestamp(t.at / 1000) as at from unnest($2::float8[]) as t (at)
), runs as (
  select i.id, i.status, t.at
  from times t cross join lateral (
    select id, status from invocations where action_id = $1 and scheduled_for = t.at and backfill_id is null limit 1
  ) i
  union all
  select i.id, i.status, t.at
  from backfills b cross join times t cross join lateral (
    select id, status from invocations where backfill_id = b.id and scheduled_for = t.at limit 1
  ) i
  where b.action_id = $1
  union all
  select i.id, i.status, r.at
  from runs r cross join lateral (select id, status from invocations where retry_of_id = r.id offset 0) i
)
select distinct date_part('epoch', at) * 1000 from runs where status <= 'SUCCEEDED'`

// Made in someone's name, who may have lost the right to it since: with no version of the policy they are judged when they are to be sent.
// The total counts by the schedule as it was at the beginning, and is mended at the end: an edit may have changed it.
const STEP = `
with backfill as (
  update backfills b
  set next_at = to_timestamp($3::float8 / 1000), made = made + $4::int, skipped = skipped + $5::int,
    total = greatest(case when $3 is not null then total end, made + $4 + skipped + $5)
  where id = $1
  returning *
), made as (
  insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, actor_id,
    record_type, created_at, backfill_id, policy_version, requested_by)
  select g.id, b.project_id, b.action_id, 'PENDING', 'BACKFILL', to_timestamp(g.at / 1000), c.at, to_timestamp(g.at / 1000), a.max_attempts,
    b.actor_kind, b.actor_id, a.record_type, c.at, b.id, 0,
    case b.actor_kind when 'USER' then b.actor_id else (select t.on_behalf_of from api_tokens t where t.id = b.actor_id) end
  from json_to_recordset($2) as g (id uuid, at float8)
  cross join backfill b
  join actions a on a.id = b.action_id
  cross join (select date_trunc('milliseconds', clock_timestamp()) as at) c
  order by g.at
  on conflict (backfill_id, scheduled_for) where backfill_id is not null do nothing
  returning id, project_id, action_id, status, created_at
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, 'invocation.created', created_at, action_id, id, status from made
)
select id from made`
