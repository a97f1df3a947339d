import { DAY_MS } from './calendar.ts'
import { excludedDays } from './calendar-days.ts'
import { nextMatchingDay } from './day-rules.ts'
import { OFFSET_MAX_MS } from './local-days.ts'
import type { Compiled } from './occurrences.ts'
import { type Calendar, type Rule, runsBetween } from './recurring.ts'
import { compile } from './schedule.ts'

/**
 * How many nominal times lie in (after, until], epoch ms. Of a cron expression the dates on which the clocks stand still are not
 * walked through but multiplied, so that a year of minutes costs less than a millisecond.
 */
export function countRuns(rule: Rule, calendar: Calendar | null, after: number, until: number): number {
  const from = Math.max(after, (rule.startAt ?? after + 1) - 1)
  const last = Math.min(until, rule.endAt ?? until)
  if (last <= from) return 0
  if (rule.cronExpression === null) return walk(rule, calendar, from, last)
  const compiled = compile({ ...rule, cronExpression: rule.cronExpression })
  const perDay = timesPerDay(compiled)
  let count = 0
  let done = from
  const first = Math.ceil((from + OFFSET_MAX_MS) / DAY_MS)
  const end = Math.floor((last - OFFSET_MAX_MS) / DAY_MS) - 1
  for (let day = first; day <= end; day++) {
    const offset = stillOffset(compiled, day)
    const runs = offset === undefined ? undefined : runsOn(rule, compiled, calendar, day, first)
    if (offset === undefined || runs === undefined) continue
    const midnight = day * DAY_MS - offset
    if (midnight - 1 > done) count += walk(rule, calendar, done, midnight - 1)
    done = midnight + DAY_MS - 1
    if (runs) count += perDay
  }
  return count + walk(rule, calendar, done, last)
}

/** The offset of a local date beside which the clocks stand still too, so that no time of another date falls into it. */
function stillOffset({ zone }: Compiled, day: number): number | undefined {
  const offset = zone.read(day)
  return typeof offset === 'number' && zone.read(day - 1) === offset && zone.read(day + 1) === offset ? offset : undefined
}

/** Whether the named times run on a local date; undefined when it takes a walk to tell. */
function runsOn(rule: Rule, compiled: Compiled, calendar: Calendar | null, day: number, first: number): boolean | undefined {
  const { days } = compiled.fields
  const isNamed = (date: number) => nextMatchingDay(days, date, date) !== undefined
  if (!calendar || rule.calendarRule === null) return isNamed(day)
  const excluded = excludedDays(calendar)
  if (excluded.has(day)) return false
  let named = isNamed(day)
  if (rule.calendarRule === 'SKIP') return named
  // What the excluded dates just before it name comes here, at the same local times.
  for (let before = day - 1; excluded.has(before); before--) {
    if (before < first || stillOffset(compiled, before) === undefined) return undefined
    named ||= isNamed(before)
  }
  return named
}

function timesPerDay({ fields: { nextMinute } }: Compiled): number {
  let count = 0
  for (let minute = nextMinute[0]!; minute >= 0; minute = nextMinute[minute + 1]!) count++
  return count
}

const walk = (rule: Rule, calendar: Calendar | null, after: number, until: number): number =>
  runsBetween(rule, calendar, after, until, Number.MAX_SAFE_INTEGER).length
