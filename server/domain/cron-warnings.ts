import { isUnrestricted } from './cron-fields.ts'
import type { CronText } from './cron-grammar.ts'

/** What a careful reader should know about an expression, one sentence each. */
export function cronWarnings(text: CronText): string[] {
  const { dayOfMonth, dayOfWeek } = text
  const warnings: string[] = []
  if (!isUnrestricted(dayOfMonth) && !isUnrestricted(dayOfWeek) && (dayOfMonth.startsWith('*') || dayOfWeek.startsWith('*'))) {
    warnings.push(
      `Day of month "${dayOfMonth}" and day of week "${dayOfWeek}" are both restricted, so it runs on a day that matches either; some cron programs would require both.`,
    )
  }
  if (isUnrestricted(dayOfWeek) && /^(29|30|31)$/.test(dayOfMonth)) {
    warnings.push(`Months without a day ${dayOfMonth} are skipped; write "L" for the last day of every month.`)
  }
  for (const cycle of CYCLES) warnings.push(...unevenStep(text[cycle.field], cycle))
  return warnings
}

const CYCLES = [
  { field: 'minute', first: 0, size: 60, unit: 'minutes', whole: 'hour' },
  { field: 'hour', first: 0, size: 24, unit: 'hours', whole: 'day' },
  { field: 'month', first: 1, size: 12, unit: 'months', whole: 'year' },
] as const

/** A step that runs to the end of its field starts anew with the next hour, day or year. */
function unevenStep(field: string, { first, size, unit, whole }: (typeof CYCLES)[number]): string[] {
  const parts = /^(\*|\d+)\/(\d+)$/.exec(field)
  if (!parts) return []
  const [start, step] = [parts[1] === '*' ? first : Number(parts[1]), Number(parts[2])]
  const steps = Math.floor((first + size - 1 - start) / step)
  const rest = size - steps * step
  if (steps === 0 || rest === step) return []
  return [`"${field}" starts anew every ${whole}: the last gap is ${rest} ${unit}, not ${step}.`]
}
