import type { Database } from '../server/store/database.ts'

/** The types of all events so far, in order. */
export async function eventTypes(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ type: string }>('select type from events order by seq')
  return rows.map(({ type }) => type)
}

/** Puts an invocation into the state in which the scheduler would have it after marking it RUNNING. */
export async function markRunning(db: Database, id: string): Promise<void> {
  await db.pool.query(
    `update invocations set status = 'RUNNING', lease_owner = id, lease_until = now() + interval '1 minute', dispatched_at = now(),
       started_at = now(), attempt_count = attempt_count + 1,
       action_version = coalesce(action_version, (select version from actions where id = action_id))
     where id = $1`,
    [id],
  )
}

/** Ends a running invocation as FAILED, or lets it wait for its next attempt. */
export async function failRun(db: Database, id: string, status: 'FAILED' | 'RETRYING'): Promise<void> {
  await db.pool.query(
    `update invocations set status = $2::text::invocation_status, lease_owner = null, lease_until = null, outcome = nullif($2, 'RETRYING')::invocation_status,
       finished_at = case when $2 = 'FAILED' then now() end,
       error_source = 'TARGET', error_code = 'HTTP_500', error_message = 'x', max_attempts = attempt_count + 1
     where id = $1`,
    [id, status],
  )
}
