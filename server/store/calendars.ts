import type { CalendarSpec } from '../domain/calendar-input.ts'
import type { Calendar } from '../domain/recurring.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** A stored calendar as commands edit it. */
export interface StoredCalendar {
  id: string
  spec: CalendarSpec
  /** The database's time when the row was locked, epoch ms. */
  now: number
}

/**
 * The days of calendars of a project, by UUID; unknown ones and those of other projects are left out. Inside a transaction
 * they stay as they are until it ends, so that a next run that was computed from them is not outdated when it is stored.
 */
export async function loadCalendars(sql: Sql, projectId: string, ids: readonly string[]): Promise<Map<string, Calendar>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql.query<DaysRow>({
    name: 'load-calendars',
    text: `${DAYS} where project_id = $1 and id = any ($2::uuid[]) order by id for share`,
    values: [projectId, ids],
  })
  return byId(rows)
}

/** The days of calendars by UUID as they are now, of whatever project. */
export async function readCalendars(sql: Sql, ids: readonly string[]): Promise<Map<string, Calendar>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql.query<DaysRow>({ name: 'read-calendars', text: `${DAYS} where id = any ($1::uuid[])`, values: [ids] })
  return byId(rows)
}

interface DaysRow {
  id: string
  dates: string[]
  weekdays: number[]
}

const DAYS = 'select id, dates::text[], weekdays from calendars'

const byId = (rows: readonly DaysRow[]): Map<string, Calendar> =>
  new Map(rows.map(({ id, dates, weekdays }) => [id, { dates: new Set(dates), weekdays: new Set(weekdays) }]))

/** As loadCalendars, for one; null without an id, undefined when the project has none with that id. */
export async function loadCalendar(sql: Sql, projectId: string, id: string | null): Promise<Calendar | null | undefined> {
  return id === null ? null : (await loadCalendars(sql, projectId, [id])).get(id)
}

/** Stores a calendar and its event. Gives its UUID; undefined when the project has one of that name. */
export async function insertCalendar(sql: Sql, projectId: string, { name, dates, weekdays }: CalendarSpec): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(INSERT, [newId(), projectId, name, dates, weekdays])
  return rows[0]?.id
}

/** Reads a calendar and keeps its row locked until the transaction ends. Undefined when the project has none with that id. */
export async function lockCalendar(sql: Sql, projectId: string, id: string): Promise<StoredCalendar | undefined> {
  const { rows } = await sql.query<CalendarSpec & { id: string; now: number }>(
    `select id, name, dates::text[], weekdays, date_part('epoch', clock_timestamp()) * 1000 as now
     from calendars where project_id = $1 and id = $2 for update`,
    [projectId, id],
  )
  const [row] = rows
  return row && { id: row.id, spec: { name: row.name, dates: row.dates, weekdays: row.weekdays }, now: row.now }
}

/** Writes a locked calendar and its event. Another calendar of that name is a unique violation. */
export async function writeCalendar(sql: Sql, id: string, { name, dates, weekdays }: CalendarSpec): Promise<void> {
  await sql.query(WRITE, [id, name, dates, weekdays])
}

/**
 * Deletes a locked calendar that no action uses; those that are deleted forget it.
 * Gives how many actions use it: it is deleted if and only if that is 0.
 */
export async function deleteStoredCalendar(sql: Sql, id: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'select count(*)::int as count from actions where calendar_id = $1 and deleted_at is null',
    [id],
  )
  const { count } = rows[0]!
  if (count > 0) return count
  await sql.query('update actions set calendar_id = null, calendar_rule = null where calendar_id = $1', [id])
  await sql.query(DELETE, [id])
  return 0
}

const NOW = `date_trunc('milliseconds', clock_timestamp())`

const INSERT = `
with calendar as (
  insert into calendars (id, project_id, name, dates, weekdays, created_at, updated_at)
  select $1, $2, $3, $4, $5, at, at from (select ${NOW} as at) c
  on conflict (project_id, name) do nothing
  returning id, project_id, created_at
), event as (
  insert into events (project_id, type, at) select project_id, 'calendar.created', created_at from calendar
)
select id from calendar`

const WRITE = `
with calendar as (
  update calendars set name = $2, dates = $3, weekdays = $4, updated_at = ${NOW} where id = $1 returning project_id, updated_at
)
insert into events (project_id, type, at) select project_id, 'calendar.updated', updated_at from calendar`

const DELETE = `
with calendar as (
  delete from calendars where id = $1 returning project_id
)
insert into events (project_id, type, at) select project_id, 'calendar.deleted', ${NOW} from calendar`
