import type { BackfillStatus } from '../domain/backfill.ts'
import { publicId } from '../domain/ids.ts'
import { sourcesOf } from '../domain/lifecycle.ts'
import type { AuditNote } from './audited.ts'
import type { Sql } from './database.ts'
import { CALL_ENDED, END_APPROVALS, endedAs, endedColumns, LOG_ENDED } from './ended.ts'
import { notesOfRuns } from './note-of-run.ts'

/**
 * Ends a locked, running backfill and writes its event. The event names the newest run that it made, if any: so it also reaches
 * those who watch the runs.
 */
export async function finishBackfill(sql: Sql, id: string, status: Exclude<BackfillStatus, 'RUNNING'>): Promise<void> {
  await sql.query({ name: 'finish-backfill', text: FINISH, values: [id, status] })
}

/**
 * Cancels a running backfill with all of its runs whose request has not left. Gives null when it did, else the end it had come to
 * before; undefined for an unknown one and one of another project. Takes a transaction. Each of these runs is noted.
 */
export async function cancelBackfill(
  sql: Sql,
  projectId: string,
  id: string,
  note: (note: AuditNote) => void,
): Promise<BackfillStatus | null | undefined> {
  const { rows } = await sql.query<{ status: BackfillStatus }>(
    'select status from backfills where id = $1 and project_id = $2 for no key update',
    [id, projectId],
  )
  const status = rows[0]?.status
  if (status !== 'RUNNING') return status
  const values = [id, sourcesOf('CANCELLED', 'USER')]
  const { rows: ended } = await sql.query<[string]>({ name: 'cancel-backfill-runs', text: CANCEL_RUNS, values, rowMode: 'array' })
  const data = { backfill: publicId('backfill', id) }
  for (const run of await notesOfRuns(sql, ended.flat())) {
    note({ ...run, verb: 'invocation.cancelled', data, after: { status: 'CANCELLED' } })
  }
  await finishBackfill(sql, id, 'CANCELLED')
  return null
}

const FINISH = `
with finished as (
  update backfills set status = $2, finished_at = date_trunc('milliseconds', clock_timestamp())
  where id = $1
  returning id, project_id, action_id, finished_at
)
insert into events (project_id, type, at, action_id, invocation_id)
select project_id, 'backfill.finished', finished_at, action_id,
  (select i.id from invocations i where i.backfill_id = f.id order by i.scheduled_for desc limit 1)
from finished f`

const CANCEL_RUNS = `
with ended as (
  update invocations i set ${endedAs('CANCELLED', 'USER')}
  where i.backfill_id = $1 and i.status = any ($2::invocation_status[])
  returning ${endedColumns('i')}
), ${CALL_ENDED}, ${END_APPROVALS}, logged as (
  ${LOG_ENDED}
)
select e.id from ended e join invocations i on i.id = e.id order by i.scheduled_for`
