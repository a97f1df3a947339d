import { internalId } from '../domain/ids.ts'
import { parseScheduledAt } from '../domain/scheduled-at.ts'
import { storeAsked } from './ask-run.ts'
import type { CommandContext } from './context.ts'
import { checkTriggerSeen } from './permitted.ts'

/**
 * Adds one run of an action at a time of its own, beside its schedule, also while it is paused. Gives the UUID of the invocation.
 * @throws DocketError NOT_FOUND; FORBIDDEN; INVALID_SCHEDULE on `at`
 */
export async function runAt(ctx: CommandContext, actionId: string, at: Date | string, now = ctx.db.skew.now()): Promise<{ id: string }> {
  const { db } = ctx
  const wanted = { actionId: internalId('action', actionId), input: null, record: null }
  const time = parseScheduledAt(at, now, 'at')
  const run = await storeAsked(ctx, { ...wanted, at: time, permitted: await checkTriggerSeen(ctx, db.pool, wanted) })
  db.signal.emit('events')
  db.signal.emit('due')
  return run
}
