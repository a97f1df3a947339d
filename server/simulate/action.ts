import type { ActionSchedule } from '../domain/action-schedule.ts'
import type { Calendar } from '../domain/recurring.ts'
import type { RetryPlan } from '../domain/retry.ts'
import type { RunPolicies } from '../domain/run-policies.ts'
import type { TargetModel } from './target.ts'

/** What a simulation needs to know of an action. */
export interface SimulatedAction {
  /** Shown in the counts and the timeline; no two have the same. */
  name: string
  /** Decides its spread, as in the real scheduler, and its luck. */
  id: string
  enabled: boolean
  schedule: ActionSchedule
  calendar: Calendar | null
  policies: RunPolicies
  /** Runs that count for `maxRuns` already. */
  runsMade: number
  /** Attempts in all. */
  maxAttempts: number
  /** Null: as by default. */
  retry: RetryPlan | null
  timeoutSeconds: number
  /** How its target behaves, where it is not as the others do. */
  target: Partial<TargetModel>
}
