import type { EventType } from '../domain/event.ts'
import type { Sql } from './database.ts'

/** Writes the event of a change to an action, in the transaction of that change. */
export async function logActionEvent(
  sql: Sql,
  type: EventType & `action.${string}`,
  projectId: string,
  actionId: string,
  note: string | null = null,
): Promise<void> {
  await sql.query(
    "insert into events (project_id, type, at, action_id, note) values ($1, $2, date_trunc('milliseconds', clock_timestamp()), $3, $4)",
    [projectId, type, actionId, note],
  )
}

/** The same for a change to the project itself. */
export const logProjectEvent = (sql: Sql, projectId: string, note: string | null): Promise<void> =>
  logNote(sql, 'project.updated', projectId, note)

/** The same for a change to a service or a limit, which `note` names. */
export const logServiceEvent = (
  sql: Sql,
  type: EventType & (`service.${string}` | `limit.${string}` | `breaker.${string}`),
  projectId: string,
  note: string,
): Promise<void> => logNote(sql, type, projectId, note)

async function logNote(sql: Sql, type: EventType, projectId: string, note: string | null): Promise<void> {
  await sql.query("insert into events (project_id, type, at, note) values ($1, $2, date_trunc('milliseconds', clock_timestamp()), $3)", [
    projectId,
    type,
    note,
  ])
}
