import { schedule } from 'node-cron'
import type { RetentionDays } from '../domain/retention.ts'
import type { Log } from '../log.ts'
import { writeAnchor } from '../store/audit-anchors.ts'
import type { Database } from '../store/database.ts'
import { deleteExpiredSessions } from '../store/expired-sessions.ts'
import { applyRetention } from '../store/retention.ts'

/** Housekeeping that nobody waits for. */
export interface Janitor {
  /** Ends the beat; resolves when the present batch has ended. */
  stop(): Promise<void>
}

export interface JanitorOptions {
  db: Pick<Database, 'pool' | 'vault'>
  log: Log
  retention: RetentionDays
}

/** Not on the hour, where everybody's schedules are. */
const HOURLY = '37 * * * *'
/** Each of several servers wants an anchor every hour; one an hour is enough. */
const ANCHOR_LEAST_MS = 30 * 60_000
/** Servers on one database do not begin together. */
const JITTER_MS = 5 * 60_000
/** A server that is started often, or was away for long, cleans up as well: once it has settled, and not together with the others. */
const FIRST_MS = { least: 15_000, most: 75_000 }

/** Cleans up, and anchors the audit, soon after the start and then once an hour. Several servers may do so at once. */
export function startJanitor({ db, log, retention }: JanitorOptions): Janitor {
  const stopping = new AbortController()
  let present: Promise<void> | undefined

  function clean(): Promise<void> {
    present ??= Promise.all([tidy({ db, log, retention }, stopping.signal), anchor(db, log)])
      .then(() => {})
      .finally(() => {
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

/** The log is outside the database: who changes both tables still has to change what was written there. */
async function anchor(db: JanitorOptions['db'], log: Log): Promise<void> {
  try {
    const written = await writeAnchor(db, { leastMs: ANCHOR_LEAST_MS })
    if (written) log.info({ at: written.at, hash: written.hash, chains: written.heads.length }, 'anchor of the audit')
  } catch (error) {
    log.warn({ err: error }, 'could not write an anchor of the audit; the next beat tries again')
  }
}

async function tidy({ db, log, retention }: JanitorOptions, signal: AbortSignal): Promise<void> {
  try {
    const sessions = await deleteExpiredSessions(db.pool)
    const removed = Object.entries({ sessions, ...(await applyRetention(db.pool, retention, signal)) }).filter(([, rows]) => rows > 0)
    if (removed.length > 0) log.info(Object.fromEntries(removed), 'removed what had expired')
  } catch (error) {
    log.warn({ err: error }, 'housekeeping failed; it goes on at the next beat')
  }
}
