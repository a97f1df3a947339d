import type { InvocationStatus, StatusReason } from '../domain/lifecycle.ts'

/** What became of the occurrences of one action. Every occurrence is in exactly one of succeeded, failed, missed and cancelled. */
export interface ActionCounts {
  action: string
  occurrences: number
  succeeded: number
  failed: number
  missed: number
  /** `missed`, by reason. */
  missedBy: Partial<Record<StatusReason, number>>
  cancelled: number
  cancelledBy: Partial<Record<StatusReason, number>>
  attempts: number
  /** Attempts beyond the first of each run. */
  retries: number
  /** Occurrences that were due while another run of the action was not over, whatever its overlap policy made of them. */
  overlapped: number
  /** The longest time between the instant of a run and its first attempt, in ms. */
  latestStartMs: number
}

export interface BusyMinute {
  /** Epoch ms. */
  at: number
  /** Attempts that begin in it, and of how many actions. */
  starts: number
  actions: number
}

export interface Collisions {
  /** Minutes with the most starts of at least two actions, busiest first. */
  minutes: BusyMinute[]
  /** The most requests under way at once, and since when; null when none ever was. */
  peak: { at: number; running: number } | null
  /** Occurrences that met another run of their own action. */
  overlapped: number
}

export const emptyCounts = (action: string): ActionCounts => ({
  action,
  occurrences: 0,
  succeeded: 0,
  failed: 0,
  missed: 0,
  missedBy: {},
  cancelled: 0,
  cancelledBy: {},
  attempts: 0,
  retries: 0,
  overlapped: 0,
  latestStartMs: 0,
})

/** Counts a run that came into a final state; `times` of them. */
export function countEnd(counts: ActionCounts, status: InvocationStatus, reason: StatusReason | null, times = 1): void {
  if (status === 'SUCCEEDED') counts.succeeded += times
  else if (status === 'FAILED') counts.failed += times
  else if (status === 'MISSED') {
    counts.missed += times
    counts.missedBy[reason!] = (counts.missedBy[reason!] ?? 0) + times
  } else if (status === 'CANCELLED') {
    counts.cancelled += times
    counts.cancelledBy[reason!] = (counts.cancelledBy[reason!] ?? 0) + times
  }
}

/** The sums over all actions. */
export function totalOf(counts: readonly ActionCounts[]): ActionCounts {
  const total = emptyCounts('')
  for (const one of counts) {
    for (const name of ['occurrences', 'succeeded', 'failed', 'missed', 'cancelled', 'attempts', 'retries', 'overlapped'] as const) {
      total[name] += one[name]
    }
    total.latestStartMs = Math.max(total.latestStartMs, one.latestStartMs)
    addReasons(total.missedBy, one.missedBy)
    addReasons(total.cancelledBy, one.cancelledBy)
  }
  return total
}

function addReasons(into: Partial<Record<StatusReason, number>>, from: Partial<Record<StatusReason, number>>): void {
  for (const [reason, times] of Object.entries(from)) into[reason as StatusReason] = (into[reason as StatusReason] ?? 0) + times
}
