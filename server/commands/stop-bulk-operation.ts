import { DocketError, notFound } from '../domain/errors.ts'
import { parseId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { stopBulkOperation as stopStored } from '../store/bulk-operation.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Stops a bulk operation: it changes nothing any more. What it did stays, and runs that it made go on. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION when it has ended
 */
export async function stopBulkOperation(ctx: CommandContext, bulkOperationId: string): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId } = ctx
  const known = parseId(bulkOperationId)
  if (known?.noun !== 'bulk') throw notFound('Bulk operation')
  const end = await audited(ctx, async (sql, note) => {
    const end = await stopStored(sql, projectId, known.uuid)
    if (end === null) note({ verb: 'bulk.stopped', object: { type: 'bulk', id: bulkOperationId } })
    return end
  })
  if (end === undefined) throw notFound('Bulk operation')
  if (end !== null) throw new DocketError('INVALID_TRANSITION', `It already ended as ${end}.`)
  db.signal.emit('events')
  return { id: known.uuid }
}
