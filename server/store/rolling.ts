import type pg from 'pg'
import { transaction } from './database.ts'
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

/** A ROLLING schedule whose last run has ended. */
export interface EndedRun extends ScheduleRow {
  /** When; now, when it never had one. Epoch ms, database time. */
  endedAt: number
}

/**
 * Gives ROLLING schedules without a next time one, as soon as their newest run is final; `decide` gives it, null when there is none. Of
 * several servers one gets each schedule. Gives how many were looked at: as many as `limit` means that there may be more.
 */
export function goOnRolling(
  pool: pg.Pool,
  { limit, except }: { limit: number; except: PassedOver },
  decide: (ended: EndedRun) => number | null,
): Promise<number> {
  return transaction(pool, async (sql) => {
    const { rows } = await sql.query<[...ScheduleColumns, endedAt: number]>({
      name: 'ended-rolling',
      text: ENDED,
      values: [limit, ...passedOverValues(except)],
      rowMode: 'array',
    })
    if (rows.length === 0) return 0
    const schedules = await toScheduleRows(sql, rows)
    const next = schedules.flatMap((schedule, index) => {
      const at = decide({ ...schedule, endedAt: Math.round(rows[index]![SCHEDULE_COLUMN_COUNT]) })
      return at === null ? [] : [{ a: schedule.actionId, n: at }]
    })
    if (next.length > 0) await sql.query({ name: 'go-on-rolling', text: GO_ON, values: [JSON.stringify(next)] })
    return rows.length
  })
}

// The newest run alone is looked at, however long the history: a ROLLING schedule never has two under way.
const ENDED = `
select ${SCHEDULE_COLUMNS}, date_part('epoch', least(last.finished_at, now())) * 1000
from actions a
left join lateral (
  select i.id, i.finished_at from invocations i
  where i.action_id = a.id and i.scheduled_for is not null and i.backfill_id is null
  order by i.sort_at desc, i.id desc limit 1
) last on true
where a.recurrence = 'ROLLING' and a.next_run_at is null and a.enabled and a.deleted_at is null
  and (a.end_at is null or a.end_at > now()) and (a.max_runs is null or a.runs_made < a.max_runs)
  and (last.id is null or last.finished_at is not null) and ${notPassedOver(2)}
order by a.id
limit $1
for no key update of a skip locked`

const GO_ON = `
update actions a set next_run_at = to_timestamp(g.n / 1000)
from json_to_recordset($1) as g (a uuid, n float8)
where a.id = g.a`
