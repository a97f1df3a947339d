import { setImmediate } from 'node:timers/promises'
import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { parseWhole } from '../domain/text.ts'
import { type ReadRun, readPastRuns } from '../store/past-runs.ts'
import type { CommandContext } from './context.ts'

const LAST_DEFAULT = 100
const LAST_MAX = 1_000
/** An answer may take so long; what it has looked at until then is the answer. */
const TIME_MS = 4_000
/** Nothing else happens in this process meanwhile. */
const STRETCH_MS = 10

/** Which runs of the past are looked at. */
export interface PastRunsInput {
  /** Default: those of all actions. */
  actionId?: string | null
  /** How many, 1 to 1,000; default 100. */
  last?: number | null
}

/**
 * Shows `look` the newest runs, newest first. Gives whether it saw all of them: after 4 seconds it sees no more.
 * @throws DocketError NOT_FOUND on `actionId`; BAD_USER_INPUT on `last`
 */
export async function lookAtPastRuns(
  { db, projectId }: CommandContext,
  { actionId, last }: PastRunsInput,
  look: (run: ReadRun) => void,
): Promise<boolean> {
  const count = parseWhole(last ?? LAST_DEFAULT, 'last', 1, LAST_MAX)
  const id = actionId == null ? null : internalId('action', actionId, 'actionId')
  if (id !== null && !(await db.prisma.action.findFirst({ where: { id, projectId, deletedAt: null }, select: { id: true } }))) {
    throw notFound('Action', 'actionId')
  }
  const end = performance.now() + TIME_MS
  for await (const runs of readPastRuns(db.pool, projectId, id, count)) {
    let stretch = performance.now()
    for (const run of runs) {
      const now = performance.now()
      if (now > end) return false
      if (now - stretch > STRETCH_MS) {
        await setImmediate()
        stretch = performance.now()
      }
      look(run)
    }
  }
  return true
}
