import type { PastRun } from '../domain/policy-dry-run.ts'
import { type ApprovableRun, readApprovableRuns } from './approval-run.ts'
import type { Sql } from './database.ts'

/** Each may carry a body of 256 KiB. */
const BATCH_ROWS = 50

/** A run of the past with all that conditions see of it. */
export type ReadRun = ApprovableRun & Pick<PastRun, 'retry' | 'missed'>

/**
 * The newest `last` runs of a project, or of one of its actions (UUIDs), newest first, which are there now and whose time has come. Read in
 * batches while they are asked for, so that few bodies are in memory at a time.
 */
export async function* readPastRuns(sql: Sql, projectId: string, actionId: string | null, last: number): AsyncGenerator<ReadRun[]> {
  let after: Place | undefined
  for (let left = last; left > 0; ) {
    const values = [actionId ?? projectId, after?.sortAt ?? null, after?.id ?? null, Math.min(BATCH_ROWS, left)]
    const { rows } = await sql.query<Place & Pick<PastRun, 'retry' | 'missed'>>(
      actionId === null
        ? { name: 'past-runs', text: page('project_id'), values }
        : { name: 'past-runs-of-action', text: page('action_id'), values },
    )
    const runs = await readApprovableRuns(
      sql,
      rows.map(({ id }) => id),
      { hold: false },
    )
    yield rows.flatMap(({ id, retry, missed }) => {
      const run = runs.get(id)
      return run ? [{ ...run, retry, missed }] : []
    })
    left -= rows.length
    after = rows.at(-1)
    if (rows.length < BATCH_ROWS) return
  }
}

interface Place {
  id: string
  /** As the database writes it, so that nothing of it is lost. */
  sortAt: string
}

const page = (column: 'project_id' | 'action_id'): string => `
select id, sort_at::text as "sortAt", retry_of_id is not null as retry, status = 'MISSED' as missed
from invocations
where ${column} = $1 and sort_at <= clock_timestamp() and ($2::timestamptz is null or (sort_at, id) < ($2::timestamptz, $3::uuid))
order by sort_at desc, id desc limit $4`
