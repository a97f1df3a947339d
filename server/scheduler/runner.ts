import type { DbClock } from '../clock.ts'
import type { Deliver, Delivered } from '../delivery/deliver.ts'
import { splitUrl } from '../delivery/request.ts'
import type { Room } from '../domain/lane.ts'
import type { Log } from '../log.ts'
import type { Claimed } from '../store/claim.ts'
import { LEASE_MARGIN_MS, type Running } from '../store/mark-running.ts'
import { createBusyHosts, type Look } from './busy-hosts.ts'
import { createLead } from './lead.ts'
import { createOrigins, type Origin } from './origins.ts'
import { createPace } from './pace.ts'
import { createSending } from './sending.ts'
import { createWaiting, MARK_TOGETHER_MS, type Waiting } from './waiting.ts'

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
  /** Room for runs that wait in lanes, and for those that are guarded. */
  readonly lanes: LaneRoom
  /** Ends the requests of these invocations, if they are under way here, because newer runs take their place. */
  supersede(ids: readonly string[]): void
  /** Runs that are under way. */
  readonly running: readonly Running[]
  /** Takes no more, marks no more, sends no more; resolves with what is here and was not sent. */
  halt(): Promise<{ claimed: Claimed[]; unsent: Running[] }>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Runs that come out of lanes, or are judged before they are sent, are marked elsewhere and sent here. */
export interface LaneRoom {
  /** How many more of them may be marked now, and how many of these for one host; none for those of `saturated` (beginnings of URLs). */
  room(): Room & { saturated: string[] }
  /** Keeps places for `count` of them while they are marked: call `end` with what came of it, always. */
  book(count: number): { end(runs: readonly Running[]): void }
}

export interface RunnerOptions {
  clock: DbClock
  log: Log
  /** Requests under way at one time, in all and to one host. */
  concurrency: number
  perOrigin: number
  /** Marks claimed rows that are due within `aheadMs`. */
  mark(rows: readonly Claimed[], aheadMs: number): Promise<Running[]>
  /** Marks rows that are due and nobody holds. `seen`: how many it dealt with; as many as `limit` means that there may be more. */
  take(limit: number, saturated: readonly string[]): Promise<{ rows: Running[]; seen: number }>
  /** Gives claimed rows back. Never rejects. */
  unclaim(rows: readonly Claimed[]): Promise<void>
  /** Takes back the mark of rows that were not sent. Never rejects. */
  unmark(rows: readonly Running[]): Promise<void>
  deliver: Deliver
  onDelivered(delivered: Delivered): void
}

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
const PAUSE_AFTER_ERROR_MS = 250
/** One of so many slots is for runs that are marked elsewhere also while others fill them all. */
const LANE_SHARE = 8

export function createRunner(options: RunnerOptions): Runner {
  const { clock, log, concurrency, perOrigin, mark, take, unclaim } = options
  const origins = createOrigins(perOrigin)
  const pace = createPace(concurrency)
  const lead = createLead()
  const waiting = createWaiting()
  const sending = createSending({
    ...options,
    onLeft(run, now) {
      if (run.booked) laned--
      leave(run.origin, now)
    },
    onEnded(now, tookMs) {
      pace.hit(now, tookMs)
      pump()
    },
  })
  let dueInDatabase = false
  /** Runs marked elsewhere that are here, or about to be. */
  let laned = 0
  const marking = new Set<Promise<void>>()
  let taking: Promise<void> | undefined
  /** Rows of those two statements that have not come back yet. */
  let asked = 0
  let pausedUntil = 0
  let aheadMs = LOOKAHEAD_LEAST_MS
  let halted = false
  let timer: NodeJS.Timeout | undefined
  let timerAt = 0

  const lookahead = (of: typeof pace, now: number) => Math.floor(of.perMs(now) * aheadMs)
  const limitOf = (origin: Origin, now: number) => perOrigin + lookahead(origin.pace, now)
  const busyHosts = createBusyHosts({ origins, limitOf })

  function pump() {
    if (halted) return
    const now = clock.now()
    sending.sendDue(now)
    if (now >= pausedUntil) {
      if (marking.size < MARKS_AT_ONCE) markSome(now)
      if (!taking && dueInDatabase) takeSome(now)
    }
    arm(now)
  }

  /** One place of the host is free again. */
  function leave(origin: Origin, now: number) {
    origin.active--
    waiting.resume(origin)
    if (busyHosts.freed(origin, now)) dueInDatabase = true
  }

  const roomLeft = (ahead: number) => concurrency + ahead - sending.taken - asked

  /** How many rows may be marked now; none while enough are at hand, so that statements are few and full. */
  function roomToMark(now: number) {
    const ahead = lookahead(pace, now)
    const room = roomLeft(ahead)
    return room >= Math.max(1, ahead / 2) ? Math.min(room, MARK_ROWS) : 0
  }

  function markSome(now: number) {
    const batch = waiting.collect(now, { room: roomToMark(now), leadMs: lead.ms(now), limitOf })
    if (batch.length === 0) return
    asked += batch.length
    const work = markBatch(batch, now).finally(() => {
      marking.delete(work)
      asked -= batch.length
      pump()
    })
    marking.add(work)
  }

  async function markBatch(batch: Waiting[], askedAt: number) {
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
        waiting.hold(row)
      }
    }
  }

  function takeSome(now: number) {
    const most = Math.min(roomToMark(now), perOrigin + lookahead(pace, now))
    const look = most > 0 ? busyHosts.look(most, now) : undefined
    if (!look) return
    dueInDatabase = false
    asked += look.limit
    taking = takeBatch(look, now).finally(() => {
      taking = undefined
      asked -= look.limit
      pump()
    })
  }

  async function takeBatch(look: Look, askedAt: number) {
    try {
      const { rows: runs, seen } = await take(look.limit, look.saturated)
      const now = clock.now()
      if (runs.length > 0) took(now - askedAt)
      for (const run of runs) {
        const origin = origins.of(splitUrl(run.url).origin)
        origin.active++
        queue(run, origin, askedAt)
      }
      if (seen === look.limit) dueInDatabase = true
      else busyHosts.foundAll(look, askedAt, now)
    } catch (error) {
      pauseAfter(error)
      dueInDatabase = true
    }
  }

  /** The lease runs from the later of the instant and the statement; half of its margin is left for late timers and for writing the outcome. */
  function queue(run: Running, origin: Origin, askedAt: number, booked = false) {
    sending.add(Object.assign(run, { origin, booked, sendBy: Math.max(run.runAt, askedAt) + LEASE_MARGIN_MS / 2, sentAt: 0 }))
  }

  /** Follows how long statements take at present. */
  function took(ms: number) {
    const wanted = Math.min(Math.max(ms * LOOKAHEAD_STATEMENTS, LOOKAHEAD_LEAST_MS), LOOKAHEAD_MOST_MS)
    aheadMs += (wanted - aheadMs) / 4
  }

  function pauseAfter(error: unknown) {
    log.warn({ err: error }, 'could not mark rows as running; trying again')
    pausedUntil = clock.now() + PAUSE_AFTER_ERROR_MS
  }

  function arm(now: number) {
    let next = Math.min(now + TIMER_MOST_MS, sending.nextAt)
    if (now < pausedUntil) next = Math.min(next, pausedUntil)
    else if (marking.size < MARKS_AT_ONCE) {
      const at = waiting.nextAt - lead.ms(now)
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
      for (const row of rows) waiting.hold({ ...row, origin: origins.of(splitUrl(row.target).origin) })
      pump()
    },
    get room() {
      return Math.max(0, concurrency * HELD_PER_SLOT - waiting.coming)
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
    lanes: {
      room() {
        // What is marked for a host beyond its slots would only wait here.
        const of = (name: string) => perOrigin - origins.of(name).active
        const saturated = Array.from(origins.all(), ({ name, active }) => (active < perOrigin ? '' : `${name}/`)).filter(Boolean)
        return { saturated, total: Math.min(MARK_ROWS, Math.max(roomLeft(0), Math.floor(concurrency / LANE_SHARE) - laned)), of }
      },
      book(count) {
        const askedAt = clock.now()
        asked += count
        laned += count
        return {
          end(runs) {
            asked -= count
            laned += runs.length - count
            for (const run of runs) {
              const origin = origins.of(splitUrl(run.url).origin)
              origin.active++
              queue(run, origin, askedAt, true)
            }
            pump()
          },
        }
      },
    },
    supersede(ids) {
      sending.supersede(ids)
    },
    get running() {
      return sending.running
    },
    async halt() {
      halted = true
      clearTimeout(timer)
      await Promise.all([...marking, taking])
      return { claimed: waiting.drain(), unsent: sending.drain(origins.all()) }
    },
    idle: () => sending.idle(),
  }
}
