/** What a wall-clock time means in a zone. */
interface LocalInstant {
  /** Epoch ms. */
  at: number
  /** `none`: the clocks skip it, and it moved forward by as much. `twice`: they repeat it, and this is the first. */
  exists: 'once' | 'twice' | 'none'
}

const DAY_MS = 86_400_000
const HALF_YEAR_DAYS = 183
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?$/

/** The instant of a date or of what a `datetime-local` input holds, read in `zone`; undefined when the text is neither. */
export function instantIn(zone: string, local: string): LocalInstant | undefined {
  const parts = LOCAL.exec(local)
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  // No zone changes its clocks twice within two days.
  const before = offsetIn(zone, wall - DAY_MS)
  const offsets = [...new Set([before, offsetIn(zone, wall + DAY_MS)])]
  const found = offsets.map((offset) => wall - offset).filter((at) => offsetIn(zone, at) === wall - at)
  const [first] = found.sort((a, b) => a - b)
  if (first === undefined) return { at: wall - before, exists: 'none' }
  return { at: first, exists: found.length > 1 ? 'twice' : 'once' }
}

/** The same as RFC 3339 with the zone's offset at that time; empty when the text is no time. */
export function rfc3339In(zone: string, local: string): string {
  const instant = instantIn(zone, local)
  if (!instant) return ''
  const offset = offsetIn(zone, instant.at)
  // An offset with seconds, as long ago, can't be written.
  if (offset % 60_000 !== 0) return new Date(instant.at).toISOString()
  return `${new Date(instant.at + offset).toISOString().slice(0, 19)}${offsetText(offset)}`
}

/** An offset from UTC (ms) to the minute: `+05:30`. */
export function offsetText(offset: number): string {
  const minutes = Math.abs(Math.round(offset / 60_000))
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Whether this browser knows a zone by this name. */
export function isZone(name: string): boolean {
  try {
    return name !== '' && formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** An instant as the value of a `datetime-local` input in `zone`, with seconds only where there are some. */
export function localIn(zone: string, at: number): string {
  const text = new Date(at + offsetIn(zone, at)).toISOString().slice(0, 19)
  return text.endsWith(':00') ? text.slice(0, 16) : text
}

/** The date in `zone`, `YYYY-MM-DD`. */
export const dateIn = (zone: string, at: number): string => localIn(zone, at).slice(0, 10)

/** How far the clocks of a zone are ahead of UTC at an instant, ms. */
export function offsetIn(zone: string, at: number): number {
  const second = Math.floor(at / 1000) * 1000
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(second)
      .map(({ type, value }) => [type, Number(value)]),
  )
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - second
}

/** The first instant after `from` at which the zone changes its clocks, to the minute; undefined when it does not within a year. */
export function nextClockChange(zone: string, from: number): number | undefined {
  for (let day = 1; day <= 2 * HALF_YEAR_DAYS; day++) {
    const end = from + day * DAY_MS
    if (offsetIn(zone, end) === offsetIn(zone, end - DAY_MS)) continue
    let [low, high] = [Math.floor((end - DAY_MS) / 60_000), Math.ceil(end / 60_000)]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetIn(zone, middle * 60_000) === offsetIn(zone, end - DAY_MS)) low = middle
      else high = middle
    }
    return high * 60_000
  }
  return undefined
}

const two = (value: number): string => String(value).padStart(2, '0')

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    const number = 'numeric' as const
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    })
    formats.set(zone, format)
  }
  return format
}
