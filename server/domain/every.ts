import { DAY_MS } from './calendar.ts'
import { DocketError } from './errors.ts'

/** A length of time. Months and days move by the calendar and the wall clock, `ms` is real time. */
export interface Every {
  months: number
  days: number
  ms: number
}

const ALIASES: Record<string, string> = { 'every-30-minutes': 'PT30M', hourly: 'PT1H', daily: 'P1D', weekly: 'P1W' }

const DURATION = /^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/

/** Longer texts are refused unread; the longest useful ones stay below 30. */
const EVERY_MAX_CHARS = 64
const SHORTEST_MS = 60_000
/** As far ahead as a one-time run may lie. */
const YEARS_MOST = 10
const YEAR_MS = 365.2425 * DAY_MS

/**
 * The canonical ISO 8601 form of an interval: `P1M`, `P2W`, `P1DT12H`, `PT1H30M`. Units that always have the same length are
 * carried over (`PT90M` → `PT1H30M`, `P14D` → `P2W`, `P12M` → `P1Y`); hours never become days, which follow the wall clock.
 * @throws DocketError INVALID_SCHEDULE on `field`
 */
export function parseEvery(text: unknown, field = 'schedule.every'): string {
  const refuse = (reason: string) => new DocketError('INVALID_SCHEDULE', reason, field)
  const aliases = Object.keys(ALIASES).join(', ')
  const form = `every must be ${aliases} or an ISO 8601 duration in whole units of at least a minute, such as "PT15M" or "P1D".`
  if (typeof text !== 'string' || text.length > EVERY_MAX_CHARS) throw refuse(form)
  const duration = Object.hasOwn(ALIASES, text) ? ALIASES[text]! : text
  if (!DURATION.test(duration) || !/\d[A-Z]$/.test(duration)) throw refuse(form)
  const every = readEvery(duration)
  if (typicalMs(every) < SHORTEST_MS) throw refuse('every must be at least a minute (PT1M); Docket runs nothing more often.')
  if (typicalMs(every) > YEARS_MOST * YEAR_MS) throw refuse(`every must be at most ${YEARS_MOST} years.`)
  return canonical(every)
}

/** The parts of a duration that parseEvery has taken. */
export function readEvery(duration: string): Every {
  const [, years, months, weeks, days, hours, minutes, seconds] = DURATION.exec(duration)!.map((part) => Number(part ?? 0))
  return { months: years! * 12 + months!, days: weeks! * 7 + days!, ms: ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 }
}

/** Its length in ms; a month counts as the mean month. */
export const typicalMs = ({ months, days, ms }: Every): number => (months / 12) * YEAR_MS + days * DAY_MS + ms

/** Its length in words: `1 hour and 30 minutes`, `1 day`, `2 weeks`. */
export function spokenEvery({ months, days, ms }: Every): string {
  const weeks = days % 7 === 0
  const seconds = ms / 1000
  const parts = [
    spokenCount(Math.floor(months / 12), 'year'),
    spokenCount(months % 12, 'month'),
    weeks ? spokenCount(days / 7, 'week') : spokenCount(days, 'day'),
    spokenCount(Math.floor(seconds / 3600), 'hour'),
    spokenCount(Math.floor(seconds / 60) % 60, 'minute'),
    spokenCount(seconds % 60, 'second'),
  ].filter((part) => part !== '')
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

const spokenCount = (count: number, unit: string): string => (count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`)

function canonical({ months, days, ms }: Every): string {
  const seconds = ms / 1000
  const part = (count: number, letter: string) => (count === 0 ? '' : `${count}${letter}`)
  const weeksOnly = months === 0 && ms === 0 && days % 7 === 0
  const date = part(Math.floor(months / 12), 'Y') + part(months % 12, 'M') + (weeksOnly ? part(days / 7, 'W') : part(days, 'D'))
  const time = part(Math.floor(seconds / 3600), 'H') + part(Math.floor(seconds / 60) % 60, 'M') + part(seconds % 60, 'S')
  return `P${date}${time && `T${time}`}`
}
