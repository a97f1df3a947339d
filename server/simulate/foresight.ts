import { type Calendar, type Rule, runsBetween } from '../domain/recurring.ts'

/** Gives the nominal time after one; those who ask do so in the order of time. */
export type Foresight = (after: number) => number | undefined

/** Far enough that asking costs next to nothing, near enough that a schedule that ends early costs no more. */
const AHEAD = 500

/** The nominal times before `to` (epoch ms), looked up many at a time, which is much cheaper than one by one. */
export function createForesight(rule: Rule, calendar: Calendar | null, to: number): Foresight {
  let times: number[] = []
  let index = 0
  return (after) => {
    while (index < times.length && times[index]! <= after) index++
    if (index === times.length) {
      times = runsBetween(rule, calendar, after, to - 1, AHEAD)
      index = 0
    }
    return times[index]
  }
}
