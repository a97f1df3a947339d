import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { callBackAgain } from '../store/callback-again.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Sends the callback of an invocation again, at once and with as many attempts as the first time, after all of its attempts failed.
 * Gives the UUID of the invocation.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION when there is no callback, or it has not failed
 */
export async function retryCallback(ctx: CommandContext, invocationId: string): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId } = ctx
  const id = internalId('invocation', invocationId)
  const outcome = await audited(ctx, async (sql, note) => {
    const outcome = await callBackAgain(sql, projectId, id)
    if (outcome === 'DUE') note({ ...(await noteOfRun(sql, id)), verb: 'callback.retried' })
    return outcome
  })
  if (outcome === undefined) throw notFound('Invocation')
  if (outcome !== 'DUE') {
    const sentence = outcome
      ? `Only a callback that FAILED can be sent again; this one is ${outcome}.`
      : 'It has no callback: its action had no callbackUrl when it ended, or it has not ended.'
    throw new DocketError('INVALID_TRANSITION', sentence)
  }
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}
