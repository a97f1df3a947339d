import pg from 'pg'
import type { Log } from '../log.ts'

/** `due`: there may be something to run soon. `events`: the log has grown. `access`: a token or session was revoked. */
export type Topic = 'due' | 'events' | 'access'

const CHANNEL = 'docket'
/** A wake-up waits this long for others to go with it. */
const NOTIFY_AFTER_MS = 5
/** At most one NOTIFY in this time: each is a commit of its own, makes committing transactions queue, and only wakes. */
const NOTIFY_EVERY_MS = 50
const RECONNECT_MS = 500

/**
 * Wakes listeners in this process at once and those of other servers through NOTIFY.
 * It carries no facts and may be lost: whoever listens also looks by himself from time to time.
 */
export interface Signal {
  emit(topic: Topic): void
  /** Returns the function that ends the listening. A listener must not throw. */
  on(topic: Topic, listener: () => void): () => void
  close(): Promise<void>
}

export function openSignal(connectionString: string, log: Log): Signal {
  const listeners: Record<Topic, Set<() => void>> = { due: new Set(), events: new Set(), access: new Set() }
  const pending = new Set<Topic>()
  const ownId = crypto.randomUUID()
  let client: pg.Client | undefined
  let closed = false
  let flush: NodeJS.Timeout | undefined
  let notifiedAt = Number.NEGATIVE_INFINITY
  let reconnect: NodeJS.Timeout | undefined

  const tell = (topic: Topic) => {
    for (const listener of listeners[topic]) listener()
  }

  async function connect() {
    const next = new pg.Client({ connectionString, application_name: 'docket signal', keepAlive: true })
    next.on('error', () => lose(next))
    next.on('end', () => lose(next))
    next.on('notification', ({ payload }) => {
      const [sender, ...topics] = (payload ?? '').split(' ')
      if (sender !== ownId) for (const topic of topics) if (topic in listeners) tell(topic as Topic)
    })
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
      client = next
      // Whatever was announced while nobody listened.
      for (const topic of Object.keys(listeners) as Topic[]) tell(topic)
    } catch (error) {
      log.warn({ err: error }, 'no connection for wake-ups; polling goes on')
      lose(next)
    }
  }

  function lose(gone: pg.Client) {
    if (client === gone) client = undefined
    gone.removeAllListeners('end')
    gone.end().catch(() => {})
    if (closed || reconnect) return
    reconnect = setTimeout(() => {
      reconnect = undefined
      void connect()
    }, RECONNECT_MS).unref()
  }

  /** Tells the other servers; one statement at a time, and what is asked for meanwhile goes with the next one. */
  async function announce() {
    const payload = [ownId, ...pending].join(' ')
    pending.clear()
    notifiedAt = performance.now()
    await client?.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch(() => {})
    flush = undefined
    if (pending.size > 0 && !closed) flush = setTimeout(announce, NOTIFY_EVERY_MS).unref()
  }

  const ready = connect()

  return {
    emit(topic) {
      tell(topic)
      pending.add(topic)
      flush ??= setTimeout(announce, Math.max(NOTIFY_AFTER_MS, notifiedAt + NOTIFY_EVERY_MS - performance.now())).unref()
    },
    on(topic, listener) {
      listeners[topic].add(listener)
      return () => listeners[topic].delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(reconnect)
      clearTimeout(flush)
      await ready
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    },
  }
}
