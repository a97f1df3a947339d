import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { driveBulk, openBulkOperations } from '../store/drive-bulk.ts'
import type { Loop } from './loop.ts'
import { startOperationDriver } from './operation-driver.ts'

export interface BulkDriverOptions {
  db: Database
  log: Log
}

/** Takes bulk operations further, a step of each in turn. Any number of servers may do so at once. */
export function startBulkDriver({ db, log }: BulkDriverOptions): Loop {
  const { pool, signal } = db
  return startOperationDriver({
    name: 'bulk operations',
    signal,
    log,
    open: () => openBulkOperations(pool),
    async step({ id }) {
      const step = await driveBulk(db, id)
      if (step && (step.done > 0 || step.next === 'END')) {
        signal.emit('events')
        signal.emit('due')
      }
      return step?.next === 'GO_ON'
    },
  })
}
