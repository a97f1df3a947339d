import { canBecome, type InvocationStatus, isFinal, STATUSES, type StatusReason } from '../domain/lifecycle.ts'
import type { SimulatedAction } from './action.ts'
import type { Chance } from './chance.ts'
import type { Foresight } from './foresight.ts'
import type { ActionCounts } from './tally.ts'
import type { TargetModel } from './target.ts'

/** An action in the course of a simulation. */
export interface Course {
  action: SimulatedAction
  target: TargetModel
  chance: Chance
  counts: ActionCounts
  /** How much later than its nominal time each run starts, in ms. */
  spreadMs: number
  /** Its coming nominal times; undefined when they hang on how its runs end. */
  foresight: Foresight | undefined
  /** Occurrences that were given a run so far. */
  runsMade: number
  /** Runs that were sent and are not over, oldest first. */
  underWay: Run[]
  /** Runs that are due and held back, oldest first. */
  waiting: Run[]
}

/** One occurrence that gets to run. Instants are epoch ms. */
export interface Run {
  course: Course
  scheduledFor: number
  effectiveAt: number
  /** Made after its instant, because of a downtime. */
  madeLate: boolean
  status: InvocationStatus
  attempt: number
}

/** How a run comes into a state, beyond the state itself. */
export interface Circumstances {
  reason?: StatusReason
  error?: string | null
  retryAt?: number | null
  missedCount?: number
}

const FINAL: ReadonlySet<InvocationStatus> = new Set(STATUSES.filter(isFinal))

/**
 * Changes the state of a run by the table of the lifecycle, and says whether it is over.
 * @throws Error for a change that the table does not hold: the simulation would show what cannot happen
 */
export function become(run: Run, status: InvocationStatus, reason?: StatusReason): boolean {
  if (!canBecome(run.status, status, reason)) throw new Error(`${run.status} never becomes ${status} (${reason ?? 'without a reason'}).`)
  run.status = status
  return FINAL.has(status)
}
