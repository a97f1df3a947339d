import { IANAZone } from 'luxon'
import { DocketError } from './errors.ts'
import { hasZoneShape, RENAMED, spellings } from './zone-names.ts'

/**
 * The canonical IANA name of a zone. Old names are taken (`US/Eastern` → `America/New_York`, `Asia/Calcutta` → `Asia/Kolkata`),
 * so that one zone has one name in the database.
 * @throws DocketError INVALID_TIMEZONE for unknown names, another letter case, bare offsets (`+02:00`) and abbreviations (`EST`);
 * `field` is reported.
 */
export function canonicalZone(zone: string, field = 'timezone'): string {
  const known = canonicalNames.get(zone)
  if (known) return known
  const refuse = (reason: string) => new DocketError('INVALID_TIMEZONE', reason, field)
  if (typeof zone !== 'string' || !hasZoneShape(zone) || !IANAZone.isValidZone(zone)) {
    throw refuse('The timezone must be an IANA name such as "Europe/Berlin", "America/New_York" or "UTC".')
  }
  const spelling = spellings().get(zone.toLowerCase()) ?? zone
  if (spelling !== zone) throw refuse(`The timezone must be spelled exactly: "${spelling}".`)
  const icuName = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone
  const canonical = RENAMED[icuName] ?? icuName
  if (canonicalNames.size >= NAMES_KEPT) canonicalNames.clear()
  canonicalNames.set(zone, canonical)
  return canonical
}

/** Asking Intl takes about 0.3 ms. Room for every name there is (about 600). */
const NAMES_KEPT = 1000
const canonicalNames = new Map<string, string>()
