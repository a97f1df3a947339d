import type pg from 'pg'
import type { Log } from '../log.ts'
import { driveBackfill, openBackfills } from '../store/drive-backfill.ts'
import type { Signal } from '../store/signal.ts'
import type { Loop } from './loop.ts'
import { startOperationDriver } from './operation-driver.ts'

export interface BackfillerOptions {
  pool: pg.Pool
  signal: Signal
  log: Log
}

/** Makes the runs of backfills, each when there is room for it. Any number of servers may do so at once. */
export function startBackfiller({ pool, signal, log }: BackfillerOptions): Loop {
  return startOperationDriver({
    name: 'making runs of backfills',
    signal,
    log,
    open: () => openBackfills(pool),
    async drive(open) {
      let made = 0
      let changed = false
      for (const { id } of open.filter(({ ready }) => ready)) {
        const step = await driveBackfill(pool, id)
        changed ||= step !== undefined
        made += step ?? 0
      }
      if (changed) signal.emit('events')
      if (made > 0) signal.emit('due')
      // All the room that there was is taken.
      return false
    },
  })
}
