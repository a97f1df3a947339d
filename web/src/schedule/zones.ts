import { offsetIn } from './local-time.ts'

/** Every zone the browser knows, its own first and UTC second, also under the names that browsers still keep the old ones of. */
export function allZones(mine: string): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return [...new Set([mine, 'UTC', ...known.map((zone) => RENAMED[zone] ?? zone)])]
}

/**
 * Zones that hold every word of `query` in their name, the names they had or their offset now (`+05:30`); those whose city begins with it
 * come first. Where no name fits, what people call the zone does: `eastern`, `central european`.
 *
 * @param now epoch ms, at which offsets are compared
 */
export function matchZones(zones: readonly string[], query: string, limit: number, now: number): string[] {
  const words = plain(query).trim().split(/\s+/).filter(Boolean)
  if (words.length === 0) return zones.slice(0, limit)
  const offset = /^(?:utc|gmt)?([+-]\d{1,2}(?::\d\d)?)$/.exec(words.join(''))?.[1]
  if (offset) return zones.filter((zone) => zoneOffset(zone, now).slice(3).startsWith(padded(offset))).slice(0, limit)
  const first = words[0] ?? ''
  const holds = (text: string) => words.every((word) => text.includes(word))
  const found = zones.filter((zone) => holds(plain(`${zone} ${FORMER[zone] ?? ''}`)))
  const isCity = (zone: string) => Number(plain(zone.split('/').at(-1) ?? '').startsWith(first))
  if (found.length > 0) return found.sort((a, b) => isCity(b) - isCity(a) || a.localeCompare(b)).slice(0, limit)
  return query.trim().length < CALLED_FROM ? [] : zones.filter((zone) => holds(plain(called(zone)))).slice(0, limit)
}

/** Names that people use are looked up from this many letters on: it takes a format for each zone. */
const CALLED_FROM = 3

/** How far a zone is from UTC at `at` (epoch ms): `UTC+02:00`. */
export function zoneOffset(zone: string, at: number): string {
  const minutes = Math.round(offsetIn(zone, at) / 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

const plain = (text: string): string => text.toLowerCase().replace(/[_/]/g, ' ')
const padded = (offset: string): string => offset.replace(/^([+-])(\d)(?!\d)/, '$10$2')

const names = new Map<string, string>()

function called(zone: string): string {
  let name = names.get(zone)
  if (name === undefined) {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(0)
    name = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
    names.set(zone, name)
  }
  return name
}

/** CLDR, which browsers list zones by, never renames one; the time-zone database does. */
const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Louisville': 'America/Kentucky/Louisville',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

const FORMER: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(RENAMED).map(([old, zone]) => [zone, old]))
