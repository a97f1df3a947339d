import { ON_TIME_MS } from '../domain/run-policies.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { UP_SINCE } from './scheduler-beat.ts'

/** A late run that the catch-up policy LATEST chose. Instants are epoch ms. */
export interface Chosen {
  actionId: string
  scheduledFor: number
  /** The first nominal time that could have run in its place. */
  since: number
}

/**
 * Of late occurrences LATEST runs the newest alone: an older one that had its row before the downtime, and was not sent in time, is
 * MISSED like those that had none. One that was due while a scheduler was at work has its own reason to be late, as has one in a lane.
 */
export async function passOverLate(sql: Sql, chosen: readonly Chosen[]): Promise<void> {
  const given = chosen.map(({ actionId, scheduledFor, since }) => ({ a: actionId, f: scheduledFor, s: since }))
  await sql.query({ name: 'pass-over-late', text: PASS_OVER, values: [JSON.stringify(given)] })
}

// Read along the unique occurrences, from `s` to `f`.
const PASS_OVER = `
with ended as (
  update invocations i set ${endedAs('MISSED', 'SCHEDULER_DOWN')}
  from json_to_recordset($1) as g (a uuid, f float8, s float8)
  where i.action_id = g.a and i.scheduled_for >= to_timestamp(g.s / 1000) and i.scheduled_for < to_timestamp(g.f / 1000)
    and i.backfill_id is null and i.status = 'PENDING' and i.trigger = 'SCHEDULE' and not i.held and i.lane is null and i.created_at <= i.run_at
    and i.run_at < ${UP_SINCE} and i.run_at < clock_timestamp() - ${ON_TIME_MS / 1000} * interval '1 second'
  returning ${endedColumns('i')}
), ${CALL_ENDED}
${LOG_ENDED}`
