import type pg from 'pg'
import type { Log } from '../log.ts'
import { driveBackfill, openBackfills } from '../store/drive-backfill.ts'
import type { Signal } from '../store/signal.ts'
import type { Vault } from '../store/vault.ts'
import type { Loop } from './loop.ts'
import { startOperationDriver } from './operation-driver.ts'

export interface BackfillerOptions {
  pool: pg.Pool
  vault: Vault
  signal: Signal
  log: Log
}

/** Makes the runs of backfills, each when there is room for it. Any number of servers may do so at once. */
export function startBackfiller({ pool, vault, signal, log }: BackfillerOptions): Loop {
  return startOperationDriver({
    name: 'making runs of backfills',
    signal,
    log,
    open: () => openBackfills(pool),
    async step({ id, ready }) {
      const made = ready ? await driveBackfill(pool, id, vault) : undefined
      if (made !== undefined) signal.emit('events')
      if (made) signal.emit('due')
      // All the room that there was is taken.
      return false
    },
  })
}
