import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { type Changes, openChanges } from './changes.ts'
import { createReader } from './reader.ts'
import { openSubscription, type SubscribeOptions, type Subscription } from './subscription.ts'

export type { Changes } from './changes.ts'
export type { LiveEvent } from './snapshots.ts'
export type { SubscribeOptions } from './subscription.ts'

/** The changes of invocations as they happen, on whichever server, from the log that all servers share. */
export interface Live {
  /** Gives every event of the topic's invocations after `after` (or from now), in order, none left out, none twice. Ids are UUIDs. */
  subscribe(options: SubscribeOptions): Subscription
  /** The same for who only wants to know that there is something new: several events may be told as one. */
  changes(options: SubscribeOptions): Changes
  /** Ends all subscriptions. */
  close(): Promise<void>
}

/** What a connection may need to recover by itself. */
const STALLED_MS = 5_000

/** `stalledMs`: how long a subscriber whose queue ran over may ask for nothing before it is reported. Default 5 s. */
export function createLive({ db, log, stalledMs = STALLED_MS }: { db: Database; log: Log; stalledMs?: number }): Live {
  const reader = createReader(db, log)
  const open = new Set<Subscription>()
  const onEnd = (subscription: Subscription) => void open.delete(subscription)

  function subscribe(options: SubscribeOptions): Subscription {
    const subscription = openSubscription({ db, log, reader, stalledMs, onEnd }, options)
    open.add(subscription)
    return subscription
  }

  return {
    subscribe,
    changes: ({ onStalled, ...options }) => openChanges({ events: subscribe(options), stalledMs, onStalled }),
    async close() {
      await Promise.all([...open].map((subscription) => subscription.return?.()))
      await reader.close()
    },
  }
}
