import { setTimeout as delay } from 'node:timers/promises'
import type { EventType, LoggedEvent } from '../domain/event.ts'
import type { InvocationStatus } from '../domain/lifecycle.ts'
import type { Database } from './database.ts'
import { type Gap, gapMemory } from './event-gaps.ts'
import { readNoted } from './installation.ts'

/** A stretch of the log, read in order. */
export interface LogPage {
  events: LoggedEvent[]
  /** Everything up to here is decided and was looked at: the place to read on from. */
  next: bigint
  /** More may be there already. */
  more: boolean
  /** The page ends before a number that a writer may still be about to commit: read again shortly. */
  blocked: boolean
}

/**
 * The events after `after`, oldest first, at most `limit`; of one project or of all. A row that commits late is never
 * skipped: the answer waits for it a moment, then ends before it. Empty at the end of the log.
 */
export async function readEvents(db: Database, options: { projectId?: string; after: bigint; limit: number }): Promise<LoggedEvent[]> {
  const { projectId, limit } = options
  const found: LoggedEvent[] = []
  for (let { after } = options, waits = 0; found.length < limit; ) {
    const page = await readPage(db, after, Math.min(PAGE_ROWS, 4 * limit))
    for (const event of page.events) if (!projectId || event.projectId === projectId) found.push(event)
    if (page.blocked && waits++ < WAITS) await delay(LOOK_AGAIN_MS)
    else if (!page.more) break
    after = page.next
  }
  return found.slice(0, limit)
}

/**
 * The next stretch of the log, of all projects: a gap can only be told from another project's row by seeing that.
 *
 * `seq` is given out before commit, so 7 can be there while 6 is still to come; a rolled-back writer leaves a number that
 * never comes. Every writer holds a shared advisory lock from before its first number until it has ended, and whoever took
 * 6 held it when 7 was seen. So the holders are noted once, after 7 was seen: when all of them have ended and a fresh look
 * does not find 6, it will never be there.
 */
export async function readPage(db: Database, after: bigint, limit: number): Promise<LogPage> {
  const memory = gapMemory(db)
  for (let givenUp = after; ; ) {
    // What was decided before the look began is part of it; what another reader learns meanwhile may be missing in ours.
    const known = memory.known()
    const events = await readRows(db, after, limit)
    const gap = firstGap(events, after, (from, to) => to - 1n <= givenUp || (from > known.after && to - 1n <= known.upTo))
    const decided = gap ? events.slice(0, gap.index) : events
    const next = decided.at(-1)?.seq ?? after
    memory.learn(after, next)
    if (!gap) return { events, next, more: events.length === limit, blocked: false }
    const settled = await memory.settledUpTo(gap, events.at(-1)!.seq)
    if (settled === undefined) return { events: decided, next, more: false, blocked: true }
    givenUp = settled
  }
}

/** The place after which everything is new: what was committed before the call lies at or before it. */
export async function headOfLog(db: Database): Promise<bigint> {
  const { rows } = await db.pool.query<{ head: string }>('select coalesce(max(seq), 0) as head from events')
  const head = BigInt(rows[0]!.head)
  // Numbers below it whose writers have not ended would be skipped.
  await gapMemory(db).writersEnded()
  return head
}

/** `after`, but never beyond the last number given out: a cursor from another database would wait for ever. */
export async function placeInLog(db: Database, after: bigint): Promise<bigint> {
  const { rows } = await db.pool.query<{ last: string }>('select last_value as last from events_seq_seq')
  const last = BigInt(rows[0]!.last)
  return after < last ? after : last
}

/** Under this name the installation notes the last place that retention has removed. */
export const LOG_BEGIN = 'event-log-begin'

/** The last place that retention has removed, 0 while there is none: whoever reads on from before it has missed something. */
export async function beginOfLog(db: Database): Promise<bigint> {
  return BigInt((await readNoted(db.pool, LOG_BEGIN)) ?? 0)
}

/** How long a reader lets pass before it looks again for a row that commits late. */
export const LOOK_AGAIN_MS = 10
/** After these a query answers with what there is; a subscription goes on looking. */
const WAITS = 20

/** Small enough to be read in a few milliseconds, large enough that its round trip does not matter. */
export const PAGE_ROWS = 500

interface Row {
  seq: string
  project_id: string
  type: EventType
  at: number
  action_id: string | null
  invocation_id: string | null
  status: InvocationStatus | null
  note: string | null
}

async function readRows(db: Database, after: bigint, limit: number): Promise<LoggedEvent[]> {
  const { rows } = await db.pool.query<Row>({ name: 'read-events', text: READ, values: [after, limit] })
  return rows.map((row) => ({
    seq: BigInt(row.seq),
    projectId: row.project_id,
    type: row.type,
    at: row.at,
    actionId: row.action_id,
    invocationId: row.invocation_id,
    status: row.status,
    note: row.note,
  }))
}

const READ = `
select seq, project_id, type, round(date_part('epoch', at) * 1000) as at, action_id, invocation_id, status, note
from events where seq > $1 order by seq limit $2`

function firstGap(
  events: readonly LoggedEvent[],
  after: bigint,
  isDecided: (from: bigint, to: bigint) => boolean,
): (Gap & { index: number }) | undefined {
  let expected = after + 1n
  for (const [index, { seq }] of events.entries()) {
    if (seq > expected && !isDecided(expected, seq)) return { from: expected, to: seq, index }
    expected = seq + 1n
  }
  return undefined
}
