import pg from 'pg'
import { type AuditAuthor, type AuditNote, statedWith } from './audited.ts'
import type { Database } from './database.ts'
import { insertActions } from './insert-actions.ts'
import type { InsertedAction, NewAction } from './new-action.ts'

/** Rows of one statement: enough to make the commit's cost small, few enough that nobody waits long behind them. */
const BATCH_ROWS = 500
/** Bodies of one statement, in characters: bounds what a batch takes in memory. */
const BATCH_CHARACTERS = 4 * 1024 * 1024

interface Waiting {
  item: NewAction
  noted: Noted
  resolve(result: InsertedAction | undefined): void
  reject(error: unknown): void
}

interface Lane {
  waiting: Waiting[]
  flushing: boolean
}

const lanes = new WeakMap<Database, Lane>()

/** What the audit says of an item, and in whose name. */
export interface Noted {
  author: AuditAuthor
  note: AuditNote
}

/**
 * Stores one action without a key, whose run needs no approval. Calls that come while a statement is under way go together in the next one, so that many
 * callers share one commit; a lone caller never waits. What is wrong with one item fails that item only.
 * Gives undefined when the item's service does not exist in its project.
 */
export function enqueue(db: Database, item: NewAction, noted: Noted): Promise<InsertedAction | undefined> {
  return new Promise((resolve, reject) => {
    const lane = laneOf(db)
    lane.waiting.push({ item, noted, resolve, reject })
    if (lane.flushing) return
    lane.flushing = true
    // After the microtasks of this turn, so that callers who were released together go together.
    queueMicrotask(() => void flush(db, lane))
  })
}

function laneOf(db: Database): Lane {
  const known = lanes.get(db)
  if (known) return known
  const lane: Lane = { waiting: [], flushing: false }
  lanes.set(db, lane)
  return lane
}

async function flush(db: Database, lane: Lane): Promise<void> {
  while (lane.waiting.length > 0) await write(db, takeBatch(lane))
  lane.flushing = false
}

function takeBatch(lane: Lane): Waiting[] {
  let characters = 0
  const end = lane.waiting.findIndex(({ item }, index) => {
    characters += item.spec.request.body?.length ?? 0
    return index > 0 && (index === BATCH_ROWS || characters > BATCH_CHARACTERS)
  })
  return lane.waiting.splice(0, end < 0 ? lane.waiting.length : end)
}

async function write(db: Database, batch: Waiting[]): Promise<void> {
  try {
    const results = await statedWith(
      db,
      batch.map(({ noted }) => noted),
      async (entries) => {
        const value = await insertActions(
          db.pool,
          batch.map(({ item }) => item),
          entries,
        )
        return { value, written: value.every((one) => one !== undefined) }
      },
    )
    // A service is missing, and nothing was stored.
    if (batch.length > 1 && results.includes(undefined)) return await writeEach(db, batch)
    batch.forEach(({ resolve }, index) => {
      resolve(results[index])
    })
  } catch (error) {
    // The whole statement was undone, so each item can be tried alone; after a lost connection nobody knows, and nobody may.
    if (batch.length > 1 && isRefusal(error)) await writeEach(db, batch)
    else for (const { reject } of batch) reject(error)
  }
}

async function writeEach(db: Database, batch: Waiting[]): Promise<void> {
  for (const one of batch) await write(db, [one])
}

/** PostgreSQL answered and refused the data. */
const isRefusal = (error: unknown): boolean => error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? '')
