import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { beginOfLog, headOfLog, LOOK_AGAIN_MS, placeInLog, readPage } from '../store/event-log.ts'
import type { Listener, Reader } from './reader.ts'
import { type LiveEvent, withSnapshots } from './snapshots.ts'
import { covers, type Topic } from './topics.ts'

/** More than this waiting for one subscriber means that it reads slower than events come. */
const QUEUE_EVENTS = 256
const AFTER_FAILURE_MS = 500

export interface SubscribeOptions extends Topic {
  /** Replays what came after this place first. Default: from now on. */
  after?: bigint | undefined
  /** Ends the subscription. */
  signal?: AbortSignal | undefined
  /** Called when the queue ran over and then nothing was asked for in 5 s (`stalledMs`): nobody reads at the other end. */
  onStalled?: (() => void) | undefined
}

export type Subscription = AsyncIterableIterator<LiveEvent, undefined>

interface Needs {
  db: Database
  log: Log
  reader: Reader
  stalledMs: number
  /** Called once when the subscription has ended, whoever ended it. */
  onEnd(subscription: Subscription): void
}

/**
 * One subscriber's way through the log, without gap or double.
 *
 * It begins by replaying: pages are read from the database as fast as the consumer asks for them. Once it has caught up
 * it joins the shared reader, which fills its queue. When the queue runs over it is dropped and the subscriber goes back
 * to replaying from there, at its own pace, so a slow consumer costs no memory and loses nothing.
 */
export function openSubscription({ db, log, reader, stalledMs, onEnd }: Needs, options: SubscribeOptions): Subscription {
  const { signal, onStalled } = options
  let queue: LiveEvent[] = []
  let asking: ((result: IteratorResult<LiveEvent, undefined>) => void)[] = []
  let live = false
  let loading = false
  let ended = false
  let stall: NodeJS.Timeout | undefined

  const listener: Listener = {
    ...options,
    seen: reader.position ?? 0n,
    take(item) {
      queue.push(item)
      if (queue.length > QUEUE_EVENTS) fallBack()
      else serve()
    },
  }

  // "From now" is the moment of the call and not of the first `next`.
  if (options.after === undefined && reader.position !== undefined) live = reader.join(listener)
  const findStart = () => (options.after === undefined ? headOfLog(db) : placeInLog(db, options.after))
  let start = live ? undefined : findStart().catch(() => undefined)

  function fallBack() {
    reader.leave(listener)
    live = false
    listener.seen = queue[0]!.event.seq - 1n
    queue = []
    stall ??= onStalled && setTimeout(onStalled, stalledMs)
  }

  function serve() {
    while (asking.length > 0 && queue.length > 0) asking.shift()!({ value: queue.shift()!, done: false })
  }

  async function load(): Promise<void> {
    loading = true
    while (asking.length > 0 && !live && !ended) {
      try {
        await readOn()
      } catch (error) {
        log.warn({ err: error }, 'a subscription could not be replayed; trying again')
        await delay(AFTER_FAILURE_MS)
      }
    }
    loading = false
  }

  async function readOn(): Promise<void> {
    if (start) {
      listener.seen = (await start) ?? (await findStart())
      start = undefined
    }
    if (ended || joinIf(reader.position !== undefined)) return
    const page = await readPage(db, listener.seen, QUEUE_EVENTS)
    // Retention has overtaken it: whoever subscribes again with the last cursor is told.
    if (page.events[0] && page.events[0].seq > listener.seen + 1n && listener.seen < (await beginOfLog(db))) return end()
    const items = await withSnapshots(
      db,
      page.events.filter((event) => covers(options, event)),
    )
    if (ended) return
    listener.seen = page.next
    queue.push(...items)
    serve()
    if (queue.length > 0 || joinIf(!page.more)) return
    // Nothing yet, and a gap or the reader is in the way.
    if (!page.more) await delay(LOOK_AGAIN_MS)
  }

  /** A resting reader is started only by a subscriber at the end of the log, or else it would drag all others through the past. */
  function joinIf(near: boolean): boolean {
    live = near && reader.join(listener)
    return live
  }

  function end() {
    if (ended) return
    ended = true
    live = false
    reader.leave(listener)
    clearTimeout(stall)
    signal?.removeEventListener('abort', end)
    queue = []
    for (const answer of asking) answer({ value: undefined, done: true })
    asking = []
    onEnd(subscription)
  }

  const subscription: Subscription = {
    next() {
      clearTimeout(stall)
      stall = undefined
      if (ended) return Promise.resolve({ value: undefined, done: true })
      return new Promise((resolve) => {
        asking.push(resolve)
        serve()
        if (asking.length > 0 && !live && !loading) void load()
      })
    },
    async return() {
      end()
      return { value: undefined, done: true }
    },
    async throw(error) {
      end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  if (signal?.aborted) queueMicrotask(end)
  else signal?.addEventListener('abort', end, { once: true })
  return subscription
}
