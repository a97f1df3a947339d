import { schedule } from 'node-cron'
import type { RetentionDays } from '../domain/retention.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { deleteExpiredSessions } from '../store/expired-sessions.ts'
import { applyRetention } from '../store/retention.ts'

/** Housekeeping that nobody waits for. */
export interface Janitor {
  /** Ends the beat; resolves when the present batch has ended. */
  stop(): Promise<void>
}

export interface JanitorOptions {
  db: Pick<Database, 'pool'>
  log: Log
  retention: RetentionDays
  /** Default: `JANITOR_TIMES`. */
  times?: typeof JANITOR_TIMES
}

export const JANITOR_TIMES = {
  /** Cron expression: once an hour, and not on the hour, where everybody's schedules are. */
  beat: '37 * * * *',
  /** Servers on one database do not begin together. */
  jitterMs: 5 * 60_000,
  /** A server that is started often, or was away for long, cleans up as well: once it has settled, and not together with the others. */
  first: { leastMs: 15_000, mostMs: 75_000 },
}

/** Cleans up soon after the start and then once an hour. Several servers may do so at once. */
export function startJanitor({ db, log, retention, times: { beat, jitterMs, first } = JANITOR_TIMES }: JanitorOptions): Janitor {
  const stopping = new AbortController()
  let present: Promise<void> | undefined

  function clean(): Promise<void> {
    present ??= tidy({ db, log, retention }, stopping.signal).finally(() => {
      present = undefined
    })
    return present
  }

  const soon = setTimeout(clean, first.leastMs + Math.random() * (first.mostMs - first.leastMs))
  const beats = schedule(beat, clean, { noOverlap: true, maxRandomDelay: jitterMs })
  return {
    async stop() {
      stopping.abort()
      clearTimeout(soon)
      await beats.destroy()
      await present
    },
  }
}

async function tidy({ db, log, retention }: Pick<JanitorOptions, 'db' | 'log' | 'retention'>, signal: AbortSignal): Promise<void> {
  try {
    const sessions = await deleteExpiredSessions(db.pool)
    const removed = Object.entries({ sessions, ...(await applyRetention(db.pool, retention, signal)) }).filter(([, rows]) => rows > 0)
    if (removed.length > 0) log.info(Object.fromEntries(removed), 'removed what had expired')
  } catch (error) {
    log.warn({ err: error }, 'housekeeping failed; it goes on at the next beat')
  }
}
