import { DateTime } from 'luxon'
import { DocketError } from './errors.ts'

/** A one-time instant this far in the past is taken as now: clocks differ and requests take time. */
const PAST_TAKEN_AS_NOW_MS = 60_000
const YEARS_AHEAD_MAX = 10
/** Shorter than YEARS_AHEAD_MAX whatever leap days lie in it: what is nearer needs no calendar. */
const SURELY_NEAR_MS = YEARS_AHEAD_MAX * 365 * 86_400_000

/** RFC 3339 with any number of decimals; the calendar itself is checked afterwards. */
const RFC_3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/**
 * The instant of a one-time schedule, epoch ms. Takes RFC 3339 with an offset, or a Date; up to 60 s in the past is taken as `now`.
 * Parts of a millisecond are rounded up, so that nothing fires early.
 * @throws DocketError INVALID_SCHEDULE on `field` when it is no such text, further in the past, or more than 10 years ahead.
 */
export function parseScheduledAt(text: string | Date, now: number, field = 'schedule.scheduledAt'): number {
  const refuse = (reason: string) => new DocketError('INVALID_SCHEDULE', reason, field)
  const at = text instanceof Date ? text.getTime() : readInstant(text)
  if (at === undefined || Number.isNaN(at)) {
    throw refuse('scheduledAt must be an existing time in RFC 3339 with an offset, such as "2030-01-31T09:00:00+01:00".')
  }
  if (at < now - PAST_TAKEN_AS_NOW_MS) throw refuse('scheduledAt must lie in the future; more than 60 s in the past is refused.')
  if (at - now > SURELY_NEAR_MS && at > DateTime.fromMillis(now, { zone: 'utc' }).plus({ years: YEARS_AHEAD_MAX }).toMillis()) {
    throw refuse(`scheduledAt must lie at most ${YEARS_AHEAD_MAX} years ahead.`)
  }
  return Math.max(at, now)
}

function readInstant(text: string): number | undefined {
  const parts = typeof text === 'string' ? RFC_3339.exec(text) : null
  if (!parts) return undefined
  const [, seconds, fraction = '0', offset] = parts
  const whole = DateTime.fromISO(`${seconds}${offset}`.toUpperCase(), { setZone: true })
  return whole.isValid ? whole.toMillis() + Math.ceil(Number(`0.${fraction}`) * 1000) : undefined
}
