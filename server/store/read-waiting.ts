import type { Waiting } from '../domain/blockers.ts'
import { publicId } from '../domain/ids.ts'
import type { Sql } from './database.ts'
import { IN_FRONT } from './overlap.ts'

/** What invocations wait for, by UUID; one that is running or final is left out. */
export async function readWaiting(sql: Sql, ids: readonly string[]): Promise<Map<string, Waiting>> {
  const { rows } = await sql.query<Waiting & { id: string }>({ name: 'read-waiting', text: READ, values: [ids] })
  return new Map(
    rows.map(({ id, inFront, ...row }) => [id, { ...row, inFront: inFront && { ...inFront, id: publicId('invocation', inFront.id) } }]),
  )
}

const READ = `
select i.id, i.status, i.trigger, round(date_part('epoch', i.run_at) * 1000) as "runAt", i.held, i.attempt_count as "attemptCount",
  a.pause_note as "pauseNote", p.execution_mode as mode, o."inFront", beat."schedulerAt",
  date_part('epoch', clock_timestamp()) * 1000 as now
from invocations i
join actions a on a.id = i.action_id
join projects p on p.id = i.project_id
left join lateral (select date_part('epoch', beat_at) * 1000 as "schedulerAt" from scheduler_beats where one) beat on true
left join lateral (
  select json_build_object('id', o.id, 'status', o.status) as "inFront" from invocations o
  where i.exclusive and i.trigger = 'SCHEDULE' and i.status = 'PENDING' and ${IN_FRONT}
  order by o.run_at limit 1
) o on true
where i.id = any ($1::uuid[]) and i.finished_at is null and i.status <> 'RUNNING'`
