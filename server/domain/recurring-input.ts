import type { ScheduleInput } from './action-input.ts'
import { DocketError } from './errors.ts'
import { parseEvery } from './every.ts'
import { internalId } from './ids.ts'
import type { RecurringSchedule } from './recurring.ts'
import { parseCronExpression } from './schedule.ts'
import { readInstant } from './scheduled-at.ts'
import { canonicalZone } from './zone.ts'

type Field = (name: keyof ScheduleInput) => string

/** An hour: what starts later than that has another nominal time. */
const SPREAD_MOST_S = 3_600

/**
 * A schedule with `cronExpression` or `every`. An interval counts from `startAt`, or from the second of `now` (epoch ms).
 * @throws DocketError INVALID_SCHEDULE, INVALID_CRON, INVALID_TIMEZONE; NOT_FOUND for a malformed `calendarId`
 */
export function parseRecurring(input: ScheduleInput, now: number, field: Field): RecurringSchedule {
  const rhythm = input.every == null ? parseCron(input, field) : parseInterval(input, field)
  const { startAt, endAt } = parseWindow(input, field)
  return {
    kind: 'RECURRING',
    ...rhythm,
    anchorAt: rhythm.recurrence === 'FIXED' ? (startAt ?? Math.floor(now / 1000) * 1000) : null,
    startAt,
    endAt,
    spreadSeconds: parseSpread(input.spreadSeconds, field('spreadSeconds')),
    ...parseCalendar(input, field),
  }
}

type Rhythm = Pick<RecurringSchedule, 'cronExpression' | 'every' | 'recurrence' | 'timezone' | 'dstPolicy'>

function parseCron({ cronExpression, timezone, recurrence, dstPolicy }: ScheduleInput, field: Field): Rhythm {
  const expression = parseCronExpression(cronExpression!, field('cronExpression'))
  if (timezone == null) throw refuse('A cronExpression needs the timezone it is meant in, such as "Europe/Berlin".', field('timezone'))
  if (recurrence != null) {
    throw refuse('recurrence belongs to every; a cronExpression names its times itself.', field('recurrence'))
  }
  return {
    cronExpression: expression,
    every: null,
    recurrence: null,
    timezone: canonicalZone(timezone, field('timezone')),
    dstPolicy: oneOf(dstPolicy, ['ONCE', 'LITERAL'], field('dstPolicy')) ?? 'ONCE',
  }
}

function parseInterval(input: ScheduleInput, field: Field): Rhythm {
  const every = parseEvery(input.every, field('every'))
  if (oneOf(input.dstPolicy, ['ONCE', 'LITERAL'], field('dstPolicy')) === 'LITERAL') {
    throw refuse('LITERAL is for a cronExpression; each run of an interval happens once, whatever the clocks do.', field('dstPolicy'))
  }
  return {
    cronExpression: null,
    every,
    recurrence: oneOf(input.recurrence, ['FIXED', 'ROLLING'], field('recurrence')) ?? 'FIXED',
    timezone: canonicalZone(input.timezone ?? 'UTC', field('timezone')),
    dstPolicy: 'ONCE',
  }
}

function parseWindow(input: ScheduleInput, field: Field): { startAt: number | null; endAt: number | null } {
  const startAt = input.startAt == null ? null : readInstant(input.startAt, field('startAt'))
  const endAt = input.endAt == null ? null : readInstant(input.endAt, field('endAt'))
  if (startAt !== null && endAt !== null && endAt < startAt) throw refuse('endAt must not lie before startAt.', field('endAt'))
  return { startAt, endAt }
}

function parseSpread(seconds: number | null | undefined, field: string): number {
  if (seconds == null) return 0
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= SPREAD_MOST_S) return seconds
  throw refuse(`spreadSeconds must be a whole number from 0 to ${SPREAD_MOST_S}.`, field)
}

function parseCalendar({ calendarId, calendarRule }: ScheduleInput, field: Field): Pick<RecurringSchedule, 'calendarId' | 'calendarRule'> {
  const rule = oneOf(calendarRule, ['SKIP', 'NEXT_BUSINESS_DAY'], field('calendarRule'))
  if (calendarId != null) return { calendarId: internalId('calendar', calendarId, field('calendarId')), calendarRule: rule ?? 'SKIP' }
  if (rule !== null) throw refuse('calendarRule needs the calendarId of the calendar it is about.', field('calendarId'))
  return { calendarId: null, calendarRule: null }
}

function oneOf<T extends string>(value: T | null | undefined, allowed: readonly T[], field: string): T | null {
  if (value == null || allowed.includes(value)) return value ?? null
  throw refuse(`${field.split('.').at(-1)} is ${allowed.join(' or ')}.`, field)
}

const refuse = (sentence: string, field: string) => new DocketError('INVALID_SCHEDULE', sentence, field)
