import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { isFinal } from '../domain/lifecycle.ts'
import { cancelInvocation } from '../store/cancel-invocation.ts'
import type { CommandContext } from './context.ts'

/**
 * Cancels an invocation: after this nothing of it is sent (any more). Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION when it is running or has ended
 */
export async function cancel({ db, projectId }: CommandContext, invocationId: string): Promise<{ id: string }> {
  const id = internalId('invocation', invocationId)
  const obstacle = await cancelInvocation(db.pool, projectId, id)
  if (obstacle === undefined) throw notFound('Invocation')
  if (obstacle !== null) {
    const sentence = isFinal(obstacle) ? `It already ended as ${obstacle}.` : 'It is already running: its request may have left.'
    throw new DocketError('INVALID_TRANSITION', sentence)
  }
  db.signal.emit('events')
  return { id }
}
