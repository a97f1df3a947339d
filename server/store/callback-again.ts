import { CALLBACK_ATTEMPTS } from '../domain/callback.ts'
import type { Sql } from './database.ts'
import type { CallbackStatus } from './generated/prisma/enums.ts'

/**
 * Makes a callback that FAILED due again, with as many attempts as a new one has and those it made before kept.
 * Gives the status that kept it from that, null for an invocation without callback, undefined for an unknown one and another project's.
 */
export async function callBackAgain(sql: Sql, projectId: string, id: string): Promise<'DUE' | CallbackStatus | null | undefined> {
  const { rows } = await sql.query<{ again: boolean; status: CallbackStatus | null }>({
    name: 'call-back-again',
    text: AGAIN,
    values: [id, projectId],
  })
  const [found] = rows
  return found?.again ? 'DUE' : found?.status
}

const AGAIN = `
with run as (
  select i.id, i.project_id, i.action_id, c.status, date_trunc('milliseconds', clock_timestamp()) as at
  from invocations i left join callbacks c on c.invocation_id = i.id
  where i.id = $1 and i.project_id = $2
), again as (
  update callbacks c
  set status = 'PENDING', finished_at = null, run_at = run.at, max_attempts = c.attempt_count + ${CALLBACK_ATTEMPTS}
  from run
  where c.invocation_id = run.id and c.status = 'FAILED'
  returning c.invocation_id
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id)
  select project_id, 'callback.retrying', at, action_id, id from run where exists (select from again)
)
select exists (select from again) as again, status from run`
