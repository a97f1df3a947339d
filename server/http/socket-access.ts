import type { WebSocket } from 'ws'
import type { Authenticator } from '../auth/authenticate.ts'
import type { Viewer } from '../auth/viewer.ts'
import { mayDo } from '../domain/access.ts'
import type { Services } from '../graphql/context.ts'
import { closeSoon } from './close-socket.ts'

/** Sockets of one token or session: a person with many tabs, not a program that forgets to close. */
const SOCKETS_PER_CREDENTIAL = 50
/** How long an ended token or session may go unnoticed when no word of it arrives. */
const RECHECK_MS = 60_000

/**
 * Knows the signed-in sockets by their credential. Closes them with 4403 when it ends or may not look any more, and with 4012 when it stands for
 * another project: what they watch is of the one before.
 */
export interface SocketAccess {
  /** False when the credential has too many sockets already. The rights of `viewer` are changed in place when they change. */
  enter(socket: WebSocket, viewer: Viewer): boolean
  leave(socket: WebSocket): void
  /** Reads the rights of a socket's viewer afresh. False when he has them no more, and the socket is being closed. */
  refresh(socket: WebSocket, viewer: Viewer): Promise<boolean>
  close(): void
}

/** Looks at every credential again each 60 s, and at once when a right or a sign-in was changed on any server. */
export function createSocketAccess({ db, log }: Services, authenticator: Authenticator): SocketAccess {
  const held = new Map<string, Map<WebSocket, Viewer>>()

  async function recheck(): Promise<void> {
    for (const viewers of [...held.values()]) {
      const [viewer] = viewers.values()
      if (!viewer) continue
      try {
        const now = await authenticator.ofCredential(viewer.credential)
        for (const [socket, viewer] of [...viewers]) settle(socket, viewer, now)
      } catch (error) {
        // The database does not answer: whoever was allowed stays, and the next round asks again.
        return log.warn({ err: error }, 'the sign-ins of open sockets could not be checked')
      }
    }
  }

  const timer = setInterval(() => void recheck(), RECHECK_MS).unref()
  const stopListening = db.signal.on('access', () => void recheck())

  return {
    enter(socket, viewer) {
      const key = keyOf(viewer)
      const viewers = held.get(key) ?? new Map<WebSocket, Viewer>()
      if (viewers.size >= SOCKETS_PER_CREDENTIAL) return false
      held.set(key, viewers.set(socket, viewer))
      return true
    },
    leave(socket) {
      for (const [key, viewers] of held) if (viewers.delete(socket) && viewers.size === 0) held.delete(key)
    },
    refresh: async (socket, viewer) => settle(socket, viewer, await authenticator.ofCredential(viewer.credential)),
    close() {
      clearInterval(timer)
      stopListening()
    },
  }
}

/** Brings a viewer up to date, or closes his socket. */
function settle(socket: WebSocket, viewer: Viewer, now: Viewer | null): boolean {
  if (!now || (mayDo(viewer.access, 'READ') && !mayDo(now.access, 'READ'))) closeSoon(socket, 4403, 'The sign-in has ended')
  else if (now.projectId !== viewer.projectId) closeSoon(socket, 4012, 'Another project was chosen')
  else return Boolean(Object.assign(viewer, now))
  return false
}

const keyOf = ({ credential }: Viewer): string => (credential.kind === 'TOKEN' ? `T${credential.token}` : `S${credential.secret}`)
