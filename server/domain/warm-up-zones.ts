import { DateTime } from 'luxon'
import { localDays } from './local-days.ts'
import { canonicalZone } from './zone.ts'

/**
 * Makes ICU load what it loads on first use, about 20 ms in a new process, so that no schedule waits for it.
 * `now` is epoch ms.
 */
export function warmUpZones(now: number): void {
  localDays(canonicalZone('America/New_York')).changes(now, now + 1)
  DateTime.fromMillis(now, { zone: 'America/New_York', locale: 'en-US' }).toFormat('ZZ')
}
