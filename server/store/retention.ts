import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type Cutoffs, cutoffsAt, type RetentionDays } from '../domain/retention.ts'
import { type Batch, deleteExpiredInvocations } from './delete-expired.ts'
import { deleteExpiredActions, deleteExpiredVersions } from './delete-expired-actions.ts'
import { deleteExpiredEvents } from './delete-expired-events.ts'
import {
  deleteExpiredBackfills,
  deleteExpiredBulkOperations,
  deleteExpiredDedupeKeys,
  deleteExpiredIdempotencyKeys,
} from './delete-expired-keys.ts'
import { readClock } from './read-clock.ts'

/** How many rows of each kind went. */
export type Removed = Record<keyof typeof STEPS, number>

/** Between two batches: other work comes first. */
const PAUSE_MS = 20

/**
 * Removes what has expired, in batches, each a transaction of its own with a pause behind it. Any number of servers may do so at once: they
 * take turns by batches. Ends early when the signal aborts, after the batch that is under way.
 */
export async function applyRetention(pool: pg.Pool, days: RetentionDays, signal?: AbortSignal): Promise<Removed> {
  const cutoffs = cutoffsAt((await readClock(pool)).now, days)
  const removed = {} as Removed
  for (const [name, step] of Object.entries(STEPS) as [keyof Removed, Step][]) {
    removed[name] = 0
    for (let at: string | null = null; !signal?.aborted; ) {
      const batch = await step(pool, cutoffs, at)
      removed[name] += batch?.deleted ?? 0
      if (batch?.next === null) break
      if (batch) at = batch.next
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  }
  return removed
}

/** `after`: where the batch before ended; undefined when another server's batch is under way. */
type Step = (pool: pg.Pool, cutoffs: Cutoffs, after: string | null) => Promise<Batch | undefined>

/** In this order: what is referred to goes after what refers to it. */
const STEPS = {
  invocations: deleteExpiredInvocations,
  backfills: deleteExpiredBackfills,
  versions: deleteExpiredVersions,
  actions: deleteExpiredActions,
  events: deleteExpiredEvents,
  bulkOperations: deleteExpiredBulkOperations,
  idempotencyKeys: deleteExpiredIdempotencyKeys,
  dedupeKeys: deleteExpiredDedupeKeys,
} satisfies Record<string, Step>
