import { DateTime } from 'luxon'
import { DocketError } from './errors.ts'
import { firstInstant, localDays } from './local-days.ts'

/** A one-time instant this far in the past is taken as now: clocks differ and requests take time. */
const PAST_TAKEN_AS_NOW_MS = 60_000
const YEARS_AHEAD_MAX = 10
/** Shorter than YEARS_AHEAD_MAX whatever leap days lie in it: what is nearer needs no calendar. */
const SURELY_NEAR_MS = YEARS_AHEAD_MAX * 365 * 86_400_000
const FIRST_INSTANT = Date.UTC(1970)
const LAST_INSTANT = Date.UTC(10_000) - 1

/** RFC 3339 with any number of decimals; the calendar itself is checked afterwards. Without an offset the seconds may be missing. */
const RFC_3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/

/**
 * The instant of a one-time schedule, epoch ms; see readInstant for what it takes. Up to 60 s in the past is taken as `now`.
 * @throws DocketError INVALID_SCHEDULE on `field` when it is no such text, further in the past, or more than 10 years ahead.
 */
export function parseScheduledAt(text: string | Date, now: number, field = 'schedule.scheduledAt', zone: string | null = null): number {
  const refuse = (reason: string) => new DocketError('INVALID_SCHEDULE', `${field.split('.').at(-1)} ${reason}`, field)
  const at = readInstant(text, field, zone)
  if (at < now - PAST_TAKEN_AS_NOW_MS) throw refuse('must lie in the future; more than 60 s in the past is refused.')
  if (at - now > SURELY_NEAR_MS && at > DateTime.fromMillis(now, { zone: 'utc' }).plus({ years: YEARS_AHEAD_MAX }).toMillis()) {
    throw refuse(`must lie at most ${YEARS_AHEAD_MAX} years ahead.`)
  }
  return Math.max(at, now)
}

/**
 * The instant of a time, epoch ms. Takes RFC 3339 with an offset, a Date, or with `zone` (canonical name) a local time without
 * offset: in a gap it moves forward by the gap's length, of two in an overlap it is the first. Parts of a millisecond are
 * rounded up, so that nothing fires early.
 * @throws DocketError INVALID_SCHEDULE on `field` when it is no such time of the years 1970 to 9999
 */
export function readInstant(text: string | Date, field: string, zone: string | null = null): number {
  const at = text instanceof Date ? text.getTime() : instantOf(text, zone)
  if (at !== undefined && at >= FIRST_INSTANT && at <= LAST_INSTANT) return at
  const local = zone === null ? '' : `, or a local time in ${zone} such as "2030-01-31T09:00"`
  throw new DocketError(
    'INVALID_SCHEDULE',
    `${field.split('.').at(-1)} must be an existing time in RFC 3339 with an offset, such as "2030-01-31T09:00:00+01:00"${local}.`,
    field,
  )
}

function instantOf(text: string, zone: string | null): number | undefined {
  const parts = typeof text === 'string' ? RFC_3339.exec(text) : null
  if (!parts) return undefined
  const [, minute, second, fraction, offset] = parts
  if (offset === undefined ? zone === null || (second === undefined && fraction !== undefined) : second === undefined) return undefined
  const whole = DateTime.fromISO(`${minute}${second ?? ':00'}${offset ?? 'Z'}`.toUpperCase(), { setZone: true })
  if (!whole.isValid) return undefined
  const at = offset === undefined ? firstInstant(localDays(zone!), whole.toMillis()) : whole.toMillis()
  return at + Math.ceil(Number(`0.${fraction ?? 0}`) * 1000)
}
