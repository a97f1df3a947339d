import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { parseScheduledAt } from '../domain/scheduled-at.ts'
import { addRun } from '../store/add-run.ts'
import type { CommandContext } from './context.ts'

/**
 * Adds one run of an action at a time of its own, beside its schedule, also while it is paused. Gives the UUID of the invocation.
 * @throws DocketError NOT_FOUND; INVALID_SCHEDULE on `at`
 */
export async function runAt(ctx: CommandContext, actionId: string, at: Date | string, now = ctx.db.skew.now()): Promise<{ id: string }> {
  const { db, projectId, actor } = ctx
  const id = await addRun(db.pool, {
    projectId,
    actor,
    actionId: internalId('action', actionId),
    input: null,
    record: null,
    at: parseScheduledAt(at, now, 'at'),
  })
  if (!id) throw notFound('Action')
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}
