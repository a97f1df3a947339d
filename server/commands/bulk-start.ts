import { type BulkKind, bulkFilter } from '../domain/bulk.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { type InvocationFilterInput, parseInvocationFilter } from '../domain/invocation-filter.ts'
import { insertBulkOperation } from '../store/bulk-operation.ts'
import type { CommandContext } from './context.ts'

/** Stores a bulk operation for the scheduler; see bulk-retry.ts and bulk-cancel.ts. */
export async function startBulkOperation(
  { db, projectId, actor }: CommandContext,
  kind: BulkKind,
  filter: InvocationFilterInput,
): Promise<{ id: string }> {
  const narrowed = bulkFilter(kind, parseInvocationFilter(filter))
  const stored = await insertBulkOperation(db.pool, { projectId, actor, kind, filter: narrowed })
  if ('underWay' in stored) {
    throw new DocketError(
      'INVALID_TRANSITION',
      `Another bulk ${kind.toLowerCase()} is under way (${publicId('bulk', stored.underWay)}); wait for its end or stop it.`,
    )
  }
  db.signal.emit('events')
  return stored
}
