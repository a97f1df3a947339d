import type { DbClock } from '../clock.ts'
import type { Deliver, Delivered } from '../delivery/deliver.ts'
import { splitUrl } from '../delivery/request.ts'
import type { Log } from '../log.ts'
import type { Claimed } from '../store/claim.ts'
import { LEASE_MARGIN_MS, type Running } from '../store/mark-running.ts'
import { createHeap } from './heap.ts'
import { createLead } from './lead.ts'
import { createOrigins, type Origin } from './origins.ts'
import { createPace } from './pace.ts'

/** Holds claimed rows until their instant, marks them RUNNING just before it and sends them at it; takes what is due already as slots allow. */
export interface Runner {
  /** Takes claimed rows. One that is here already is replaced: the database's word is newer. */
  add(rows: readonly Claimed[]): void
  /** How many more claimed rows it wants. */
  readonly room: number
  /** Beginnings of the URLs of hosts that have enough claimed rows waiting here. */
  readonly saturated: string[]
  /** There may be due rows in the database. */
  look(): void
  /** Ends the requests of these invocations, if they are under way here, because newer runs take their place. */
  supersede(ids: readonly string[]): void
  /** Runs that are under way. */
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
  /** Marks claimed rows that are due within `aheadMs`. */
  mark(rows: readonly Claimed[], aheadMs: number): Promise<Running[]>
  /** Marks rows that are due and nobody holds. */
  take(limit: number, saturated: readonly string[]): Promise<Running[]>
  /** Gives claimed rows back. Never rejects. */
  unclaim(rows: readonly Claimed[]): Promise<void>
  /** Takes back the mark of rows that were not sent. Never rejects. */
  unmark(rows: readonly Running[]): Promise<void>
  deliver: Deliver
  onDelivered(delivered: Delivered): void
}

/** A statement that is made anyway takes the rows up to this long after those that it is made for, so that a steady stream needs fewer. */
const MARK_TOGETHER_MS = 50
/** So that one with few rows does not hold up the next. */
const MARKS_AT_ONCE = 2
/** The most rows in one statement; each may bring a body of 256 KiB. */
const MARK_ROWS = 250
/**
 * At speed, rows are marked before there is a slot for them: as many as end while four statements are made. A statement is made when half of them are gone, so it is well filled and comes back in time. Slow targets get none ahead.
 */
const LOOKAHEAD_STATEMENTS = 4
const LOOKAHEAD_LEAST_MS = 40
const LOOKAHEAD_MOST_MS = 200
/** Timers are armed again at least this often, so that a machine that slept or a clock that was set is noticed. */
const TIMER_MOST_MS = 1_000
/** Claimed rows wanted in memory, per slot. What does not fit is taken when it is due. */
const HELD_PER_SLOT = 8
/** Due rows of busy hosts lie before those of others and have to be passed over, all of them each time: after a look that found nothing, none for this many times as long. */
const LOOK_PAST_TIMES = 10
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
  const { clock, log, concurrency, perOrigin, mark, take, unclaim, unmark, deliver, onDelivered } = options
  const origins = createOrigins()
  const pace = createPace()
  const lead = createLead()
  /** Claimed, by id: in the heap or waiting for their host. What is not in here any more is passed over when its turn comes. */
  const held = new Map<string, Held>()
  const coming = createHeap<Held>()
  /** Hosts whose limit held rows back and which may have a place by now. */
  const resumable = new Set<Origin>()
  /** Marked, for their instant. */
  const ready = createHeap<Ready>()
  const running = new Map<string, Running>()
  /** How to end the request of a run that is under way. */
  const endings = new Map<string, () => void>()
  let blocked = 0
  let dueInDatabase = false
  let lookPastAt = 0
  const marking = new Set<Promise<void>>()
  let taking: Promise<void> | undefined
  /** Rows of those two statements that have not come back yet. */
  let asked = 0
  let pausedUntil = 0
  let aheadMs = LOOKAHEAD_LEAST_MS
  let halted = false
  let timer: NodeJS.Timeout | undefined
  let timerAt = 0
  const idlers: (() => void)[] = []

  const lookahead = (of: typeof pace, now: number) => Math.floor(of.perMs(now) * aheadMs)
  const limitOf = (origin: Origin, now: number) => perOrigin + lookahead(origin.pace, now)

  function pump() {
    if (halted) return
    const now = clock.now()
    sendDue(now)
    if (now >= pausedUntil) {
      if (marking.size < MARKS_AT_ONCE) markSome(now)
      if (!taking && dueInDatabase) takeSome(now)
    }
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
      leave(origin, now)
      void unmark([run])
      return false
    }
    origin.sending++
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

  function end({ id, origin }: Ready) {
    const now = clock.now()
    running.delete(id)
    endings.delete(id)
    origin.sending--
    origin.pace.hit(now)
    pace.hit(now)
    while (origin.blocked.length > 0) {
      blocked--
      if (start(origin.blocked.shift() as Ready, now)) break
    }
    leave(origin, now)
    if (running.size === 0) for (const resolve of idlers.splice(0)) resolve()
    pump()
  }

  /** One place of the host is free again. */
  function leave(origin: Origin, now: number) {
    origin.active--
    if (origin.waiting.length > 0) resumable.add(origin)
    if (origin.leftOut && !isBusy(origin, now)) {
      origin.leftOut = false
      dueInDatabase = true
    }
  }

  /** How many rows may be marked now; none while enough are at hand, so that statements are few and full. */
  function roomToMark(now: number) {
    const ahead = lookahead(pace, now)
    const room = concurrency + ahead - running.size - ready.size - blocked - asked
    return room >= Math.max(1, ahead / 2) ? Math.min(room, MARK_ROWS) : 0
  }

  function markSome(now: number) {
    const batch = collect(now, roomToMark(now))
    if (batch.length === 0) return
    asked += batch.length
    const work = markBatch(batch, now).finally(() => {
      marking.delete(work)
      asked -= batch.length
      pump()
    })
    marking.add(work)
  }

  function collect(now: number, room: number): Held[] {
    const batch: Held[] = []
    if (room === 0) return batch
    /** Passes over a row that was replaced meanwhile. */
    const add = (row: Held) => {
      row.origin.held--
      if (held.get(row.id) !== row) return
      held.delete(row.id)
      row.origin.active++
      batch.push(row)
    }
    for (const origin of resumable) {
      const limit = limitOf(origin, now)
      while (batch.length < room && origin.active < limit && origin.waiting.length > 0) add(origin.waiting.shift() as Held)
      if (origin.waiting.length === 0 || origin.active >= limit) resumable.delete(origin)
      if (batch.length >= room) return batch
    }
    const first = coming.peek()
    const leadMs = lead.ms(now)
    if (!first || first.runAt > now + leadMs) return batch
    while (batch.length < room) {
      const row = coming.peek()
      if (!row || row.runAt > now + leadMs + MARK_TOGETHER_MS) break
      coming.pop()
      if (row.origin.active < limitOf(row.origin, now)) add(row)
      else row.origin.waiting.push(row)
    }
    return batch
  }

  async function markBatch(batch: Held[], askedAt: number) {
    const missing = new Map(batch.map((row) => [row.id, row]))
    try {
      const runs = await mark(batch, lead.ms(askedAt) + MARK_TOGETHER_MS)
      const now = clock.now()
      took(now - askedAt)
      lead.took(now - askedAt, now)
      for (const run of runs) {
        queue(run, missing.get(run.id)!.origin, askedAt)
        missing.delete(run.id)
      }
      // Cancelled, paused, taken over, locked, held back by another run: it is not to be sent now. If it is to run, someone will take it.
      if (missing.size > 0) void unclaim([...missing.values()])
      for (const { origin } of missing.values()) leave(origin, askedAt)
    } catch (error) {
      pauseAfter(error)
      for (const row of batch) {
        leave(row.origin, askedAt)
        hold(row)
      }
    }
  }

  function takeSome(now: number) {
    let limit = Math.min(roomToMark(now), perOrigin + lookahead(pace, now))
    const saturated: string[] = []
    if (limit === 0) return
    for (const origin of origins.all()) {
      origin.leftOut = isBusy(origin, now)
      if (origin.leftOut) saturated.push(`${origin.name}/`)
      else limit = Math.min(limit, limitOf(origin, now) - origin.active)
    }
    if (saturated.length > 0 && now < lookPastAt) return
    dueInDatabase = false
    asked += limit
    taking = takeBatch(limit, saturated, now).finally(() => {
      taking = undefined
      asked -= limit
      pump()
    })
  }

  async function takeBatch(limit: number, saturated: string[], askedAt: number) {
    try {
      const runs = await take(limit, saturated)
      if (runs.length > 0) took(clock.now() - askedAt)
      for (const run of runs) {
        const origin = origins.of(splitUrl(run.url).origin)
        origin.active++
        queue(run, origin, askedAt)
      }
      if (runs.length === limit) dueInDatabase = true
      else if (saturated.length > 0) {
        const now = clock.now()
        lookPastAt = now + LOOK_PAST_TIMES * (now - askedAt)
      }
    } catch (error) {
      pauseAfter(error)
      dueInDatabase = true
    }
  }

  /** Too little of its limit is left for a batch; its rows would be marked long before they can be sent. */
  const isBusy = (origin: Origin, now: number) => {
    const limit = limitOf(origin, now)
    return origin.waiting.length > 0 || limit - origin.active < Math.max(1, limit / 4)
  }

  /** The lease runs from the later of the instant and the statement; half of its margin is left for late timers and for writing the outcome. */
  function queue(run: Running, origin: Origin, askedAt: number) {
    ready.push(Object.assign(run, { origin, sendBy: Math.max(run.runAt, askedAt) + LEASE_MARGIN_MS / 2 }))
  }

  /** Follows how long statements take at present. */
  function took(ms: number) {
    const wanted = Math.min(Math.max(ms * LOOKAHEAD_STATEMENTS, LOOKAHEAD_LEAST_MS), LOOKAHEAD_MOST_MS)
    aheadMs += (wanted - aheadMs) / 4
  }

  function hold(row: Held) {
    row.origin.held++
    held.set(row.id, row)
    coming.push(row)
  }

  function pauseAfter(error: unknown) {
    log.warn({ err: error }, 'could not mark rows as running; trying again')
    pausedUntil = clock.now() + PAUSE_AFTER_ERROR_MS
  }

  function arm(now: number) {
    let next = now + TIMER_MOST_MS
    const nextReady = ready.peek()
    if (nextReady && running.size < concurrency) next = Math.min(next, nextReady.runAt)
    if (now < pausedUntil) next = Math.min(next, pausedUntil)
    else if (coming.size > 0 && marking.size < MARKS_AT_ONCE) {
      const at = coming.peek()!.runAt - lead.ms(now)
      // One that could be marked and was not waits for a slot, not for the time.
      if (at > now) next = Math.min(next, at)
    }
    if (timer && timerAt <= next && timerAt > now) return
    clearTimeout(timer)
    timerAt = next
    timer = setTimeout(onTimer, Math.max(0, Math.ceil(next - now)))
  }

  function onTimer() {
    timer = undefined
    pump()
  }

  return {
    add(rows) {
      for (const row of rows) hold({ ...row, origin: origins.of(splitUrl(row.target).origin) })
      pump()
    },
    get room() {
      return Math.max(0, concurrency * HELD_PER_SLOT - coming.size)
    },
    get saturated() {
      origins.tidy(clock.now())
      const enough = ({ waiting }: Origin) => waiting.length >= 2 * perOrigin
      return Array.from(origins.all(), (origin) => (enough(origin) ? `${origin.name}/` : '')).filter(Boolean)
    },
    look() {
      dueInDatabase = true
      pump()
    },
    supersede(ids) {
      for (const id of ids) endings.get(id)?.()
    },
    get running() {
      return [...running.values()]
    },
    async halt() {
      halted = true
      clearTimeout(timer)
      await Promise.all([...marking, taking])
      const unsent: Running[] = ready.drain()
      for (const origin of origins.all()) unsent.push(...origin.blocked.splice(0))
      const claimed = [...held.values()]
      held.clear()
      coming.drain()
      return { claimed, unsent }
    },
    idle() {
      if (running.size === 0) return Promise.resolve()
      return new Promise((resolve) => idlers.push(resolve))
    },
  }
}
