import type { WebSocket } from 'ws'
import type { Authenticator } from '../auth/authenticate.ts'
import type { Credential, Viewer } from '../auth/viewer.ts'
import type { Services } from '../graphql/context.ts'
import { closeSoon } from './close-socket.ts'

/** Sockets of one token or session: a person with many tabs, not a program that forgets to close. */
const SOCKETS_PER_CREDENTIAL = 50
/** How long an ended token or session may go unnoticed when no word of it arrives. */
const RECHECK_MS = 60_000

/** Knows the signed-in sockets by their credential, and closes them with 4403 when it ends. */
export interface SocketAccess {
  /** False when the credential has too many sockets already. */
  enter(socket: WebSocket, viewer: Viewer): boolean
  leave(socket: WebSocket): void
  close(): void
}

/** Looks at every credential again each 60 s, and at once when a token or session was ended on any server. */
export function createSocketAccess({ db, log }: Services, authenticator: Authenticator): SocketAccess {
  const held = new Map<string, { credential: Credential; sockets: Set<WebSocket> }>()
  const keyOf = new WeakMap<WebSocket, string>()

  async function recheck(): Promise<void> {
    for (const { credential, sockets } of [...held.values()]) {
      try {
        if (await authenticator.ofCredential(credential)) continue
      } catch (error) {
        // The database does not answer: whoever was allowed stays, and the next round asks again.
        return log.warn({ err: error }, 'the sign-ins of open sockets could not be checked')
      }
      for (const socket of sockets) closeSoon(socket, 4403, 'The sign-in has ended')
    }
  }

  const timer = setInterval(() => void recheck(), RECHECK_MS).unref()
  const stopListening = db.signal.on('access', () => void recheck())

  return {
    enter(socket, { credential }) {
      const key = credential.kind === 'TOKEN' ? `T${credential.token}` : `S${credential.secret}`
      const entry = held.get(key) ?? { credential, sockets: new Set() }
      if (entry.sockets.size >= SOCKETS_PER_CREDENTIAL) return false
      held.set(key, entry)
      entry.sockets.add(socket)
      keyOf.set(socket, key)
      return true
    },
    leave(socket) {
      const key = keyOf.get(socket)
      const entry = key === undefined ? undefined : held.get(key)
      entry?.sockets.delete(socket)
      if (key !== undefined && entry?.sockets.size === 0) held.delete(key)
    },
    close() {
      clearInterval(timer)
      stopListening()
    },
  }
}
