import type { Sql } from './database.ts'
import { MAY_RUN, type Marked, markStatement, REQUEST, runMark, STATES } from './mark-running.ts'
import { TARGET } from './pinned-request.ts'

/** A run that is judged again before it is sent, because it was approved or the rules changed since it was asked for. */
export interface GuardedRow {
  id: string
  attemptCount: number
  /** A URL of the host that it calls. */
  target: string
}

export interface ListGuarded {
  /** How far ahead of its instant a run is judged. */
  aheadMs: number
  limit: number
  /** Beginnings of URLs (`https://host:port/`) of hosts that are busy. */
  saturated: readonly string[]
}

/**
 * Guarded runs that are due within `aheadMs`, oldest first, as far as their action and project let them run, without those in lanes. `comesInMs`:
 * until the next one after that is due; Infinity without any.
 */
export async function listGuarded(
  sql: Sql,
  { aheadMs, limit, saturated }: ListGuarded,
): Promise<{ comesInMs: number; rows: GuardedRow[] }> {
  const { rows } = await sql.query<[comesInMs: number | null, id: string | null, attemptCount: number, target: string]>({
    name: 'list-guarded',
    text: LIST,
    values: [aheadMs, limit, saturated],
    rowMode: 'array',
  })
  return {
    comesInMs: rows[0]![0] ?? Number.POSITIVE_INFINITY,
    rows: rows.flatMap(([, id, attemptCount, target]) => (id === null ? [] : [{ id, attemptCount, target }])),
  }
}

export interface TakeGuarded {
  owner: string
  aheadMs: number
  rows: readonly GuardedRow[]
  /** Under which version of its project's rules each of them was judged in this transaction. */
  judged: ReadonlyMap<string, number>
}

/**
 * Marks runs RUNNING that were judged in this transaction, as `markRunning` does, or puts them into their lanes, where they are judged when
 * their turn comes. One whose rules changed since is left as it is.
 */
export function takeGuarded(sql: Sql, { owner, aheadMs, rows, judged }: TakeGuarded): Promise<Marked> {
  const fences = rows.map(({ id, attemptCount }) => ({ id, n: attemptCount, v: judged.get(id) }))
  return runMark(sql, { name: 'take-guarded', text: TAKE, values: [owner, JSON.stringify(fences), aheadMs] })
}

const WAITS = 'i.finished_at is null and not i.held and i.lane is null and i.guarded'

const LIST = `
select (select date_part('epoch', i.run_at - clock_timestamp()) * 1000 from invocations i
    where ${WAITS} and i.run_at > now() + $1::float8 * interval '1 millisecond' order by i.run_at limit 1),
  due.id, due.attempt_count, due.target
from (values (1)) as always left join (
  select i.id, i.attempt_count, ${TARGET} as target
  from invocations i ${REQUEST}
  where ${WAITS} and i.run_at <= now() + $1::float8 * interval '1 millisecond' and i.status in (${STATES})
    and ${MAY_RUN} and not ${TARGET} ^@ any ($3::text[])
  order by i.run_at
  limit $2
) due on true`

// The range of `n` says nothing new to us: it makes the planner look each row up by its key (see mark-running.ts). That they are guarded is not
// asked again, since this transaction holds them: it would make the planner read the index of all that are.
const TAKE = markStatement({
  judged: true,
  rows: `json_to_recordset($2) as given (id uuid, n smallint, v integer)
  join invocations i on i.id = given.id ${REQUEST}
  where given.n between 0 and 100 and not i.held and i.lane is null and i.attempt_count = given.n and i.status in (${STATES})
    and given.v = p.policy_version and i.run_at <= clock_timestamp() + $3::float8 * interval '1 millisecond'
    and ${MAY_RUN}
  for update of i skip locked`,
})
