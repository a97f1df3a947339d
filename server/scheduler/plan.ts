import { countRuns } from '../domain/count-runs.ts'
import type { StatusReason } from '../domain/lifecycle.ts'
import { type Calendar, nextRun, type Rule, runsBetween } from '../domain/recurring.ts'
import { type CatchUp, mayBeLateMs } from '../domain/run-policies.ts'

/** What the plan of a recurring action depends on. Instants are epoch ms. */
export interface Planning {
  rule: Rule
  calendar: Calendar | null
  /** How much later than its nominal time each run starts. */
  spreadMs: number
  catchUp: CatchUp
  catchUpWindowSeconds: number
  maxRuns: number | null
  /** Occurrences that were given a row to run so far. */
  runsMade: number
  /** The first nominal time that was not looked at yet. */
  nextRunAt: number
}

/** One run that gets its row now. */
export interface Planned {
  /** Nominal and effective time. */
  scheduledFor: number
  runAt: number
  status: 'PENDING' | 'MISSED'
  statusReason: StatusReason | null
  /** How many further missed occurrences this row stands for; null for itself alone. */
  missedCount: number | null
}

export interface Plan {
  /** By nominal time, rising. */
  runs: Planned[]
  /**
   * Where to go on: the first occurrence that was not looked at; null when the schedule has ended, and for a ROLLING one, whose next
   * time follows from the end of this run. `maxRuns` ends it at the next look: who stores the runs knows how many were new.
   */
  nextRunAt: number | null
}

/** Rows are made this much ahead, so that they can be claimed before their instant. */
export const PLAN_AHEAD_MS = 2_000
/** The most rows of missed occurrences, beside the one that stands for the rest. */
export const MISSED_KEPT = 1_000
/** Rows to run that one plan makes of one action; the others follow in the next one. */
export const RUNS_MOST = 5_000
const MINUTE_MS = 60_000

/**
 * Decides the rows of a recurring action from `nextRunAt` until shortly after `now`. What is still to come runs. Of what is late
 * (by its effective time) the catch-up policy picks what runs; everything else is MISSED: a row for each of the newest `MISSED_KEPT`, and
 * one, at the oldest, that stands for all others. Ends early after `RUNS_MOST` runs or when `maxRuns` is reached.
 */
export function plan(schedule: Planning, now: number): Plan {
  const { rule, calendar, spreadMs, nextRunAt, maxRuns, runsMade } = schedule
  const room = Math.min(RUNS_MOST, (maxRuns ?? Number.POSITIVE_INFINITY) - runsMade)
  if (room <= 0) return { runs: [], nextRunAt: null }
  if (rule.recurrence === 'ROLLING') return planRolling(schedule, now)
  const before = nextRunAt - 1
  const horizon = Math.max(before, now + PLAN_AHEAD_MS)
  const lateUntil = now - spreadMs
  const late = lateRuns(schedule, now, room + 1)
  const coming = runsBetween(rule, calendar, Math.max(before, lateUntil), horizon, room + 1)
  const chosen = [...late, ...coming]
  return {
    runs: [...missedRuns(schedule, Math.min(lateUntil, (late[0] ?? lateUntil + 1) - 1)), ...chosen.slice(0, room).map(toRun(spreadMs))],
    nextRunAt: chosen[room] ?? nextRun(rule, calendar, horizon) ?? null,
  }
}

/** Of the occurrences whose effective time has passed those that still run. */
function lateRuns({ rule, calendar, spreadMs, nextRunAt, catchUp, ...schedule }: Planning, now: number, limit: number): number[] {
  const lateUntil = now - spreadMs
  const after = Math.max(nextRunAt, lateUntil - mayBeLateMs({ catchUp, ...schedule })) - 1
  if (lateUntil <= after) return []
  return catchUp === 'LATEST' ? newest(rule, calendar, after, lateUntil, 1) : runsBetween(rule, calendar, after, lateUntil, limit)
}

/** Rows for the occurrences in [nextRunAt, until], none of which runs. */
function missedRuns({ rule, calendar, spreadMs, nextRunAt }: Planning, until: number): Planned[] {
  if (until < nextRunAt) return []
  const kept = newest(rule, calendar, nextRunAt - 1, until, MISSED_KEPT)
  const rows = kept.map(toMissed(spreadMs))
  if (kept.length < MISSED_KEPT) return rows
  const [oldest] = runsBetween(rule, calendar, nextRunAt - 1, kept[0]! - 1, 1)
  if (oldest === undefined) return rows
  const missedCount = countRuns(rule, calendar, oldest, kept[0]! - 1) || null
  return [{ ...toMissed(spreadMs)(oldest), missedCount }, ...rows]
}

/**
 * The newest occurrences in (after, until], rising, at most `wanted`. The search goes back in growing steps: nothing runs more often than
 * once a minute, so a long downtime does not cost a walk through all of it.
 */
function newest(rule: Rule, calendar: Calendar | null, after: number, until: number, wanted: number): number[] {
  for (let span = wanted * MINUTE_MS; ; span *= 4) {
    const from = Math.max(after, until - span)
    const found = runsBetween(rule, calendar, from, until, Number.MAX_SAFE_INTEGER)
    if (found.length >= wanted || from === after) return found.slice(-wanted)
  }
}

/** One run at a time: the next occurrence does not exist before this one has ended. */
function planRolling({ spreadMs, nextRunAt, ...schedule }: Planning, now: number): Plan {
  if (nextRunAt > now + PLAN_AHEAD_MS) return { runs: [], nextRunAt }
  const inTime = now - (nextRunAt + spreadMs) <= mayBeLateMs(schedule)
  return { runs: [(inTime ? toRun : toMissed)(spreadMs)(nextRunAt)], nextRunAt: null }
}

const toRun =
  (spreadMs: number) =>
  (scheduledFor: number): Planned => ({
    scheduledFor,
    runAt: scheduledFor + spreadMs,
    status: 'PENDING',
    statusReason: null,
    missedCount: null,
  })

const toMissed =
  (spreadMs: number) =>
  (scheduledFor: number): Planned => ({
    scheduledFor,
    runAt: scheduledFor + spreadMs,
    status: 'MISSED',
    statusReason: 'SCHEDULER_DOWN',
    missedCount: null,
  })
