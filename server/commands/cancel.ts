import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { isFinal } from '../domain/lifecycle.ts'
import { audited } from '../store/audited.ts'
import { cancelInvocation } from '../store/cancel-invocation.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Cancels an invocation: after this nothing of it is sent (any more). Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION when it is running or has ended
 */
export async function cancel(ctx: CommandContext, invocationId: string): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId } = ctx
  const id = internalId('invocation', invocationId)
  const obstacle = await audited(ctx, async (sql, note) => {
    const obstacle = await cancelInvocation(sql, projectId, id)
    if (obstacle === null) note({ ...(await noteOfRun(sql, id)), verb: 'invocation.cancelled', after: { status: 'CANCELLED' } })
    return obstacle
  })
  if (obstacle === undefined) throw notFound('Invocation')
  if (obstacle !== null) {
    const sentence = isFinal(obstacle) ? `It already ended as ${obstacle}.` : 'It is already running: its request may have left.'
    throw new DocketError('INVALID_TRANSITION', sentence)
  }
  db.signal.emit('events')
  return { id }
}
