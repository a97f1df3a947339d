import { publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import type { AuditNote } from './audited.ts'
import type { Sql } from './database.ts'

/** What a note about a stored invocation says of it: the invocation itself, its action and the object that it acts on. */
export async function noteOfRun(sql: Sql, id: string): Promise<Pick<AuditNote, 'object' | 'actionId' | 'invocationId' | 'record'>> {
  const { rows } = await sql.query<{ actionId: string; recordType: string | null; recordId: string | null }>(
    'select action_id as "actionId", record_type as "recordType", record_id as "recordId" from invocations where id = $1',
    [id],
  )
  const { actionId, ...columns } = rows[0]!
  return { object: { type: 'invocation', id: publicId('invocation', id) }, actionId, invocationId: id, record: recordOf(columns) }
}
