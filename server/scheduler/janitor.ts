import { schedule } from 'node-cron'
import type pg from 'pg'
import type { Log } from '../log.ts'
import { deleteExpiredSessions } from '../store/expired-sessions.ts'

/** Housekeeping that nobody waits for. */
export interface Janitor {
  /** Ends the beat; resolves when the present round has ended. */
  stop(): Promise<void>
}

/** Not on the hour, where everybody's schedules are. */
const HOURLY = '37 * * * *'

/** Cleans up once an hour. Several servers may do so at once. */
export function startJanitor(pool: pg.Pool, log: Log): Janitor {
  let present: Promise<void> = Promise.resolve()
  const beat = schedule(
    HOURLY,
    () => {
      present = clean(pool, log)
    },
    { noOverlap: true },
  )
  return {
    async stop() {
      await beat.destroy()
      await present
    },
  }
}

async function clean(pool: pg.Pool, log: Log): Promise<void> {
  try {
    const sessions = await deleteExpiredSessions(pool)
    if (sessions > 0) log.debug({ sessions }, 'expired sessions removed')
  } catch (error) {
    log.warn({ err: error }, 'housekeeping failed')
  }
}
