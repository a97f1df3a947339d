import { type Client, createClient } from 'graphql-ws'
import { createRoot, createSignal } from 'solid-js'
import type { Resumable } from './resume.ts'
import { createResume, reconnectDelay } from './resume.ts'

/** `resting`: nothing is being watched. */
export type Connection = 'resting' | 'connecting' | 'live' | 'lost'

/** The one WebSocket of the page, which all subscriptions share; it opens with the first and closes soon after the last. */
export interface Socket {
  client: Client
  connection: () => Connection
  /** Counts up whenever changes may have been passed over, so that what is shown has to be loaded again. */
  gaps: () => number
  /** Makes a subscription go on behind the last event it got, whenever the socket is opened again. */
  resumable: (payload: Resumable) => { seen: (cursor: string) => void; forget: () => void }
}

/** A connection that was cut without a word shows only by a missing answer. */
const PING_EVERY_MS = 20_000
const PONG_WITHIN_MS = 8_000
/** Going from page to page shall not open a new socket each time. */
const KEPT_OPEN_MS = 4_000

/** Close codes of a socket whose session is not, or no longer, accepted; and of one whose session is about another project now. */
const SIGNED_OUT_CODES = new Set([4401, 4403])
const OTHER_PROJECT_CODE = 4012

/**
 * @param anonymous the server overlooks the cookie that the browser sends with the socket
 * @param ended what follows when the session has ended, or (`moved`) when what the page shows is of another project than what it would load
 */
export function createSocket(url: string, anonymous: boolean, ended: { signedOut: () => void; moved: () => void }): Socket {
  return createRoot(() => {
    const [connection, setConnection] = createSignal<Connection>('resting')
    const [gaps, setGaps] = createSignal(0)
    const resume = createResume()
    let pong: ReturnType<typeof setTimeout> | undefined
    const client = createClient({
      url,
      connectionParams: anonymous ? { anonymous } : {},
      lazyCloseTimeout: KEPT_OPEN_MS,
      keepAlive: PING_EVERY_MS,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: (tries) => wait(reconnectDelay(tries, Math.random())),
      on: {
        connecting: () => setConnection((before) => (before === 'lost' ? 'lost' : 'connecting')),
        connected: () => {
          setConnection('live')
          if (resume.connected()) setGaps((count) => count + 1)
        },
        ping: (received) => {
          if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS)
        },
        pong: (received) => {
          if (received) clearTimeout(pong)
        },
        closed: (event) => {
          clearTimeout(pong)
          const { code, wasClean } = event as CloseEvent
          setConnection(code === 1000 && wasClean ? 'resting' : 'lost')
          resume.closed(code, Date.now())
          if (SIGNED_OUT_CODES.has(code)) ended.signedOut()
          if (code === OTHER_PROJECT_CODE) ended.moved()
        },
        opened: () => resume.opened(Date.now()),
      },
    })
    return { client, connection, gaps, resumable: resume.add }
  })
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
    // Whoever gets the network back, or looks at the page again, shall not wait for the rest of the pause.
    addEventListener('online', () => resolve(), { once: true })
  })
