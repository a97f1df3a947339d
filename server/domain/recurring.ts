import { nextOccurrence, occurrencesBetween } from './schedule.ts'

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
  return nextOccurrence({ ...rule, cronExpression: rule.cronExpression! }, after)
}

/** The nominal times in (after, until], rising, at most `limit` of them. */
export function runsBetween(rule: Rule, calendar: Calendar | null, after: number, until: number, limit: number): number[] {
  return occurrencesBetween({ ...rule, cronExpression: rule.cronExpression! }, after, until, limit)
}

/** How much later than its nominal time each run of this action starts, in ms: the same for all its runs, from 0 to below `spreadSeconds`. */
export function spreadOf(actionId: string, spreadSeconds: number): number {
  return 0
}
