import { notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { endSessionsOf } from '../store/sessions.ts'
import type { CommandContext } from './context.ts'
import { requirePerson } from './require-person.ts'

/**
 * Ends one of the sessions of who is signed in, also this one; its sockets close within a second.
 * @throws DocketError FORBIDDEN for an API token; NOT_FOUND, also for one that has ended and someone else's
 */
export async function revokeSession(ctx: CommandContext, sessionId: string): Promise<void> {
  const userId = requirePerson(ctx)
  const id = internalId('session', sessionId)
  await audited(ctx, async (sql, note) => {
    if ((await endSessionsOf(sql, userId, { id })) === 0) throw notFound('Session')
    note({ verb: 'session.revoked', object: { type: 'session', id: sessionId } })
  })
  ctx.db.signal.emit('access')
}

/**
 * Ends all sessions of who is signed in but the one with this UUID. Gives how many.
 * @throws DocketError FORBIDDEN for an API token
 */
export async function revokeOtherSessions(ctx: CommandContext, sessionId: string | null): Promise<number> {
  const userId = requirePerson(ctx)
  const ended = await audited(ctx, async (sql, note) => {
    const count = await endSessionsOf(sql, userId, { allBut: sessionId })
    if (count > 0)
      note({ verb: 'session.others_revoked', object: { type: 'member', id: publicId('user', userId) }, data: { sessionsEnded: count } })
    return count
  })
  if (ended > 0) ctx.db.signal.emit('access')
  return ended
}
