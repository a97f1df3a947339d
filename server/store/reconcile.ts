import type pg from 'pg'
import { findMoved, type MovedSchedule, storeMoved } from './next-runs.ts'
import { SCHEDULE_COLUMN_COUNT, SCHEDULE_COLUMNS, type ScheduleColumns, type ScheduleRow, toScheduleRows } from './schedule-row.ts'

/** Schedules of one look: a few milliseconds of this process, so that nothing else waits for long. */
const PAGE = 500

/**
 * Works out the next time of every enabled schedule anew and stores it where another one was stored, or none. What is due, or about to be,
 * is left to the materializer; a ROLLING schedule has no time that could be worked out.
 *
 * @param options.aheadMs how far ahead of now an occurrence may be about to get its row
 * @param options.note what the event of a schedule that moved says
 * @param options.stopped ends it early
 * @returns how many moved; undefined when it ended early
 */
export async function reconcileSchedules(
  pool: pg.Pool,
  options: {
    aheadMs: number
    note(moved: MovedSchedule): string
    onBroken(schedule: ScheduleRow, error: unknown): void
    stopped(): boolean
  },
): Promise<number | undefined> {
  const { rows: ids } = await pool.query<[string]>({ name: 'enabled-schedules', text: ENABLED, rowMode: 'array' })
  let moved = 0
  for (let from = 0; from < ids.length; from += PAGE) {
    if (options.stopped()) return undefined
    const { rows } = await pool.query<[...ScheduleColumns, now: number]>({
      name: 'schedules-to-reconcile',
      text: READ,
      values: [ids.slice(from, from + PAGE).map(([id]) => id), options.aheadMs],
      rowMode: 'array',
    })
    if (rows.length === 0) continue
    const found = await findMoved(pool, await toScheduleRows(pool, rows), rows[0]![SCHEDULE_COLUMN_COUNT], options.onBroken)
    moved += await storeMoved(pool, found, options.note)
  }
  return moved
}

// Read along actions_enabled_idx.
const ENABLED = `
select id from actions where enabled and deleted_at is null and kind = 'RECURRING' and recurrence is distinct from 'ROLLING'`

// `offset 0`, so that each is looked up by its key and not found in an index of all that are enabled.
const READ = `
select ${SCHEDULE_COLUMNS}, date_part('epoch', now()) * 1000
from unnest($1::uuid[]) g (id) cross join lateral (select * from actions where id = g.id offset 0) a
where a.enabled and a.deleted_at is null and a.kind = 'RECURRING' and a.recurrence is distinct from 'ROLLING'
  and (a.next_run_at > now() + $2::float8 * interval '1 millisecond' or a.next_run_at is null
    and (a.end_at is null or a.end_at > now()) and (a.max_runs is null or a.runs_made < a.max_runs))`
