import { DateTime } from 'luxon'
import { onceAt, type Scan } from './cron-oracle.ts'

export interface ExcludedDays {
  dates: ReadonlySet<string>
  weekdays: ReadonlySet<number>
}

/** What a calendar makes of instants, one by one by the clock of the scan and luxon's dates. What moves beyond the scan is left out. */
export function bruteCalendar(
  scan: Scan,
  instants: readonly number[],
  { dates, weekdays }: ExcludedDays,
  rule: 'SKIP' | 'NEXT_BUSINESS_DAY',
): number[] {
  const excluded = (day: DateTime) => weekdays.has(day.weekday) || dates.has(day.toISODate()!)
  /** How many days further the runs of a local date go; asked of luxon once per date. */
  const known = new Map<number, number>()
  const further = (date: number) => {
    let day = DateTime.fromMillis(date, { zone: 'utc' })
    while (excluded(day)) day = day.plus({ days: 1 })
    known.set(date, day.toMillis() - date)
    return day.toMillis() - date
  }
  const found = new Set<number>()
  for (const at of instants) {
    const local = scan.locals.get(Math.floor(at / 60_000) * 60_000)! + (at % 60_000)
    const date = Math.floor(local / 86_400_000) * 86_400_000
    const shift = known.get(date) ?? further(date)
    if (shift === 0) found.add(at)
    else if (rule === 'NEXT_BUSINESS_DAY') found.add(onceAt(scan, local + shift))
  }
  return [...found].filter((at) => !Number.isNaN(at)).sort((a, b) => a - b)
}

/** The members of an interval inside a scan, from its beginning: local dates by luxon, instants by looking at every minute. */
export function bruteInterval(scan: Scan, zone: string, every: { months: number; days: number; ms: number }, anchor: number): number[] {
  if (every.months === 0 && every.days === 0) {
    return [...scan.instants.values()]
      .flat()
      .filter((at) => at >= anchor && (at - anchor) % every.ms === 0)
      .sort((a, b) => a - b)
  }
  const start = DateTime.fromMillis(anchor + DateTime.fromMillis(anchor, { zone }).offset * 60_000, { zone: 'utc' })
  const found = new Set<number>()
  for (let k = 0; ; k++) {
    const local = start.plus({ months: k * every.months, days: k * every.days }).toMillis()
    if (local > scan.to - 2 * 86_400_000) break
    if (k === 0) found.add(anchor)
    else if (local >= scan.from + 2 * 86_400_000) found.add(onceAt(scan, local) + k * every.ms)
  }
  return [...found].sort((a, b) => a - b)
}
