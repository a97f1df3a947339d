import type pg from 'pg'
import { UNSEEN } from '../delivery/record.ts'
import type { Settler } from '../delivery/settle.ts'
import { afterInterruption } from '../domain/interrupted.ts'
import type { Log } from '../log.ts'
import { newId } from '../new-id.ts'
import { findAbandoned } from '../store/abandoned.ts'
import type { Outcome } from '../store/settle.ts'
import type { Runner } from './runner.ts'

const RESCUE_EVERY_MS = 1_000
const RESCUE_ROWS = 500

/** An attempt of which nobody can tell how it ended. */
export interface Interrupted {
  id: string
  owner: string
  attempt: number
  maxAttempts: number
  /** When its request may have left, epoch ms (database time). */
  dispatchedAt: number
}

/** How an attempt ends whose server died or had to stop before the answer: its outcome is unknown, and says so. */
export function interrupted({ id, owner, attempt, maxAttempts, dispatchedAt }: Interrupted, now: number): Outcome {
  return {
    invocationId: id,
    attempt,
    owner,
    ...UNSEEN,
    ...afterInterruption({ attempt, maxAttempts }, now),
    attemptId: newId(),
    startedAt: dispatchedAt,
    finishedAt: Math.max(now, dispatchedAt),
    durationMs: Math.max(now - dispatchedAt, 0),
    // Nobody here knows; the statement looks.
    callback: true,
    limited: true,
    errorSource: 'UNKNOWN',
    errorMessage: 'Docket stopped before the answer of the target was on record; the target may have acted on the request.',
  }
}

export interface RescueOptions {
  pool: pg.Pool
  log: Log
  /** Of this process. */
  owner: string
  runner: Pick<Runner, 'running'>
  settler: Settler<Outcome>
  /** Runs may be due again. */
  onRescued(): void
}

/** Takes over attempts whose lease ran out, of any server. Each round gives the ms until the next one. */
export function createRescue({ pool, log, owner, runner, settler, onRescued }: RescueOptions): () => Promise<number> {
  return async () => {
    const { now, rows: lapsed } = await findAbandoned(pool, RESCUE_ROWS)
    // Not what is under way here: the clock was put forward or this process slept, and the answer is still to come.
    const here = new Set(runner.running.map(({ id }) => id))
    const rows = lapsed.filter((row) => row.owner !== owner || !here.has(row.id))
    for (const row of rows) {
      log.warn({ invocation: row.id, attempt: row.attempt, owner: row.owner }, 'lease ran out; taking over')
      settler.add(interrupted(row, now))
    }
    if (rows.length === 0) return RESCUE_EVERY_MS
    await settler.idle()
    onRescued()
    return rows.length === RESCUE_ROWS ? 0 : RESCUE_EVERY_MS
  }
}
