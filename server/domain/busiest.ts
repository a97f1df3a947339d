import type { ActionSchedule } from './action-schedule.ts'
import { MINUTE_MS } from './calendar.ts'
import { type Calendar, runsBetween } from './recurring.ts'

/** An action as its runs are counted. */
export interface CountedAction {
  id: string
  name: string
  schedule: ActionSchedule
  calendar: Calendar | null
  /** How much later than its nominal time each run starts. */
  spreadMs: number
}

/** A minute in which runs start. */
export interface BusyMinute {
  /** Its beginning, epoch ms. */
  at: number
  /** How many runs start in it. */
  count: number
  /** Their actions, in the order in which they were given. */
  actions: Pick<CountedAction, 'id' | 'name'>[]
}

/**
 * The minutes in [from, to) in which most runs start (by their effective time), the busiest first, of equals the earlier; at most
 * `most` of them. A ROLLING schedule is counted as if its runs ended at once.
 */
export function busiestMinutes(actions: readonly CountedAction[], from: number, to: number, most: number): BusyMinute[] {
  const first = Math.floor(from / MINUTE_MS)
  const counts = new Uint32Array(Math.max(0, Math.ceil(to / MINUTE_MS) - first))
  const starts = startTimes(actions, from, to)
  for (const times of starts) for (const at of times) counts[Math.floor(at / MINUTE_MS) - first]!++
  const busiest = [...counts.keys()].filter((minute) => counts[minute]! > 0).sort((a, b) => counts[b]! - counts[a]! || a - b)
  return busiest.slice(0, most).map((minute) => {
    const at = (first + minute) * MINUTE_MS
    const inIt = actions.filter((_, index) => hasBetween(starts[index]!, at, at + MINUTE_MS))
    return { at, count: counts[minute]!, actions: inIt.map(({ id, name }) => ({ id, name })) }
  })
}

/** Per action the effective times of its runs in [from, to), rising. */
function startTimes(actions: readonly CountedAction[], from: number, to: number): number[][] {
  return actions.map(({ schedule, calendar, spreadMs }) => {
    if (schedule.kind === 'ON_DEMAND') return []
    if (schedule.kind === 'ONE_TIME') {
      const at = schedule.scheduledAt ?? from
      return at >= from && at < to ? [at] : []
    }
    const nominal = runsBetween(schedule, calendar, from - spreadMs - 1, to - spreadMs - 1, Number.MAX_SAFE_INTEGER)
    return spreadMs === 0 ? nominal : nominal.map((at) => at + spreadMs)
  })
}

/** Whether rising times have one in [from, to). */
function hasBetween(times: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < times.length && times[low]! < to
}
