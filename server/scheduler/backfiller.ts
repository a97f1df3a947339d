import type pg from 'pg'
import type { Log } from '../log.ts'
import { driveBackfill, openBackfills } from '../store/drive-backfill.ts'
import type { Signal } from '../store/signal.ts'
import { type Loop, startLoop } from './loop.ts'

export interface BackfillerOptions {
  pool: pg.Pool
  signal: Signal
  log: Log
}

/** How late a new backfill begins. */
const IDLE_MS = 500
/** The next run is made when one has ended, which is heard of; should that get lost, it is seen after this time. */
const BUSY_MS = 250
/** Everything that happens is heard of: rounds start no closer together. */
const LEAST_MS = 20

/** Makes the runs of backfills, each when there is room for it. Any number of servers may do so at once. */
export function startBackfiller({ pool, signal, log }: BackfillerOptions): Loop {
  let unlisten: (() => void) | undefined

  /** Only while a backfill is under way, so that other work wakes nobody here. */
  function listen(busy: boolean) {
    if (busy === (unlisten !== undefined)) return
    unlisten?.()
    unlisten = busy ? signal.on('events', () => loop.wake()) : undefined
  }

  async function round(): Promise<number> {
    const open = await openBackfills(pool)
    listen(open.length > 0)
    let made = 0
    let changed = false
    for (const { id } of open.filter(({ ready }) => ready)) {
      const step = await driveBackfill(pool, id)
      changed ||= step !== undefined
      made += step ?? 0
    }
    if (changed) signal.emit('events')
    if (made > 0) signal.emit('due')
    return open.length > 0 ? BUSY_MS : IDLE_MS
  }

  const loop = startLoop({ name: 'making runs of backfills', log, round, leastMs: LEAST_MS })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      unlisten?.()
    },
  }
}
