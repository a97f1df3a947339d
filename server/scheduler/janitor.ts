import { schedule } from 'node-cron'
import type pg from 'pg'
import type { RetentionDays } from '../domain/retention.ts'
import type { Log } from '../log.ts'
import { deleteExpiredSessions } from '../store/expired-sessions.ts'
import { applyRetention } from '../store/retention.ts'

/** Housekeeping that nobody waits for. */
export interface Janitor {
  /** Ends the beat; resolves when the present batch has ended. */
  stop(): Promise<void>
}

export interface JanitorOptions {
  pool: pg.Pool
  log: Log
  retention: RetentionDays
}

/** Not on the hour, where everybody's schedules are. */
const HOURLY = '37 * * * *'
/** Servers on one database do not begin together. */
const JITTER_MS = 5 * 60_000
/** A server that is started often, or was away for long, cleans up as well: once it has settled, and not together with the others. */
const FIRST_MS = { least: 15_000, most: 75_000 }

/** Cleans up soon after the start and then once an hour. Several servers may do so at once. */
export function startJanitor({ pool, log, retention }: JanitorOptions): Janitor {
  const stopping = new AbortController()
  let present: Promise<void> | undefined

  function clean(): Promise<void> {
    present ??= tidy({ pool, log, retention }, stopping.signal).finally(() => {
      present = undefined
    })
    return present
  }

  const first = setTimeout(clean, FIRST_MS.least + Math.random() * (FIRST_MS.most - FIRST_MS.least))
  const beat = schedule(HOURLY, clean, { noOverlap: true, maxRandomDelay: JITTER_MS })
  return {
    async stop() {
      stopping.abort()
      clearTimeout(first)
      await beat.destroy()
      await present
    },
  }
}

async function tidy({ pool, log, retention }: JanitorOptions, signal: AbortSignal): Promise<void> {
  try {
    const sessions = await deleteExpiredSessions(pool)
    const removed = Object.entries({ sessions, ...(await applyRetention(pool, retention, signal)) }).filter(([, rows]) => rows > 0)
    if (removed.length > 0) log.info(Object.fromEntries(removed), 'removed what had expired')
  } catch (error) {
    log.warn({ err: error }, 'housekeeping failed; it goes on at the next beat')
  }
}
