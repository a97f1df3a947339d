import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from './database.ts'

/** Numbers that are missing in the log: `from` up to, not including, `to`, which is there. */
export interface Gap {
  from: bigint
  to: bigint
}

/** A stretch of the log in which every number was seen or will never come: after `after`, up to `upTo`. */
export interface Decided {
  after: bigint
  upTo: bigint
}

/** What this process knows about the missing numbers of one database's log. */
export interface GapMemory {
  known(): Decided
  learn(after: bigint, upTo: bigint): void
  /**
   * Up to which number everything that is missing from now on will never come; undefined while a writer that may have
   * taken a number of this gap has not ended. Those writers are noted at the first call. `seen` is the highest number seen.
   */
  settledUpTo(gap: Gap, seen: bigint): Promise<bigint | undefined>
  /** Waits for the writers of this moment to end. */
  writersEnded(): Promise<void>
}

const memories = new WeakMap<Database, GapMemory>()

export function gapMemory(db: Database): GapMemory {
  const known = memories.get(db)
  if (known) return known
  const memory = createGapMemory(db)
  memories.set(db, memory)
  return memory
}

/** Gaps that nobody asked about again: their readers have gone. */
const GAPS_KEPT = 1_000
const LOOK_AGAIN_MS = 5

function createGapMemory(db: Database): GapMemory {
  // One stretch is enough: readers follow the end of the log, and an older stretch is looked at again at little cost.
  let decided: Decided = { after: 0n, upTo: 0n }
  /** By the first number after the gap, which stays when parts of the gap arrive. */
  const suspects = new Map<bigint, Set<string>>()

  return {
    known: () => decided,
    learn(after, upTo) {
      if (upTo <= after || upTo <= decided.upTo) return
      decided = { after: after <= decided.upTo && after > decided.after ? decided.after : after, upTo }
    },
    async settledUpTo({ to }, seen) {
      const noted = suspects.get(to)
      const writers = await readWriters(db)
      const left = noted ? writers.filter((writer) => noted.has(writer)) : writers
      suspects.delete(to)
      if (writers.length === 0) return seen
      if (left.length === 0) return to - 1n
      suspects.set(to, new Set(left))
      if (suspects.size > GAPS_KEPT) suspects.delete(suspects.keys().next().value!)
      return undefined
    },
    async writersEnded() {
      let left = await readWriters(db)
      while (left.length > 0) {
        await delay(LOOK_AGAIN_MS)
        const writers = new Set(await readWriters(db))
        left = left.filter((writer) => writers.has(writer))
      }
    },
  }
}

/** The transactions that hold the lock of writers to `events` (see the migration that makes that table) in this database. */
async function readWriters(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<[string]>({ name: 'event-writers', text: WRITERS, rowMode: 'array' })
  return rows.map(([id]) => id)
}

const WRITERS = `
select virtualtransaction from pg_locks
where locktype = 'advisory' and classid = 1685021547 and objid = 1 and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())`
