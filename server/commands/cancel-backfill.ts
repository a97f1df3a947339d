import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { cancelBackfill as cancelStored } from '../store/finish-backfill.ts'
import type { CommandContext } from './context.ts'

/**
 * Ends a backfill: it makes no more runs, and those whose request has not left are CANCELLED. A request that is under way
 * ends by itself. Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION when it has ended
 */
export async function cancelBackfill({ db, projectId }: CommandContext, backfillId: string): Promise<{ id: string }> {
  const id = internalId('backfill', backfillId)
  const end = await transaction(db.pool, (sql) => cancelStored(sql, projectId, id))
  if (end === undefined) throw notFound('Backfill')
  if (end !== null) throw new DocketError('INVALID_TRANSITION', `It already ended as ${end}.`)
  db.signal.emit('events')
  return { id }
}
