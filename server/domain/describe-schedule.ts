import cronstrue from 'cronstrue'
import type { ActionSchedule } from './action-schedule.ts'
import { openSteps } from './cron-fields.ts'
import type { CronText } from './cron-grammar.ts'
import { readEvery, spokenEvery } from './every.ts'
import { localDays, localTime } from './local-days.ts'
import type { RecurringSchedule } from './recurring.ts'
import { compile } from './schedule.ts'

/**
 * A schedule in words, 24-hour clock, with its zone: `At 02:30, only on Sunday, Europe/Berlin`,
 * `Every 30 minutes from 2026-05-01 09:00, UTC`, `Once, on 2030-07-01 at 10:00:00, UTC`.
 */
export function describeSchedule(schedule: ActionSchedule): string {
  if (schedule.kind === 'ON_DEMAND') return 'On demand'
  if (schedule.kind === 'RECURRING') return [describeRhythm(schedule), ...describeLimits(schedule), schedule.timezone].join(', ')
  if (schedule.scheduledAt === null) return 'Once, at once'
  const zone = schedule.timezone ?? 'UTC'
  const local = new Date(localTime(localDays(zone), schedule.scheduledAt)).toISOString()
  return `Once, on ${local.slice(0, 10)} at ${local.slice(11, 19)}, ${zone}`
}

function describeRhythm({ cronExpression, every, recurrence, timezone, dstPolicy, anchorAt }: RecurringSchedule): string {
  if (every === null) return describeCronText(compile({ cronExpression: cronExpression!, timezone, dstPolicy }).fields.text)
  const length = spokenEvery(readEvery(every))
  if (recurrence === 'ROLLING') return `${length} after the end of each run`
  return `Every ${length.replace(/^1 (?=\w+$)/, '')} from ${minuteOf(timezone, anchorAt!)}`
}

function describeLimits({ startAt, endAt, anchorAt, timezone, dstPolicy, calendarRule, spreadSeconds }: RecurringSchedule): string[] {
  const limits: string[] = []
  if (startAt !== null && startAt !== anchorAt) limits.push(`from ${minuteOf(timezone, startAt)}`)
  if (endAt !== null) limits.push(`until ${minuteOf(timezone, endAt)}`)
  if (dstPolicy === 'LITERAL') limits.push('not at times that the clocks skip, twice at those that they repeat')
  if (calendarRule === 'SKIP') limits.push('not on days that the calendar excludes')
  if (calendarRule === 'NEXT_BUSINESS_DAY') limits.push('instead of days that the calendar excludes on the next one')
  if (spreadSeconds > 0) limits.push(`up to ${spreadSeconds} s later`)
  return limits
}

/** `2026-05-01 09:00`, with seconds where there are any. */
function minuteOf(timezone: string, at: number): string {
  const text = new Date(localTime(localDays(timezone), at)).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, text.slice(17, 19) === '00' ? 16 : 19)}`
}

function describeCronText(text: CronText): string {
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
