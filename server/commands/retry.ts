import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { addRetry } from '../store/add-retry.ts'
import type { CommandContext } from './context.ts'

/**
 * Repeats an invocation that FAILED, was CANCELLED or MISSED, at once, as a new invocation linked by `retryOf`. Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION in any other state or when the action is deleted
 */
export async function retry({ db, projectId, actor }: CommandContext, invocationId: string): Promise<{ id: string }> {
  const outcome = await addRetry(db.pool, projectId, actor, internalId('invocation', invocationId))
  if (!outcome) throw notFound('Invocation')
  if ('status' in outcome) {
    const { status, deleted } = outcome
    throw new DocketError(
      'INVALID_TRANSITION',
      deleted ? 'Its action is deleted.' : `Only a FAILED, CANCELLED or MISSED invocation can be retried; this one is ${status}.`,
    )
  }
  db.signal.emit('events')
  db.signal.emit('due')
  return outcome
}
