import type { WebSocket } from 'ws'
import type { Authenticator } from '../auth/authenticate.ts'
import type { Viewer } from '../auth/viewer.ts'
import { monotonic } from '../clock.ts'
import { mayDo } from '../domain/access.ts'
import type { Services } from '../graphql/context.ts'
import { closeSoon } from './close-socket.ts'

/** Sockets of one token or session: a person with many tabs, not a program that forgets to close. */
const SOCKETS_PER_CREDENTIAL = 50
/** How long an ended token or session may go unnoticed when no word of it arrives. */
const RECHECK_MS = 60_000
/** A credential that could not be looked at is looked at again after this: it may have ended, which is to be noticed within a second. */
const AGAIN_MS = 500
/** While the database is away. */
const WARN_EVERY_MS = 60_000
/** From one round to the next: changes of rights that come in a burst are looked at together. */
const BREATHER_MS = 50
/** Looked at together. The API has ten connections. */
const AT_ONCE = 5

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

/** A credential and its sockets. */
interface Held {
  viewers: Map<WebSocket, Viewer>
  /** When it is to be looked at, as `monotonic()` counts. */
  lookAt: number
}

/**
 * Looks at every credential again each 60 s, when it reaches its end by the clock, and at once when a right or a sign-in was changed on any
 * server. One round at a time: what changes during one is looked at in the next.
 */
export function createSocketAccess({ db, log }: Services, authenticator: Authenticator): SocketAccess {
  const held = new Map<string, Held>()
  let timer: NodeJS.Timeout | undefined
  let running = false
  let closed = false
  let endedAt = Number.NEGATIVE_INFINITY
  let warnedAt = Number.NEGATIVE_INFINITY

  /** Has the next round begin when the first of all is to be looked at. */
  function arm(): void {
    clearTimeout(timer)
    if (running || closed || held.size === 0) return
    const next = Math.max(endedAt + BREATHER_MS, Math.min(...[...held.values()].map(({ lookAt }) => lookAt)))
    timer = setTimeout(round, Math.max(0, Math.ceil(next - monotonic()))).unref()
  }

  async function round(): Promise<void> {
    running = true
    const due = [...held.values()].filter(({ lookAt }) => lookAt <= monotonic())
    const errors: unknown[] = []
    const worker = async () => {
      for (let one = due.pop(); one; one = due.pop()) await look(one).catch((error) => errors.push(error))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    // Whoever was allowed stays while the database does not answer.
    if (errors.length > 0 && monotonic() - warnedAt >= WARN_EVERY_MS) {
      warnedAt = monotonic()
      log.warn({ err: errors[0], count: errors.length }, 'the sign-ins of open sockets could not be checked')
    }
    running = false
    endedAt = monotonic()
    arm()
  }

  async function look(one: Held): Promise<void> {
    const [viewer] = one.viewers.values()
    if (!viewer) return
    // What is changed from here on may not be seen by this look; whoever tells of it sets an earlier time than the one that follows.
    one.lookAt = Number.POSITIVE_INFINITY
    let next = monotonic() + AGAIN_MS
    try {
      const now = await authenticator.ofCredential(viewer.credential)
      for (const [socket, viewer] of [...one.viewers]) settle(socket, viewer, now)
      next = nextLook(now)
    } finally {
      one.lookAt = Math.min(one.lookAt, next)
    }
  }

  const stopListening = db.signal.on('access', () => {
    const now = monotonic()
    for (const one of held.values()) one.lookAt = now
    arm()
  })

  return {
    enter(socket, viewer) {
      // It was closed while it was not known whose it is: `leave` has been called.
      if (socket.readyState === socket.CLOSED) return true
      const key = keyOf(viewer)
      const one = held.get(key) ?? { viewers: new Map(), lookAt: Number.POSITIVE_INFINITY }
      if (one.viewers.size >= SOCKETS_PER_CREDENTIAL) return false
      one.viewers.set(socket, viewer)
      one.lookAt = Math.min(one.lookAt, nextLook(viewer))
      held.set(key, one)
      arm()
      return true
    },
    leave(socket) {
      for (const [key, { viewers }] of held) if (viewers.delete(socket) && viewers.size === 0) held.delete(key)
    },
    refresh: async (socket, viewer) => settle(socket, viewer, await authenticator.ofCredential(viewer.credential)),
    close() {
      closed = true
      clearTimeout(timer)
      stopListening()
    },
  }
}

/** At the end of the credential by the clock, and at least each 60 s, which is also far below the longest wait of a timer. */
const nextLook = (now: Viewer | null): number => Math.min(now?.endsAt ?? Number.POSITIVE_INFINITY, monotonic() + RECHECK_MS)

/** Brings a viewer up to date, or closes his socket. */
function settle(socket: WebSocket, viewer: Viewer, now: Viewer | null): boolean {
  if (!now || (mayDo(viewer.access, 'READ') && !mayDo(now.access, 'READ'))) closeSoon(socket, 4403, 'The sign-in has ended')
  else if (now.projectId !== viewer.projectId) closeSoon(socket, 4012, 'Another project was chosen')
  else return Boolean(Object.assign(viewer, now))
  return false
}

const keyOf = ({ credential }: Viewer): string => (credential.kind === 'TOKEN' ? `T${credential.token}` : `S${credential.secret}`)
