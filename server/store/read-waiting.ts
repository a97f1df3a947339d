import type { Waiting } from '../domain/blockers.ts'
import { publicId } from '../domain/ids.ts'
import { parseLane, subjectsOf } from '../domain/lane.ts'
import { AHEAD_MAX } from '../domain/lane-blockers.ts'
import type { Sql } from './database.ts'
import { readSubjects } from './lane-subjects.ts'
import { IN_FRONT } from './overlap.ts'

/** What invocations wait for, by UUID; one that is running or final is left out. */
export async function readWaiting(sql: Sql, ids: readonly string[]): Promise<Map<string, Waiting>> {
  const { rows } = await sql.query<Omit<Waiting, 'heldBack'> & { id: string; lane: string | null; ahead: number }>({
    name: 'read-waiting',
    text: READ,
    values: [ids],
  })
  const lanes = new Map(rows.flatMap(({ lane }) => (lane === null ? [] : [[lane, parseLane(lane)]])))
  const subjects = lanes.size > 0 ? (await readSubjects(sql, [...lanes.values()])).subjects : undefined
  const heldBack = (lane: string | null, ahead: number) =>
    lane === null ? null : { ahead, subjects: subjectsOf(lanes.get(lane)!).flatMap((name) => subjects!.get(name) ?? []) }
  return new Map(
    rows.map(({ id, inFront, lane, ahead, ...row }) => [
      id,
      { ...row, inFront: inFront && { ...inFront, id: publicId('invocation', inFront.id) }, heldBack: heldBack(lane, ahead) },
    ]),
  )
}

const READ = `
select i.id, i.status, i.trigger, round(date_part('epoch', i.run_at) * 1000) as "runAt", i.held, i.attempt_count as "attemptCount",
  i.lane, f.ahead, a.pause_note as "pauseNote", p.execution_mode as mode, o."inFront", beat."schedulerAt",
  date_part('epoch', clock_timestamp()) * 1000 as now
from invocations i
join actions a on a.id = i.action_id
join projects p on p.id = i.project_id
left join lateral (select date_part('epoch', beat_at) * 1000 as "schedulerAt" from scheduler_beats where one) beat on true
left join lateral (
  select count(*)::int as ahead from (
    select from invocations f
    where i.lane is not null and f.lane = i.lane and f.finished_at is null and not f.held and (f.run_at, f.id) < (i.run_at, i.id)
    limit ${AHEAD_MAX}) x
) f on true
left join lateral (
  select json_build_object('id', o.id, 'status', o.status) as "inFront" from invocations o
  where i.exclusive and i.trigger = 'SCHEDULE' and i.status = 'PENDING' and ${IN_FRONT}
  order by o.run_at limit 1
) o on true
where i.id = any ($1::uuid[]) and i.finished_at is null and i.status <> 'RUNNING'`
