import { monotonic } from '../clock.ts'
import { splitUrl } from '../delivery/request.ts'
import type { Log } from '../log.ts'
import { auditedOn } from '../store/audited.ts'
import type { Database } from '../store/database.ts'
import type { Marked, Running } from '../store/mark-running.ts'
import { passGuard } from '../store/pass-guard.ts'
import { type GuardedRow, listGuarded, takeGuarded } from '../store/take-guarded.ts'
import { createLead } from './lead.ts'
import { type Loop, startLoop } from './loop.ts'
import type { LaneRoom } from './runner.ts'

/** Lets approved runs start, and those that were asked for under rules that changed since, when they pass the gate. Any number of servers may do so. */
export interface Guarded {
  start(): void
  /** Runs became guarded here. */
  wake(): void
  /** Runs have ended here, and left their places. */
  freed(): void
  /** Anything may have changed, an approval among it. */
  look(): void
  /** Lets nothing more start; resolves when the present round has ended. */
  stop(): Promise<void>
}

export interface GuardedOptions {
  db: Database
  log: Log
  owner: string
  places: LaneRoom
  /** These were marked; some of the rows that were dealt with may have gone into lanes. */
  onMarked(marked: Marked): void
}

/** Without a wake-up: another server may have made runs guarded. */
const LOOK_EVERY_MS = 500
/** Someone else holds what is due, or there is no slot. */
const AGAIN_MS = 25
const LEAST_MS = 5
/** It is said of every run that is asked for: looks for that are at least so far apart. */
const LOOK_AFTER_MS = 25
/** Rows of busy hosts have to be passed over, all of them: after a look that found nothing else, none for this many times as long. */
const LOOK_PAST_TIMES = 10
/** Judged in one transaction, one after another. */
const TOGETHER = 100

/** Makes the gate of one server; it begins with `start`. */
export function createGuarded({ db, log, owner, places, onMarked }: GuardedOptions): Guarded {
  const pool = db.engine
  const lead = createLead()
  let loop: Loop | undefined
  let coming: NodeJS.Timeout | undefined
  /** Hosts or all places were taken when it looked last. */
  let starved = false
  let lookPastAt = Number.NEGATIVE_INFINITY

  async function round(): Promise<number> {
    const began = monotonic()
    const room = places.room()
    starved = room.saturated.length > 0 || room.total <= 0
    if (starved && began < lookPastAt) return lookPastAt - began
    const aheadMs = lead.ms(began)
    const limit = Math.min(room.total, TOGETHER)
    const { comesInMs, rows } = await listGuarded(pool, { aheadMs, limit: Math.max(1, limit), saturated: room.saturated })
    if (rows.length === 0) {
      const now = monotonic()
      if (starved) lookPastAt = now + LOOK_PAST_TIMES * (now - began)
      return Math.min(starved ? AGAIN_MS : LOOK_EVERY_MS, Math.max(0, comesInMs - aheadMs))
    }
    const chosen = limit > 0 ? fitting(rows, room.of) : []
    if (chosen.length === 0) return AGAIN_MS
    const dealt = await take(chosen, aheadMs)
    const now = monotonic()
    lead.took(now - began, now)
    return dealt > 0 ? 0 : AGAIN_MS
  }

  /** Gives how many of them it has dealt with. */
  async function take(rows: readonly GuardedRow[], aheadMs: number): Promise<number> {
    const booked = places.book(rows.length)
    let runs: readonly Running[] = []
    try {
      const { marked, refused } = await auditedOn(db, pool, async (sql, note) => {
        const { judged, refused } = await passGuard(
          sql,
          db,
          rows.map(({ id }) => id),
          note,
        )
        const passed = rows.filter(({ id }) => judged.has(id))
        const marked = passed.length === 0 ? undefined : await takeGuarded(sql, { owner, aheadMs, rows: passed, judged })
        return { marked, refused }
      })
      if (refused > 0) db.signal.emit('events')
      if (marked) {
        runs = marked.rows
        onMarked(marked)
      }
      return refused + (marked?.seen ?? 0)
    } finally {
      booked.end(runs)
    }
  }

  return {
    start() {
      loop = startLoop({ name: 'letting guarded runs start', log, round, leastMs: LEAST_MS })
    },
    wake: () => loop?.wake(),
    freed() {
      if (starved) loop?.wake()
    },
    look() {
      coming ??= setTimeout(() => {
        coming = undefined
        loop?.wake()
      }, LOOK_AFTER_MS)
    },
    async stop() {
      clearTimeout(coming)
      await loop?.stop()
    },
  }
}

/** No more for a host than it has room for. */
function fitting(rows: readonly GuardedRow[], roomOf: (origin: string) => number): GuardedRow[] {
  const left = new Map<string, number>()
  return rows.filter(({ target }) => {
    const { origin } = splitUrl(target)
    const room = left.get(origin) ?? roomOf(origin)
    left.set(origin, room - 1)
    return room > 0
  })
}
