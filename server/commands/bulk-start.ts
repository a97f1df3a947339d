import { type BulkKind, bulkFilter } from '../domain/bulk.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { type InvocationFilterInput, parseInvocationFilter } from '../domain/invocation-filter.ts'
import { audited } from '../store/audited.ts'
import { countForBulk, insertBulkOperation } from '../store/bulk-operation.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

/** Stores a bulk operation for the scheduler; see bulk-retry.ts and bulk-cancel.ts. */
export async function startBulkOperation(ctx: CommandContext, kind: BulkKind, filter: InvocationFilterInput): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId, actor } = ctx
  const narrowed = bulkFilter(kind, parseInvocationFilter(filter))
  const total = await countForBulk(db.pool, projectId, narrowed)
  const stored = await audited(ctx, async (sql, note) => {
    if (kind === 'RETRY' && narrowed.actionId !== undefined) {
      await checkTrigger(ctx, sql, { actionId: narrowed.actionId, record: null, input: null })
    }
    const stored = await insertBulkOperation(sql, { projectId, actor, kind, filter: narrowed, total })
    if ('id' in stored) {
      note({
        verb: 'bulk.created',
        object: { type: 'bulk', id: publicId('bulk', stored.id) },
        actionId: narrowed.actionId,
        data: { kind, filter },
      })
    }
    return stored
  })
  if ('underWay' in stored) {
    throw new DocketError(
      'INVALID_TRANSITION',
      `Another bulk ${kind.toLowerCase()} is under way (${publicId('bulk', stored.underWay)}); wait for its end or stop it.`,
    )
  }
  db.signal.emit('events')
  return stored
}
