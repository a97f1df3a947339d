import { DocketError, notFound } from '../domain/errors.ts'
import { parseId } from '../domain/ids.ts'
import { stopBulkOperation as stopStored } from '../store/bulk-operation.ts'
import { transaction } from '../store/database.ts'
import type { CommandContext } from './context.ts'

/**
 * Stops a bulk operation: it changes nothing any more. What it did stays, and runs that it made go on. Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION when it has ended
 */
export async function stopBulkOperation({ db, projectId }: CommandContext, bulkOperationId: string): Promise<{ id: string }> {
  const known = parseId(bulkOperationId)
  if (known?.noun !== 'bulk') throw notFound('Bulk operation')
  const end = await transaction(db.pool, (sql) => stopStored(sql, projectId, known.uuid))
  if (end === undefined) throw notFound('Bulk operation')
  if (end !== null) throw new DocketError('INVALID_TRANSITION', `It already ended as ${end}.`)
  db.signal.emit('events')
  return { id: known.uuid }
}
