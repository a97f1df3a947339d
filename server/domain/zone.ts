import { IANAZone } from 'luxon'
import { DocketError } from './errors.ts'

/** One-word names of the IANA database that are places or UTC. The others (EST, CET, …) are abbreviations and refused. */
const ONE_WORD_ZONES =
  'UTC UCT GMT Greenwich Universal Zulu Cuba Egypt Eire GB GB-Eire Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya NZ NZ-CHAT Navajo Poland Portugal PRC ROC ROK Singapore Turkey W-SU'
const ONE_WORD = new Set(ONE_WORD_ZONES.toLowerCase().split(' '))

/** ICU keeps the first spelling a zone ever had; IANA has renamed these since. ICU spelling → IANA name. */
const RENAMED: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
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

/**
 * The canonical IANA name of a zone: any letter case and old names are taken (`us/eastern` → `America/New_York`,
 * `Asia/Calcutta` → `Asia/Kolkata`), so that one zone has one spelling in the database.
 * @throws DocketError INVALID_TIMEZONE for unknown names, bare offsets (`+02:00`) and abbreviations (`EST`); `field` is reported.
 */
export function canonicalZone(zone: string, field = 'timezone'): string {
  const known = canonicalNames.get(zone)
  if (known) return known
  if (typeof zone !== 'string' || !hasZoneShape(zone) || !IANAZone.isValidZone(zone)) {
    throw new DocketError(
      'INVALID_TIMEZONE',
      'The timezone must be an IANA name such as "Europe/Berlin", "America/New_York" or "UTC".',
      field,
    )
  }
  const icuName = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone
  const canonical = RENAMED[icuName] ?? icuName
  if (canonicalNames.size >= NAMES_KEPT) canonicalNames.clear()
  canonicalNames.set(zone, canonical)
  return canonical
}

/** Asking Intl takes about 0.3 ms. Room for every name there is (about 600) in its usual spelling. */
const NAMES_KEPT = 1000
const canonicalNames = new Map<string, string>()

function hasZoneShape(zone: string): boolean {
  return zone.includes('/') ? /^[A-Za-z][\w+\-/]{2,63}$/.test(zone) : ONE_WORD.has(zone.toLowerCase())
}
