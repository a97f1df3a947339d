import type { StatusReason } from '../domain/lifecycle.ts'
import { type CronSchedule, nextOccurrence, occurrencesBetween } from '../domain/schedule.ts'

/** One run that gets its row now. */
export interface Planned {
  /** Epoch ms. */
  scheduledFor: number
  status: 'PENDING' | 'MISSED'
  statusReason: StatusReason | null
}

export interface Plan {
  runs: Planned[]
  /** Where to go on: the first occurrence that got no row, null when the schedule has ended. */
  nextRunAt: number | null
  /** Missed occurrences beyond `MISSED_KEPT` that got no row. */
  unrecorded: boolean
}

/** Rows are made this much ahead, so that they can be claimed before their instant. */
export const PLAN_AHEAD_MS = 2_000
/** How late the newest missed occurrence may still run. */
export const CATCH_UP_WINDOW_MS = 300_000
/** The most rows one action gets for a downtime. */
export const MISSED_KEPT = 1_000

const MINUTE_MS = 60_000

/**
 * Decides the rows of a recurring action from `nextRunAt` (its first occurrence without one) until shortly after `now`.
 * What is still to come, and the newest occurrence that was missed by at most the window, runs; every other one is
 * recorded as MISSED, the newest `MISSED_KEPT` of them.
 */
export function plan(schedule: CronSchedule, nextRunAt: number, now: number): Plan {
  const coming = occurrencesBetween(schedule, Math.max(now, nextRunAt - 1), now + PLAN_AHEAD_MS, MISSED_KEPT)
  const { missed, unrecorded } = newestMissed(schedule, nextRunAt, now)
  const latest = missed.at(-1)
  const runs: Planned[] = missed.map((scheduledFor) =>
    scheduledFor === latest && now - scheduledFor <= CATCH_UP_WINDOW_MS
      ? { scheduledFor, status: 'PENDING', statusReason: null }
      : { scheduledFor, status: 'MISSED', statusReason: 'SCHEDULER_DOWN' },
  )
  for (const scheduledFor of coming) runs.push({ scheduledFor, status: 'PENDING', statusReason: null })
  return { runs, nextRunAt: nextOccurrence(schedule, Math.max(now + PLAN_AHEAD_MS, nextRunAt - 1)) ?? null, unrecorded }
}

/**
 * The newest occurrences in [nextRunAt, now], rising. The search goes back from now in growing steps: nothing runs more often than once
 * a minute, so a long downtime does not cost a walk through all of it.
 */
function newestMissed(schedule: CronSchedule, nextRunAt: number, now: number): { missed: number[]; unrecorded: boolean } {
  const wanted = MISSED_KEPT + 1
  for (let span = wanted * MINUTE_MS; ; span *= 4) {
    const after = Math.max(nextRunAt - 1, now - span)
    const found = occurrencesBetween(schedule, after, now, Number.MAX_SAFE_INTEGER)
    const complete = after === nextRunAt - 1
    if (!complete && found.length < wanted) continue
    return { missed: found.slice(-wanted), unrecorded: found.length > wanted || !complete }
  }
}
