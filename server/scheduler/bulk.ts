import type pg from 'pg'
import type { Log } from '../log.ts'
import { driveBulk, openBulkOperations } from '../store/drive-bulk.ts'
import type { Signal } from '../store/signal.ts'
import { type Loop, startLoop } from './loop.ts'

export interface BulkDriverOptions {
  pool: pg.Pool
  signal: Signal
  log: Log
}

/** How late a new operation begins. */
const IDLE_MS = 500
/** There is room for more when runs have ended, which is heard of; should that get lost, it is seen after this time. */
const BUSY_MS = 250
/** Steps follow each other no closer, so that what others want from the database comes between. */
const LEAST_MS = 20

/** Takes bulk operations further, a step of each in turn. Any number of servers may do so at once. */
export function startBulkDriver({ pool, signal, log }: BulkDriverOptions): Loop {
  let unlisten: (() => void) | undefined

  /** Only while an operation is under way, so that other work wakes nobody here. */
  function listen(busy: boolean) {
    if (busy === (unlisten !== undefined)) return
    unlisten?.()
    unlisten = busy ? signal.on('events', () => loop.wake()) : undefined
  }

  async function round(): Promise<number> {
    const open = await openBulkOperations(pool)
    listen(open.length > 0)
    let more = false
    for (const id of open) {
      const step = await driveBulk(pool, id)
      more ||= step?.next === 'GO_ON'
      if (step && (step.done > 0 || step.next === 'END')) {
        signal.emit('events')
        signal.emit('due')
      }
    }
    return more ? LEAST_MS : open.length > 0 ? BUSY_MS : IDLE_MS
  }

  const loop = startLoop({ name: 'bulk operations', log, round, leastMs: LEAST_MS })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      unlisten?.()
    },
  }
}
