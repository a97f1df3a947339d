import cronstrue from 'cronstrue'
import { isUnrestricted, openSteps } from './cron-fields.ts'
import type { CronText } from './cron-grammar.ts'

/** An expression in words, 24-hour clock, without its zone: "At 02:30, only on Sunday". */
export function describeCronText(text: CronText): string {
  const { minute, hour, dayOfMonth, month } = text
  // Spelled out because cronstrue ends a week at Saturday, while here 7 is Sunday too.
  const fields = [minute, hour, dayOfMonth, month, openSteps(text.dayOfWeek, 7)].join(' ')
  try {
    return cronstrue.toString(fields, { use24HourTimeFormat: true })
  } catch {
    // A list with W in it is legal here and unknown to cronstrue.
    return `By the cron expression ${text.expression}`
  }
}

/** What a careful reader should know before saving the expression, one sentence each. */
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
  return warnings
}
