/** Every zone the browser knows, UTC first and the browser's own second. */
export function allZones(mine: string): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return [...new Set(['UTC', mine, ...known])]
}

/** Zones that hold every word of `query`; those whose city begins with it come first. */
export function matchZones(zones: readonly string[], query: string, limit: number): string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[_/]/g, ' ')
  const words = plain(query).trim().split(/\s+/).filter(Boolean)
  if (words.length === 0) return zones.slice(0, limit)
  const first = words[0] ?? ''
  const found = zones.filter((zone) => words.every((word) => plain(zone).includes(word)))
  const isCity = (zone: string) => Number(plain(zone.split('/').at(-1) ?? '').startsWith(first))
  return found.sort((a, b) => isCity(b) - isCity(a) || a.localeCompare(b)).slice(0, limit)
}

/** How far a zone is from UTC at `at` (epoch ms): `UTC+02:00`. */
export function zoneOffset(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  return name.replace('GMT', 'UTC')
}
