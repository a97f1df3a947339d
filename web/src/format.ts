const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A length of time for people: `340 ms`, `1.52 s`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. */
export function duration(ms: number): string {
  if (ms < 1) return '< 1 ms'
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND) return `${trim((ms / SECOND).toFixed(2))} s`
  if (ms < MINUTE) return `${trim((ms / SECOND).toFixed(1))} s`
  return span(ms)
}

/** A length in whole units, the two largest: `20 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. */
export function span(ms: number): string {
  const total = Math.max(0, ms)
  if (total < MINUTE) return `${Math.floor(total / SECOND)} s`
  if (total < HOUR) return pair(total, MINUTE, 'min', SECOND, 's')
  if (total < DAY) return pair(total, HOUR, 'h', MINUTE, 'min')
  if (total < 7 * DAY) return pair(total, DAY, 'd', HOUR, 'h')
  return `${Math.floor(total / DAY)} d`
}

/** `in 4 min`, `in 2 h 5 min`, `now`, `12 s ago`, `3 d ago`. The past is given in one unit, the near future in two. */
export function relative(at: number, now: number): string {
  const away = at - now
  if (away > 0) {
    if (away < SECOND) return 'now'
    if (away >= 10 * MINUTE && away < HOUR) return `in ${Math.round(away / MINUTE)} min`
    return `in ${span(away)}`
  }
  const past = -away
  if (past < 2 * SECOND) return 'just now'
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s ago`
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`
  if (past < 2 * DAY) return `${Math.floor(past / HOUR)} h ago`
  return `${Math.floor(past / DAY)} d ago`
}

/** The zone the browser is set to, as an IANA name. */
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** Date, time to the second and zone: `Fri 21 Nov 2025, 14:30:05 GMT+1`. */
export function exact(at: number, zone: string): string {
  const part = partsOf(at, zone)
  return `${part.weekday} ${part.day} ${part.month} ${part.year}, ${part.hour}:${part.minute}:${part.second} ${part.timeZoneName}`
}

/** As short as it stays unambiguous beside `now`: `14:30 GMT+1`, or `Fri 21 Nov, 14:30 GMT+1` on another day, with the year in another year. */
export function short(at: number, now: number, zone: string): string {
  const part = partsOf(at, zone)
  const today = partsOf(now, zone)
  const clock = `${part.hour}:${part.minute}${part.second === '00' ? '' : `:${part.second}`} ${part.timeZoneName}`
  if (part.year !== today.year) return `${part.day} ${part.month} ${part.year}, ${clock}`
  if (part.day === today.day && part.month === today.month) return clock
  return `${part.weekday} ${part.day} ${part.month}, ${clock}`
}

/** The tooltip of every time: in the given zone, in the browser's if that is another, and in UTC. */
export function everyZone(at: number, zone: string): string {
  const mine = browserZone()
  const zones = [...new Set([zone, mine, 'UTC'])]
  return zones.map((name) => `${exact(at, name)} (${name === mine ? `${name}, yours` : name})`).join('\n')
}

/** `512 B`, `3.4 kB`, `1.2 MB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`
  if (count < 1_000_000) return `${trim((count / 1000).toFixed(1))} kB`
  return `${trim((count / 1_000_000).toFixed(1))} MB`
}

const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

function pair(total: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((total % large) / small)
  return `${Math.floor(total / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

function partsOf(at: number, zone: string): Record<Intl.DateTimeFormatPartTypes, string> {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    })
    formats.set(zone, format)
  }
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value])) as Record<Intl.DateTimeFormatPartTypes, string>
}
