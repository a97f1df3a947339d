import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { driveBackfill, openBackfills } from '../store/drive-backfill.ts'
import type { Loop } from './loop.ts'
import { startOperationDriver } from './operation-driver.ts'

export interface BackfillerOptions {
  db: Database
  log: Log
}

/** Makes the runs of backfills, each when there is room for it. Any number of servers may do so at once. */
export function startBackfiller({ db, log }: BackfillerOptions): Loop {
  const { engine, signal } = db
  return startOperationDriver({
    name: 'making runs of backfills',
    signal,
    log,
    open: () => openBackfills(engine),
    async step({ id, ready }) {
      const made = ready ? await driveBackfill(db, id) : undefined
      if (made !== undefined) signal.emit('events')
      if (made) signal.emit('due')
      // All the room that there was is taken.
      return false
    },
  })
}
