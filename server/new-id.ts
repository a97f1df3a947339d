import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/** Random bytes are fetched for many ids at once: one call for each costs ten times the rest of it. */
const pool = new Uint8Array(16 * 256)
let used = pool.length
let last = { msecs: 0, seq: 0 }

/** A new primary key: UUIDv7, rising within this process, so that rows made together lie together in the indexes and lists keep their order. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + 16)
  used += 16
  const msecs = Date.now()
  // Within a millisecond, and when the clock is set back, the sequence goes on; it begins low enough never to run out.
  if (msecs > last.msecs) last = { msecs, seq: (random[6]! << 16) | (random[7]! << 8) | random[8]! }
  else last.seq++
  return v7({ random, msecs: last.msecs, seq: last.seq })
}
