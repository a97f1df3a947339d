import type { ExecutionMode } from '../domain/execution-mode.ts'
import { sourcesOf } from '../domain/lifecycle.ts'
import { type ActionRow, scheduleOf } from './action-row.ts'
import { loadCalendars } from './calendars.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { logProjectEvent } from './log-events.ts'
import { restartSchedules } from './restart-schedules.ts'

/**
 * Sets what of a project runs. Gives what it was before; does nothing when it was so already. Takes a transaction.
 *
 * When schedules stop, the occurrences that were made ahead are MISSED(PAUSED). When they go on, they count from now: nothing is
 * replayed, and one-time runs whose time passed meanwhile are MISSED(PAUSED). What someone asked for by hand waits while nothing is
 * sent at all, and is sent after that.
 */
export async function setExecutionMode(sql: Sql, projectId: string, mode: ExecutionMode, note: string | null): Promise<ExecutionMode> {
  const { rows } = await sql.query<{ mode: ExecutionMode }>('select execution_mode as mode from projects where id = $1 for no key update', [
    projectId,
  ])
  const before = rows[0]!.mode
  if (before === mode) return before
  await sql.query('update projects set execution_mode = $2 where id = $1', [projectId, mode])
  await logProjectEvent(sql, projectId, note ? `${mode}: ${note}` : mode)
  if (before === 'ACTIVE') await miss(sql, projectId, "a.kind = 'RECURRING'")
  if (mode === 'ACTIVE') {
    await miss(sql, projectId, 'not i.held and i.run_at <= clock_timestamp()')
    await restartAll(sql, projectId)
  }
  return before
}

async function miss(sql: Sql, projectId: string, condition: string): Promise<void> {
  await sql.query(missText(condition), [projectId, sourcesOf('MISSED', 'PAUSED')])
}

const missText = (condition: string) => `
with ended as (
  update invocations i set ${endedAs('MISSED', 'PAUSED')}
  from actions a
  where i.project_id = $1 and i.finished_at is null and i.trigger = 'SCHEDULE' and i.status = any ($2::invocation_status[])
    and a.id = i.action_id and ${condition}
  returning ${endedColumns('i')}
), ${CALL_ENDED}
${LOG_ENDED}`

/** Actions in one statement. */
const ACTIONS = 500

async function restartAll(sql: Sql, projectId: string): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await sql.query<ActionRow & { now: number }>({
      name: 'lock-schedules',
      text: LOCK,
      values: [projectId, after, ACTIONS],
    })
    const [first] = rows
    if (!first) return
    const calendars = await loadCalendars(
      sql,
      projectId,
      rows.flatMap((row) => row.calendar_id ?? []),
    )
    const restarted = rows.map((row) => ({
      id: row.id,
      schedule: scheduleOf(row),
      calendar: calendars.get(row.calendar_id ?? '') ?? null,
    }))
    const next = await restartSchedules(sql, restarted, Math.floor(first.now))
    await sql.query({
      name: 'set-next-runs',
      text: SET_NEXT,
      values: [JSON.stringify([...next].map(([id, at]) => ({ id, at }))), rows.map(({ id }) => id)],
    })
    after = rows.at(-1)!.id
  }
}

// Runs that someone asks for meanwhile (key share) do not wait for it.
const LOCK = `
select *, date_part('epoch', clock_timestamp()) * 1000 as now from actions
where project_id = $1 and id > $2 and kind = 'RECURRING' and enabled and deleted_at is null
order by id limit $3
for no key update`

const SET_NEXT = `
update actions a set next_run_at = case when a.max_runs <= a.runs_made then null else to_timestamp(g.at / 1000) end
from json_to_recordset($1) as g (id uuid, at float8)
where a.id = g.id and a.id = any ($2::uuid[])`
