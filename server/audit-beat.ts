import type { Log } from './log.ts'
import { type Loop, startLoop } from './scheduler/loop.ts'
import { writeAnchor } from './store/audit-anchors.ts'
import type { Database } from './store/database.ts'

export interface AuditBeatOptions {
  db: Pick<Database, 'pool' | 'vault'>
  log: Log
  /** Between two looks, ms. Default 10 minutes. */
  everyMs?: number
}

const LOOK_EVERY_MS = 10 * 60_000
/** Together with the pause between two looks at most an hour, which is how often anchors are promised. */
const ANCHOR_EVERY_MS = 50 * 60_000
/** Nobody wakes it. */
const LEAST_MS = 1_000

/**
 * Looks at the start and every ten minutes whether the audit is to be anchored, and publishes the anchor in the log. The log is outside the
 * database: who changes both tables still has to change what was written there. Several servers may do so at once; they make one anchor. Without a
 * database it warns, and looks again soon.
 *
 * It belongs to every server, because all note what they do, also those that send nothing.
 */
export function startAuditBeat({ db, log, everyMs = LOOK_EVERY_MS }: AuditBeatOptions): Pick<Loop, 'stop'> {
  return startLoop({
    name: 'anchoring the audit',
    log,
    leastMs: LEAST_MS,
    async round() {
      const written = await writeAnchor(db, { leastMs: ANCHOR_EVERY_MS })
      if (written) log.info({ at: written.at, hash: written.hash, chains: written.heads.length }, 'anchor of the audit')
      return everyMs
    },
  })
}
