import { publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import type { AuditNote } from './audited.ts'
import type { Sql } from './database.ts'

/** What a note about a stored invocation says of it: the invocation itself, its action and the object that it acts on. */
export type NoteOfRun = Pick<AuditNote, 'object' | 'actionId' | 'invocationId' | 'record'>

/** Of one invocation, by its UUID. */
export const noteOfRun = async (sql: Sql, id: string): Promise<NoteOfRun> => (await notesOfRuns(sql, [id]))[0]!

/** Of several, in the order of their UUIDs. */
export async function notesOfRuns(sql: Sql, ids: readonly string[]): Promise<NoteOfRun[]> {
  const { rows } = await sql.query<{ id: string; actionId: string; recordType: string | null; recordId: string | null }>({
    name: 'notes-of-runs',
    text: `
      select i.id, i.action_id as "actionId", i.record_type as "recordType", i.record_id as "recordId"
      from unnest($1::uuid[]) with ordinality as g (id, n) join invocations i on i.id = g.id order by g.n`,
    values: [ids],
  })
  return rows.map(({ id, actionId, ...columns }) => ({
    object: { type: 'invocation', id: publicId('invocation', id) },
    actionId,
    invocationId: id,
    record: recordOf(columns),
  }))
}
