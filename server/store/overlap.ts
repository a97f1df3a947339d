import { sourcesOf } from '../domain/lifecycle.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, END_APPROVALS, endedAs, endedColumns, LOG_ENDED } from './ended.ts'

const listOf = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join(', ')

/** SQL: row `o` is a run that holds row `i` back. */
export const IN_FRONT = `o.action_id = i.action_id and o.finished_at is null and o.exclusive and o.id <> i.id
    and (o.status in ('RUNNING', 'RETRYING', 'AWAITING_APPROVAL')
      or o.status = 'PENDING' and not o.held and (o.run_at, o.id) < (i.run_at, i.id))`

/**
 * SQL: some other run of the action of row `i` is not over, so that an occurrence with an overlap policy may not start. What is
 * under way counts, also between two attempts and before its approval, and what waits in front. Of two that both wait the
 * later one is blocked, never both: so no lock is needed.
 */
const BLOCKED = `exists (select from invocations o where ${IN_FRONT})`

/** SQL: row `o` waits in its lane for the circuit of its service to close. */
const CUT_OFF = `exists (select from breakers b where b.service_id = nullif(split_part(o.lane, '/', 2), '')::uuid and b.state <> 'CLOSED')`

/** SQL: row `i` is held back by a run that waits for a circuit to close, and by nothing else but what waits for that run as well. */
const BLOCKED_BY_CIRCUIT = `(exists (select from invocations o where ${IN_FRONT} and ${CUT_OFF})
    and not exists (select from invocations o where ${IN_FRONT} and not ${CUT_OFF} and (o.status <> 'PENDING' or o.trigger <> 'SCHEDULE')))`

/** SQL: row `i` may start as far as the runs of its own action are concerned. Only what the schedule made is held back, and not between its attempts. */
export const NOT_BLOCKED = `(not i.exclusive or i.trigger <> 'SCHEDULE' or i.status <> 'PENDING' or not ${BLOCKED})`

export interface OverlapRound {
  /** Rows that were ended. */
  ended: number
  /** Running invocations of this owner whose place is wanted: their requests are to be given up. */
  abort: string[]
}

/**
 * Decides what becomes of occurrences that are due while another run of their action is not over, by the action's
 * overlap policy: SKIP misses them, QUEUE_ONE lets the first of them wait and misses the others, CANCEL_OTHER ends the others.
 * Those that are missed because the one in front waits for an open circuit say so.
 * One that was made late, after a downtime, waits its turn under either of the first two: the catch-up policy said that it runs.
 */
export async function settleOverlap(sql: Sql, owner: string): Promise<OverlapRound> {
  const { rows } = await sql.query<[number, string[] | null]>({ name: 'settle-overlap', text: SETTLE, values: [owner], rowMode: 'array' })
  const [ended, abort] = rows[0]!
  return { ended, abort: abort ?? [] }
}

const SETTLE = `
with due as materialized (
  select i.id, i.action_id, i.run_at, i.created_at <= i.run_at as on_time, a.overlap_policy as policy, ${BLOCKED_BY_CIRCUIT} as by_circuit
  from invocations i join actions a on a.id = i.action_id
  where i.finished_at is null and i.exclusive and not i.held and i.status = 'PENDING' and i.trigger = 'SCHEDULE'
    and i.run_at <= now() and ${BLOCKED}
  for update of i skip locked
), passed_over as (
  select d.id, d.by_circuit from due d
  where d.on_time and (d.policy = 'SKIP'
    or d.policy = 'QUEUE_ONE' and exists (select from due q where q.action_id = d.action_id and (q.run_at, q.id) < (d.run_at, d.id)))
), missed as (
  update invocations i set ${endedAs('MISSED', 'OVERLAP')}
  from passed_over d
  where i.id = d.id and not d.by_circuit and i.status in (${listOf(sourcesOf('MISSED', 'OVERLAP'))})
  returning ${endedColumns('i')}
), cut_off as (
  update invocations i set ${endedAs('MISSED', 'CIRCUIT_OPEN')}
  from passed_over d
  where i.id = d.id and d.by_circuit and i.status in (${listOf(sourcesOf('MISSED', 'CIRCUIT_OPEN'))})
  returning ${endedColumns('i')}
), superseded as (
  update invocations o set ${endedAs('CANCELLED', 'SUPERSEDED')}
  from due d
  where d.policy = 'CANCEL_OTHER' and o.action_id = d.action_id and o.finished_at is null and o.exclusive and o.id <> d.id
    and o.status in (${listOf(sourcesOf('CANCELLED', 'SUPERSEDED'))}) and (o.status <> 'PENDING' or (o.run_at, o.id) < (d.run_at, d.id))
  returning ${endedColumns('o')}
), ended as (
  select * from missed union all select * from cut_off union all select * from superseded
), ${CALL_ENDED}, ${END_APPROVALS}, logged as (
  ${LOG_ENDED}
)
select (select count(*)::int from ended), (
  select array_agg(o.id) from due d join invocations o on o.action_id = d.action_id
  where d.policy = 'CANCEL_OTHER' and o.finished_at is null and o.exclusive and o.status = 'RUNNING' and o.lease_owner = $1)`
