import { movingOn, type Next, skipping } from './calendar-days.ts'
import { readEvery } from './every.ts'
import { type Interval, nextMember } from './interval.ts'
import { localDays } from './local-days.ts'
import { instantsBetween, nextInstant } from './occurrences.ts'
import { compile } from './schedule.ts'

export { spreadOf } from './spread.ts'

/** When a RECURRING action runs: by a cron expression, or every so often. Instants are epoch ms. */
export interface RecurringSchedule {
  kind: 'RECURRING'
  /** Exactly one of `cronExpression` and `every` is set. */
  cronExpression: string | null
  /** ISO 8601 duration of at least a minute, in canonical form, such as `PT30M` or `P1D`. */
  every: string | null
  /** With `every`. FIXED counts from `anchorAt`, ROLLING from the end of the run before. */
  recurrence: 'FIXED' | 'ROLLING' | null
  /** With FIXED. */
  anchorAt: number | null
  /** Canonical IANA name. */
  timezone: string
  dstPolicy: 'ONCE' | 'LITERAL'
  /** First and last nominal time that may run, both inclusive. */
  startAt: number | null
  endAt: number | null
  /** Width of the deterministic offset between nominal and effective time. */
  spreadSeconds: number
  /** UUID of the calendar of excluded days, and what becomes of a run that falls on one. */
  calendarId: string | null
  calendarRule: 'SKIP' | 'NEXT_BUSINESS_DAY' | null
}

/** Days on which nothing runs, in the zone of the schedule. */
export interface Calendar {
  /** `YYYY-MM-DD`. */
  dates: ReadonlySet<string>
  /** ISO weekdays, 1 = Monday to 7 = Sunday. */
  weekdays: ReadonlySet<number>
}

/** What nominal times depend on. */
export type Rule = Omit<RecurringSchedule, 'kind' | 'spreadSeconds' | 'calendarId'>

/**
 * The first nominal time strictly after `after` (epoch ms); with ROLLING, `after` is when the run before ended.
 * Undefined when there is none.
 */
export function nextRun(rule: Rule, calendar: Calendar | null, after: number): number | undefined {
  return within(rule, openTimes(rule, calendar, after))(after)
}

/** The nominal times in (after, until], rising, at most `limit` of them. With ROLLING, as if each run ended at once. */
export function runsBetween(rule: Rule, calendar: Calendar | null, after: number, until: number, limit: number): number[] {
  const { cronExpression, timezone, dstPolicy, startAt, endAt } = rule
  if (cronExpression !== null && (calendar === null || rule.calendarRule === null)) {
    const from = startAt === null ? after : Math.max(after, startAt - 1)
    return instantsBetween(compile({ cronExpression, timezone, dstPolicy }), from, Math.min(until, endAt ?? until), limit)
  }
  const found: number[] = []
  const fixed = rule.recurrence === 'ROLLING' ? undefined : within(rule, openTimes(rule, calendar, after))
  let last = after
  while (found.length < limit) {
    const next = fixed ? fixed(last) : nextRun(rule, calendar, last)
    if (next === undefined || next > until) break
    found.push(next)
    last = next
  }
  return found
}

/** The nominal times before any calendar, from `startAt` on. With ROLLING they count from `after`, when the run before ended. */
export function plainTimes(rule: Rule, after: number): Next {
  const { cronExpression, timezone, dstPolicy, startAt } = rule
  if (cronExpression === null) {
    const interval = intervalOf(rule, after)
    return (from) => nextMember(interval, from)
  }
  const compiled = compile({ cronExpression, timezone, dstPolicy })
  return (from) => nextInstant(compiled, startAt === null ? from : Math.max(from, startAt - 1))
}

/** The interval of a rule that has `every`; with ROLLING it counts from `after`, or from a `startAt` that is yet to come. */
export function intervalOf(rule: Rule, after: number): Interval {
  const { startAt } = rule
  const anchor = rule.recurrence !== 'ROLLING' ? rule.anchorAt! : startAt !== null && startAt > after ? startAt : after
  return { every: readEvery(rule.every!), zone: localDays(rule.timezone), anchor, first: anchor === startAt ? 0 : 1 }
}

function openTimes(rule: Rule, calendar: Calendar | null, after: number): Next {
  const plain = plainTimes(rule, after)
  if (calendar === null || rule.calendarRule === null) return plain
  return (rule.calendarRule === 'SKIP' ? skipping : movingOn)(plain, calendar, localDays(rule.timezone))
}

/** What a calendar moved beyond `endAt` does not run. */
function within({ endAt }: Rule, next: Next): Next {
  if (endAt === null) return next
  return (after) => {
    const at = next(after)
    return at === undefined || at > endAt ? undefined : at
  }
}
