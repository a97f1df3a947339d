import type { DbClock } from '../clock.ts'
import type { Deliver, Delivered } from '../delivery/deliver.ts'
import { splitUrl } from '../delivery/request.ts'
import type { Log } from '../log.ts'
import type { Claimed } from '../store/claim.ts'
import { LEASE_MARGIN_MS, type Running } from '../store/mark-running.ts'
import { createHeap } from './heap.ts'
import { createOrigins, type Origin } from './origins.ts'
import { createPace } from './pace.ts'

/** Holds claimed rows until their instant, marks them RUNNING just before it and sends them at it. */
export interface Runner {
  /** Takes claimed rows. One that is here already is replaced: the database's word is newer. */
  add(rows: readonly Claimed[]): void
  /** How many more rows it wants. */
  readonly room: number
  /** Beginnings of the URLs of hosts that have enough rows waiting here. */
  readonly saturated: string[]
  /** Runs that are under way, oldest first. */
  readonly running: readonly Running[]
  /** Takes no more, marks no more, sends no more; resolves with what is here and was not sent. */
  halt(): Promise<{ claimed: Claimed[]; unsent: Running[] }>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export interface RunnerOptions {
  clock: DbClock
  log: Log
  /** Requests under way at one time, in all and to one host. */
  concurrency: number
  perOrigin: number
  mark(rows: readonly Claimed[], aheadMs: number): Promise<Running[]>
  /** Takes back the mark of rows that were not sent. */
  unmark(rows: readonly Running[]): Promise<void>
  deliver: Deliver
  onDelivered(delivered: Delivered): void
  /** There is room for more rows than before. */
  onRoom(): void
}

/** Rows are marked RUNNING this long before their instant: time for the statement to come back, and not much more, since `cancel` is too late from then on. */
const MARK_AHEAD_MS = 30
/** A statement that is made anyway takes the rows up to here, so that a steady stream needs fewer. */
const MARK_TOGETHER_MS = 60
/** The most rows in one statement. */
const MARK_ROWS = 500
/** At speed, rows are marked before there is a slot for them: as many as end in this time. Slow targets get none ahead. */
const LOOKAHEAD_MS = 15
/** Timers are armed again at least this often, so that a machine that slept or a clock that was set is noticed. */
const TIMER_MOST_MS = 1_000
/** Rows wanted in memory: this many times the slots, or what ends in a second. */
const HELD_PER_SLOT = 8
const HELD_LEAST = 500
const HELD_MOST = 10_000
const PAUSE_AFTER_ERROR_MS = 250

interface Held extends Claimed {
  origin: Origin
}
interface Ready extends Running {
  origin: Origin
  /** After this instant (database time) the lease no longer covers the whole request. */
  sendBy: number
}

export function createRunner(options: RunnerOptions): Runner {
  const { clock, log, concurrency, perOrigin, mark, unmark, deliver, onDelivered, onRoom } = options
  const origins = createOrigins()
  const pace = createPace()
  /** Claimed, by id: in the heap or waiting for their host. What is not in here any more is passed over when its turn comes. */
  const held = new Map<string, Held>()
  const due = createHeap<Held>()
  /** Hosts whose limit held rows back and which may have a place by now. */
  const resumable = new Set<Origin>()
  /** Marked, for their instant. */
  const ready = createHeap<Ready>()
  const running = new Map<string, Running>()
  let blocked = 0
  let marking: Promise<void> | undefined
  let markAgainAt = 0
  let halted = false
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  const idlers: (() => void)[] = []

  const lookahead = (rate: number) => Math.floor(rate * LOOKAHEAD_MS)

  function pump() {
    if (halted) return
    const now = clock.now()
    sendDue(now)
    if (!marking && now >= markAgainAt) markSome(now)
    arm(now)
  }

  function sendDue(now: number) {
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
  }

  /** False when it is too late to send it. */
  function start(run: Ready, now: number): boolean {
    const { origin } = run
    if (now > run.sendBy) {
      origin.active--
      void unmark([run])
      return false
    }
    origin.sending++
    running.set(run.id, run)
    try {
      deliver(run, (delivered) => {
        onDelivered(delivered)
        end(run)
      })
    } catch (error) {
      // A defect: the row stays RUNNING until its lease runs out, and is then judged like one of a server that died.
      log.error({ err: error, invocation: run.id }, 'could not deliver')
      end(run)
    }
    return true
  }

  function end({ id, origin }: Ready) {
    const now = clock.now()
    running.delete(id)
    origin.sending--
    origin.active--
    origin.pace.hit(now)
    pace.hit(now)
    if (origin.waiting.length > 0) resumable.add(origin)
    while (origin.blocked.length > 0) {
      blocked--
      if (start(origin.blocked.shift() as Ready, now)) break
    }
    origins.tidy(origin)
    if (running.size === 0) for (const resolve of idlers.splice(0)) resolve()
    pump()
  }

  function markSome(now: number) {
    const ahead = lookahead(pace.perMs(now))
    const room = concurrency + ahead - running.size - ready.size - blocked
    // Not a few at a time while there is still enough at hand.
    if (room <= 0 || room < ahead / 2) return
    const batch = takeForMark(now, Math.min(room, MARK_ROWS))
    if (batch.length === 0) return
    marking = markBatch(batch, now).finally(() => {
      marking = undefined
      pump()
    })
  }

  function takeForMark(now: number, room: number): Held[] {
    const batch: Held[] = []
    /** Passes over a row that was replaced meanwhile. */
    const take = (row: Held) => {
      row.origin.held--
      if (held.get(row.id) !== row) return
      held.delete(row.id)
      row.origin.active++
      batch.push(row)
    }
    const limitOf = (origin: Origin) => perOrigin + lookahead(origin.pace.perMs(now))
    for (const origin of resumable) {
      const limit = limitOf(origin)
      while (batch.length < room && origin.active < limit && origin.waiting.length > 0) take(origin.waiting.shift() as Held)
      if (origin.waiting.length === 0 || origin.active >= limit) resumable.delete(origin)
      if (batch.length >= room) return batch
    }
    const first = due.peek()
    if (!first || first.runAt > now + MARK_AHEAD_MS) return batch
    while (batch.length < room) {
      const row = due.peek()
      if (!row || row.runAt > now + MARK_TOGETHER_MS) break
      due.pop()
      if (row.origin.active < limitOf(row.origin)) take(row)
      else row.origin.waiting.push(row)
    }
    if (due.size < wanted(now) / 2) onRoom()
    return batch
  }

  async function markBatch(batch: Held[], askedAt: number) {
    const byId = new Map(batch.map((row) => [row.id, row]))
    try {
      for (const run of await mark(batch, MARK_TOGETHER_MS)) {
        const { origin } = byId.get(run.id)!
        byId.delete(run.id)
        // The lease runs from the later of the instant and the statement, and covers the deadline and this margin.
        ready.push({ ...run, origin, sendBy: Math.max(run.runAt, askedAt) + LEASE_MARGIN_MS / 2 })
      }
      // Cancelled, paused, taken over, locked: whatever it was, it is not ours to send. If it still is to run, its lease lapses.
      for (const { origin } of byId.values()) {
        origin.active--
        origins.tidy(origin)
      }
    } catch (error) {
      log.warn({ err: error, rows: batch.length }, 'could not mark rows as running; trying again')
      markAgainAt = clock.now() + PAUSE_AFTER_ERROR_MS
      for (const row of batch) {
        row.origin.active--
        hold(row)
      }
    }
  }

  function arm(now: number) {
    let next = now + TIMER_MOST_MS
    const nextReady = ready.peek()
    if (nextReady && running.size < concurrency) next = Math.min(next, nextReady.runAt)
    const nextDue = due.peek()
    if (nextDue && !marking) {
      const at = Math.max(nextDue.runAt - MARK_AHEAD_MS, markAgainAt)
      // One that is due and was not taken waits for a slot, not for the time.
      if (at > now) next = Math.min(next, at)
    }
    if (timer && timerAt <= next && timerAt > now) return
    clearTimeout(timer)
    timerAt = next
    timer = setTimeout(
      () => {
        timer = undefined
        pump()
      },
      Math.max(0, Math.ceil(next - now)),
    )
  }

  function hold(row: Held) {
    row.origin.held++
    held.set(row.id, row)
    due.push(row)
  }

  const wanted = (now: number) => Math.min(HELD_MOST, Math.max(HELD_LEAST, concurrency * HELD_PER_SLOT, pace.perMs(now) * 1000))

  return {
    add(rows) {
      for (const row of rows) hold({ ...row, origin: origins.of(splitUrl(row.target).origin) })
      pump()
    },
    get room() {
      return Math.max(0, Math.floor(wanted(clock.now())) - due.size)
    },
    get saturated() {
      const enough = ({ waiting }: Origin) => waiting.length >= 2 * perOrigin
      return Array.from(origins.all())
        .filter(enough)
        .map(({ name }) => `${name}/`)
    },
    get running() {
      return [...running.values()]
    },
    async halt() {
      halted = true
      clearTimeout(timer)
      await marking
      const unsent: Running[] = ready.drain()
      for (const origin of origins.all()) unsent.push(...origin.blocked.splice(0))
      const claimed = [...held.values()]
      held.clear()
      due.drain()
      return { claimed, unsent }
    },
    idle() {
      if (running.size === 0) return Promise.resolve()
      return new Promise((resolve) => idlers.push(resolve))
    },
  }
}
