import pg from 'pg'
import type { Log } from '../log.ts'

/**
 * `due`: there may be something to run soon. `events`: the log has grown. `access`: a sign-in has ended or rights have changed, by whatever: a token,
 * a session, a password, a member, a role or a rule.
 */
export type Topic = 'due' | 'events' | 'access'

const CHANNEL = 'docket'
/** A wake-up waits this long for others to go with it. */
const NOTIFY_AFTER_MS = 5
/** At most one NOTIFY in this time: each is a commit of its own, makes committing transactions queue, and only wakes. */
const NOTIFY_EVERY_MS = 50
const RECONNECT_MS = 500

/**
 * Wakes listeners in this process at once and those of other servers through NOTIFY.
 * It carries no facts. What is said while there is no connection is said when there is one again; what the process takes with it when it ends
 * is lost, so whoever listens also looks by himself from time to time.
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
      // Whatever was announced while nobody listened, and what could not be announced here.
      for (const topic of Object.keys(listeners) as Topic[]) tell(topic)
      if (pending.size > 0) announceSoon()
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

  function announceSoon(afterMs = Math.max(NOTIFY_AFTER_MS, notifiedAt + NOTIFY_EVERY_MS - performance.now())) {
    if (!closed) flush ??= setTimeout(announce, afterMs).unref()
  }

  /**
   * Tells the other servers; one statement at a time, and what is asked for meanwhile goes with the next one. What could not be said stays, and
   * is said when there is a connection again.
   */
  async function announce() {
    const topics = [...pending]
    let failed = false
    if (client) {
      pending.clear()
      notifiedAt = performance.now()
      failed = await client.query('select pg_notify($1, $2)', [CHANNEL, [ownId, ...topics].join(' ')]).then(
        () => false,
        () => true,
      )
      if (failed) for (const topic of topics) pending.add(topic)
    }
    flush = undefined
    if (pending.size > 0 && client) announceSoon(failed ? RECONNECT_MS : undefined)
  }

  const ready = connect()

  return {
    emit(topic) {
      tell(topic)
      pending.add(topic)
      announceSoon()
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
