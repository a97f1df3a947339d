import type { TimezonesQuery } from '../../../sdk/generated/operations.ts'
import { isZone, offsetIn, offsetText } from './local-time.ts'

export type Zone = TimezonesQuery['timezones'][number]

/** The zones to choose from: the browser's own (`mine`) under its present name, UTC, and then those that the server knows. */
export function zonesFor(mine: string, known: readonly Zone[]): Zone[] {
  const own = known.find(({ name, formerNames }) => name === mine || formerNames.includes(mine)) ?? { name: mine, formerNames: [] }
  const first = own.name === 'UTC' ? [own] : [own, { name: 'UTC', formerNames: [] }]
  return [...first, ...known.filter(({ name }) => name !== own.name && name !== 'UTC')]
}

/**
 * Names of the zones that hold every word of `query` in their name, the names they had or their offset now (`+05:30`); those whose city
 * begins with it come first. Where no name fits, what people call the zone does: `eastern`, `central european`.
 *
 * @param now epoch ms, at which offsets are compared
 */
export function matchZones(zones: readonly Zone[], query: string, limit: number, now: number): string[] {
  const words = plain(query).trim().split(/\s+/).filter(Boolean)
  if (words.length === 0) return firstOf(zones, limit)
  const offset = /^(?:utc|gmt)?([+-]\d{1,2}(?::\d\d)?)$/.exec(words.join(''))?.[1]
  if (offset) return firstOf(zones, limit, ({ name }) => offsetText(offsetIn(name, now)).startsWith(padded(offset)))
  const first = words[0] ?? ''
  const holds = (text: string) => words.every((word) => text.includes(word))
  const found = zones.filter(({ name, formerNames }) => holds(plain([name, ...formerNames].join(' '))))
  const isCity = ({ name }: Zone) => Number(plain(name.split('/').at(-1) ?? '').startsWith(first))
  if (found.length > 0) {
    return firstOf(
      found.sort((a, b) => isCity(b) - isCity(a) || a.name.localeCompare(b.name)),
      limit,
    )
  }
  return query.trim().length < CALLED_FROM ? [] : firstOf(zones, limit, ({ name }) => holds(plain(called(name))))
}

/** Names that people use are looked up from this many letters on: it takes a format for each zone. */
const CALLED_FROM = 3

/** How far a zone is from UTC at `at` (epoch ms): `UTC+02:00`. */
export function zoneOffset(zone: string, at: number): string {
  const offset = offsetIn(zone, at)
  return offset === 0 ? 'UTC' : `UTC${offsetText(offset)}`
}

/** Of a zone that the server knows and the browser does not, nothing could be shown. */
function firstOf(zones: readonly Zone[], limit: number, fits: (zone: Zone) => boolean = () => true): string[] {
  const names: string[] = []
  for (const zone of zones) {
    if (names.length === limit) break
    if (isZone(zone.name) && fits(zone)) names.push(zone.name)
  }
  return names
}

const plain = (text: string): string => text.toLowerCase().replace(/[_/]/g, ' ')
/** `+2` as `+02`, and nothing on the other side of UTC as nothing. */
const padded = (offset: string): string => offset.replace(/^([+-])(\d)(?!\d)/, '$10$2').replace(/^-00(?=$|:00)/, '+00')

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
