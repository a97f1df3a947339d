import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { cancelBackfill as cancelStored } from '../store/finish-backfill.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Ends a backfill: it makes no more runs, and those whose request has not left are CANCELLED. A request that is under way
 * ends by itself. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION when it has ended
 */
export async function cancelBackfill(ctx: CommandContext, backfillId: string): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId } = ctx
  const id = internalId('backfill', backfillId)
  const end = await audited(ctx, async (sql, note) => {
    const end = await cancelStored(sql, projectId, id, note)
    if (end === null) note({ verb: 'backfill.cancelled', object: { type: 'backfill', id: publicId('backfill', id) } })
    return end
  })
  if (end === undefined) throw notFound('Backfill')
  if (end !== null) throw new DocketError('INVALID_TRANSITION', `It already ended as ${end}.`)
  db.signal.emit('events')
  return { id }
}
