import type { Waiting } from '../domain/blockers.ts'
import { publicId } from '../domain/ids.ts'
import { ENGINE_NAME, type Sql } from './database.ts'
import { IN_FRONT } from './overlap.ts'

/** What invocations wait for, by UUID; one that is running or final is left out. */
export async function readWaiting(sql: Sql, ids: readonly string[]): Promise<Map<string, Waiting>> {
  const { rows } = await sql.query<Waiting & { id: string }>({ name: 'read-waiting', text: READ, values: [ids, ENGINE_NAME] })
  return new Map(
    rows.map(({ id, inFront, ...row }) => [id, { ...row, inFront: inFront && { ...inFront, id: publicId('invocation', inFront.id) } }]),
  )
}

/**
 * A scheduler has connections of its own and a statement on one of them every quarter of a second. So the database itself
 * knows whether one is at work, and nobody has to write a sign of life.
 */
const READ = `
select i.id, i.status, i.trigger, round(date_part('epoch', i.run_at) * 1000) as "runAt", i.held, i.attempt_count as "attemptCount",
  a.pause_note as "pauseNote", p.execution_mode as mode, o."inFront", beat."schedulerAt",
  date_part('epoch', clock_timestamp()) * 1000 as now
from invocations i
join actions a on a.id = i.action_id
join projects p on p.id = i.project_id
cross join (
  select date_part('epoch', max(query_start)) * 1000 as "schedulerAt" from pg_stat_activity
  where datname = current_database() and application_name = $2
) beat
left join lateral (
  select json_build_object('id', o.id, 'status', o.status) as "inFront" from invocations o
  where i.exclusive and i.trigger = 'SCHEDULE' and i.status = 'PENDING' and ${IN_FRONT}
  order by o.run_at limit 1
) o on true
where i.id = any ($1::uuid[]) and i.finished_at is null and i.status <> 'RUNNING'`
