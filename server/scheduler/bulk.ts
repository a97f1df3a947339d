import type pg from 'pg'
import type { Log } from '../log.ts'
import { driveBulk, openBulkOperations } from '../store/drive-bulk.ts'
import type { Signal } from '../store/signal.ts'
import type { Vault } from '../store/vault.ts'
import type { Loop } from './loop.ts'
import { startOperationDriver } from './operation-driver.ts'

export interface BulkDriverOptions {
  pool: pg.Pool
  vault: Vault
  signal: Signal
  log: Log
}

/** Takes bulk operations further, a step of each in turn. Any number of servers may do so at once. */
export function startBulkDriver({ pool, vault, signal, log }: BulkDriverOptions): Loop {
  return startOperationDriver({
    name: 'bulk operations',
    signal,
    log,
    open: () => openBulkOperations(pool),
    async step({ id }) {
      const step = await driveBulk(pool, id, vault)
      if (step && (step.done > 0 || step.next === 'END')) {
        signal.emit('events')
        signal.emit('due')
      }
      return step?.next === 'GO_ON'
    },
  })
}
