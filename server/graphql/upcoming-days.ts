import { setImmediate } from 'node:timers/promises'
import { type ActionDay, actionDays, type LocalDay } from '../domain/upcoming.ts'
import type { Coming } from './coming-schedules.ts'

export interface UpcomingDay {
  date: string
  runs: number
  /** By the first run. */
  actions: ActionDay[]
}

/** Runs that one answer counts: half a second's work, as much as 2,700 actions have that run every hour of a month. */
const COUNTED_MAX = 2_000_000
/** How long other work waits for this at most: the scheduler keeps its instants in the same process. */
const TURN_MS = 4

/** Counts what comes per day and action. `truncated` when not all of it could be counted; what could is whole. */
export async function countDays(
  { schedules, waiting, truncated }: Coming,
  days: readonly LocalDay[],
): Promise<{ days: UpcomingDay[]; truncated: boolean }> {
  const byDay = days.map(({ date }) => ({ date, runs: 0, actions: new Map<string, ActionDay>() }))
  const add = (index: number, found: ActionDay) => {
    const day = byDay[index]!
    const known = day.actions.get(found.actionId)
    day.runs += found.runs
    day.actions.set(found.actionId, known ? joined(known, found) : found)
  }
  for (const { actionId, at, effectiveAt } of waiting) {
    const index = days.findIndex(({ from, to }) => effectiveAt >= from && effectiveAt < to)
    if (index >= 0) add(index, { actionId, runs: 1, firstAt: at, lastAt: at })
  }
  let counted = 0
  let turn = performance.now()
  for (const schedule of schedules) {
    if (counted > COUNTED_MAX) break
    let index = 0
    for (const found of actionDays(schedule, days)) {
      if (found) add(index, found)
      counted += found?.runs ?? 0
      index++
      if (performance.now() - turn < TURN_MS) continue
      await setImmediate()
      turn = performance.now()
    }
  }
  return {
    days: byDay.map(({ date, runs, actions }) => ({ date, runs, actions: [...actions.values()].sort((a, b) => a.firstAt - b.firstAt) })),
    truncated: truncated || counted > COUNTED_MAX,
  }
}

const joined = (a: ActionDay, b: ActionDay): ActionDay => ({
  actionId: a.actionId,
  runs: a.runs + b.runs,
  firstAt: Math.min(a.firstAt, b.firstAt),
  lastAt: Math.max(a.lastAt, b.lastAt),
})
