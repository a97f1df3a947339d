import type { Access } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import type { Database } from '../store/database.ts'
import { endSession } from '../store/sessions.ts'

/** Ends the session with that secret, on all servers. One that has ended stays as it is. */
export async function signOut(
  db: Database,
  secret: string,
  who: { projectId: string; actor: Actor; access: Access; ip?: string | undefined },
): Promise<void> {
  await audited({ db, ...who }, async (sql, note) => {
    const ended = await endSession(sql, secret)
    if (ended) note({ verb: 'session.ended', object: { type: 'session', id: publicId('session', ended.id) } })
  })
  db.signal.emit('access')
}
