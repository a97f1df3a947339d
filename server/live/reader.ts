import { setTimeout as delay } from 'node:timers/promises'
import type { LoggedEvent } from '../domain/event.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { LOOK_AGAIN_MS, PAGE_ROWS, readPage } from '../store/event-log.ts'
import { createRest } from './rest.ts'
import { type LiveEvent, withSnapshots } from './snapshots.ts'
import { createTopics, type Topic } from './topics.ts'

/** Someone the reader hands events to. */
export interface Listener extends Topic {
  /** Everything up to this place is known to the listener; set before `join`. */
  seen: bigint
  /** Called in the order of the log with what the listener's topic covers after `seen`. Must not throw. */
  take(item: LiveEvent): void
}

/** Follows the end of the log, once for all listeners of this process, and only while there are any. */
export interface Reader {
  /** Up to where the log was read; undefined while there are no listeners. */
  readonly position: bigint | undefined
  /**
   * Adds a listener. False when the reader is ahead of it: the listener must read on by itself up to `position` first.
   * A resting reader starts where the listener is, which should therefore be near the end of the log.
   */
  join(listener: Listener): boolean
  leave(listener: Listener): void
  close(): Promise<void>
}

/** Wake-ups can be lost; this is how late an event can be then. */
const POLL_MS = 1_000
/** The time from one look to the next: under load, commits are read together at a fraction of the work. */
const BREATHER_MS = 4
const AFTER_FAILURE_MS = 500

export function createReader(db: Database, log: Log): Reader {
  const topics = createTopics<Listener>()
  const rest = createRest()
  const stopListening = db.signal.on('events', rest.wake)
  let position: bigint | undefined
  let running = Promise.resolve()
  let closed = false

  async function follow(): Promise<void> {
    while (topics.size > 0 && !closed && position !== undefined) {
      const started = performance.now()
      let pause = AFTER_FAILURE_MS
      try {
        const page = await readPage(db, position, PAGE_ROWS)
        // From here on until the batch is handed out, only those who know all of it may join.
        position = page.next
        await publish(page.events.filter((event) => topics.of(event).length > 0))
        pause = page.more ? 0 : page.blocked ? LOOK_AGAIN_MS : POLL_MS
      } catch (error) {
        log.warn({ err: error }, 'the event log could not be read; trying again')
      }
      await rest.until(started + BREATHER_MS, pause)
    }
    position = undefined
  }

  async function publish(events: LoggedEvent[]): Promise<void> {
    for (const item of await snapshots(events)) {
      for (const listener of topics.of(item.event)) if (item.event.seq > listener.seen) listener.take(item)
    }
  }

  /** The place was passed, so this must not fail. */
  async function snapshots(events: LoggedEvent[]): Promise<LiveEvent[]> {
    while (!closed) {
      try {
        return await withSnapshots(db, events)
      } catch (error) {
        log.warn({ err: error }, 'invocations could not be read for their subscribers; trying again')
        await delay(AFTER_FAILURE_MS)
      }
    }
    return []
  }

  return {
    get position() {
      return position
    },
    join(listener) {
      if (closed || (position !== undefined && listener.seen < position)) return false
      topics.add(listener)
      if (position === undefined) {
        position = listener.seen
        running = running.then(follow)
      }
      return true
    },
    leave: topics.delete,
    async close() {
      closed = true
      stopListening()
      rest.wake()
      await running
    },
  }
}
