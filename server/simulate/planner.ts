import type { StatusReason } from '../domain/lifecycle.ts'
import { nextRun, type RecurringSchedule, spreadOf } from '../domain/recurring.ts'
import { PLAN_AHEAD_MS, plan } from '../scheduler/plan.ts'
import type { SimulatedAction } from './action.ts'
import { createChance } from './chance.ts'
import { createForesight } from './foresight.ts'
import type { Course } from './run.ts'
import { emptyCounts } from './tally.ts'
import type { TargetModel } from './target.ts'

/** When to plan next, and from which nominal time on. Epoch ms. */
export interface NextPlan {
  at: number
  nextRunAt: number
}

/** An occurrence that gets its row; `missed` says why it will not run, and `missedCount` for how many others it stands. */
export interface PlannedRow {
  scheduledFor: number
  missed: StatusReason | null
  missedCount: number
}

export interface PlannedRuns {
  rows: PlannedRow[]
  next: NextPlan | undefined
}

export interface CourseOptions {
  target: TargetModel
  seed: number
  /** End of the simulation. */
  to: number
}

export function createCourse(action: SimulatedAction, { target, seed, to }: CourseOptions): Course {
  const { id, name, schedule, calendar } = action
  const recurring = schedule.kind === 'RECURRING'
  return {
    action,
    target: { ...target, ...action.target },
    chance: createChance(seed, id),
    counts: emptyCounts(name),
    spreadMs: recurring ? spreadOf(id, schedule.spreadSeconds) : 0,
    // The next time of a ROLLING interval follows from the end of its run.
    foresight: recurring && schedule.recurrence !== 'ROLLING' ? createForesight(schedule, calendar, to) : undefined,
    runsMade: action.runsMade,
    underWay: [],
    waiting: [],
  }
}

/** Rows are made a little before their time, as the materialiser does. */
const planAt = (nextRunAt: number | null | undefined): NextPlan | undefined =>
  nextRunAt == null ? undefined : { at: nextRunAt - PLAN_AHEAD_MS, nextRunAt }

/** The first plan of an action that was saved before `from`; of a ROLLING one, whose run before ended there. */
export function firstPlan({ action }: Course, from: number): NextPlan | undefined {
  const { schedule, calendar, enabled } = action
  if (!enabled) return undefined
  if (schedule.kind === 'ONE_TIME')
    return planAt(schedule.scheduledAt !== null && schedule.scheduledAt >= from ? schedule.scheduledAt : null)
  if (schedule.kind !== 'RECURRING') return undefined
  return planAt(nextRun(schedule, calendar, schedule.recurrence === 'ROLLING' ? from : from - 1))
}

/** What becomes of the action's occurrences from `nextRunAt` on, at `now`; none from `to` on. */
export function planRuns(course: Course, nextRunAt: number, now: number, to: number): PlannedRuns {
  const { schedule } = course.action
  if (nextRunAt >= to) return { rows: [], next: undefined }
  // The run of a one-time action is there from the beginning, so a downtime only makes it late.
  if (schedule.kind !== 'RECURRING') return { rows: [toRow(nextRunAt)], next: undefined }
  const planned = planOnTime(course, nextRunAt, now) ?? planByPlanner(course, schedule, nextRunAt, now, to)
  for (const { missed } of planned.rows) if (!missed) course.runsMade++
  return planned
}

/**
 * A plan that is made at its moment can say one thing only: this occurrence runs, and the next one follows it. So the planner is not
 * asked, which would take most of the time of a simulation. Undefined for every other plan.
 */
export function planOnTime({ foresight, action, runsMade }: Course, nextRunAt: number, now: number): PlannedRuns | undefined {
  const { maxRuns } = action.policies
  if (!foresight || now !== nextRunAt - PLAN_AHEAD_MS || (maxRuns !== null && runsMade >= maxRuns)) return undefined
  return { rows: [toRow(nextRunAt)], next: planAt(foresight(nextRunAt)) }
}

/** What the scheduler's own planner says. */
export function planByPlanner(course: Course, schedule: RecurringSchedule, nextRunAt: number, now: number, to: number): PlannedRuns {
  const { policies, calendar } = course.action
  const { catchUp, catchUpWindowSeconds, maxRuns } = policies
  const { spreadMs, runsMade } = course
  const planned = plan({ rule: schedule, calendar, spreadMs, catchUp, catchUpWindowSeconds, maxRuns, runsMade, nextRunAt }, now)
  const rows = planned.runs
    .filter(({ scheduledFor }) => scheduledFor < to)
    .map(({ scheduledFor, statusReason, missedCount }) => toRow(scheduledFor, statusReason, missedCount ?? 0))
  const { nextRunAt: next } = planned
  if (next !== null) return { rows, next: next < to ? planAt(next) : undefined }
  return { rows, next: rows.at(-1)?.missed ? planAfterEnd(course, now) : undefined }
}

/** A ROLLING action has no next time until its run is over, however it ended. */
export function planAfterEnd({ action }: Course, endedAt: number): NextPlan | undefined {
  const { schedule, calendar } = action
  if (schedule.kind !== 'RECURRING' || schedule.recurrence !== 'ROLLING') return undefined
  return planAt(nextRun(schedule, calendar, endedAt))
}

const toRow = (scheduledFor: number, missed: StatusReason | null = null, missedCount = 0): PlannedRow => ({
  scheduledFor,
  missed,
  missedCount,
})
