import type { DbClock } from '../clock.ts'
import type { Deliver, Delivered } from '../delivery/deliver.ts'
import type { Log } from '../log.ts'
import type { Running } from '../store/mark-running.ts'
import { createHeap } from './heap.ts'
import type { Origin } from './origins.ts'

/** A run that is marked RUNNING and not sent yet. */
export interface Ready extends Running {
  origin: Origin
  /** After this instant (database time) the lease no longer covers the whole request. */
  sendBy: number
  /** When its request left, epoch ms (database time). */
  sentAt: number
  /** It was marked elsewhere, on a place that was booked. */
  booked: boolean
}

/** The marked runs: until their instant, until a slot of their host is free, and while their request is under way. */
export interface Sending {
  add(run: Ready): void
  /** Sends what is due, as slots allow. */
  sendDue(now: number): void
  /** All runs in here. */
  readonly taken: number
  /** When the next one could be sent, epoch ms; Infinity when there is none or no slot. */
  readonly nextAt: number
  /** Ends the requests of these invocations, if they are under way here. */
  supersede(ids: readonly string[]): void
  /** Runs whose request is under way. */
  readonly running: readonly Running[]
  /** Takes out what was not sent. */
  drain(origins: Iterable<Origin>): Running[]
  /** Resolves when no request is under way. */
  idle(): Promise<void>
}

export interface SendingOptions {
  clock: DbClock
  log: Log
  /** Requests under way at one time, in all and to one host. */
  concurrency: number
  perOrigin: number
  deliver: Deliver
  onDelivered(delivered: Delivered): void
  /** Takes back the mark of rows that were not sent. Never rejects. */
  unmark(rows: readonly Running[]): Promise<void>
  /** A run is not in here any more. */
  onLeft(run: Ready, now: number): void
  /** A request has ended and everything about it was done. */
  onEnded(now: number, tookMs: number): void
}

export function createSending(options: SendingOptions): Sending {
  const { clock, log, concurrency, perOrigin, deliver, onDelivered, unmark, onLeft, onEnded } = options
  /** For their instant. */
  const ready = createHeap<Ready>()
  const running = new Map<string, Running>()
  /** How to end the request of a run of a schedule. */
  const endings = new Map<string, () => void>()
  /** Due, behind the limit of their host. */
  let blocked = 0
  const idlers: (() => void)[] = []

  /** False when it is too late to send it. */
  function start(run: Ready, now: number): boolean {
    const { origin } = run
    if (now > run.sendBy) {
      onLeft(run, now)
      void unmark([run])
      return false
    }
    origin.sending++
    run.sentAt = now
    running.set(run.id, run)
    try {
      const superseded = deliver(run, (delivered) => {
        onDelivered(delivered)
        end(run)
      })
      if (run.recurring) endings.set(run.id, superseded)
    } catch (error) {
      // A defect: the row stays RUNNING until its lease runs out, and is then judged like one of a server that died.
      log.error({ err: error, invocation: run.id }, 'could not deliver')
      end(run)
    }
    return true
  }

  function end(run: Ready) {
    const { id, origin } = run
    const now = clock.now()
    running.delete(id)
    endings.delete(id)
    origin.sending--
    origin.pace.hit(now, now - run.sentAt)
    while (origin.blocked.length > 0) {
      blocked--
      if (start(origin.blocked.shift() as Ready, now)) break
    }
    onLeft(run, now)
    if (running.size === 0) for (const resolve of idlers.splice(0)) resolve()
    onEnded(now, now - run.sentAt)
  }

  return {
    add: (run) => ready.push(run),
    sendDue(now) {
      while (running.size < concurrency) {
        const next = ready.peek()
        if (!next || next.runAt > now) return
        ready.pop()
        if (next.origin.sending < perOrigin) start(next, now)
        else {
          next.origin.blocked.push(next)
          blocked++
        }
      }
    },
    get taken() {
      return running.size + ready.size + blocked
    },
    get nextAt() {
      return running.size < concurrency ? (ready.peek()?.runAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    },
    supersede(ids) {
      for (const id of ids) endings.get(id)?.()
    },
    get running() {
      return [...running.values()]
    },
    drain(origins) {
      const unsent: Running[] = ready.drain()
      for (const origin of origins) unsent.push(...origin.blocked.splice(0))
      blocked = 0
      return unsent
    },
    idle() {
      if (running.size === 0) return Promise.resolve()
      return new Promise((resolve) => idlers.push(resolve))
    },
  }
}
