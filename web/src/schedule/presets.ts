import type { ScheduleInput } from '../../../sdk/generated/operations.ts'
import type { Unit } from './every.ts'
import { isoDuration, readDuration } from './every.ts'
import { WEEKDAY_NAMES } from './weekdays.ts'

/** A usual schedule, and what each of them needs to know. All values are those of form controls. */
export interface Rhythm {
  preset: Preset
  /** Of `minutes`: how many lie between two runs. */
  minutes: string
  /** Of `hourly`: the minute of the hour. */
  minute: string
  /** `HH:MM`. */
  time: string
  /** 0 is Sunday. */
  weekday: string
  /** Day of the month, or `L` for the last. */
  day: string
  /** Of `interval`: a whole number, or with the unit `iso` a duration as ISO 8601 writes it. */
  amount: string
  unit: Unit
  recurrence: 'FIXED' | 'ROLLING'
  /** Of `cron`: the expression as it was typed. */
  cron: string
}

type Preset = 'minutes' | 'hourly' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'interval' | 'cron'

export const PRESETS: readonly (readonly [Preset, string])[] = [
  ['minutes', 'Minutes'],
  ['hourly', 'Hourly'],
  ['daily', 'Daily'],
  ['weekdays', 'Weekdays'],
  ['weekly', 'Weekly'],
  ['monthly', 'Monthly'],
  ['interval', 'Interval'],
  ['cron', 'Cron'],
]

export const MINUTES: readonly (readonly [string, string])[] = ['5', '15', '30'].map((count) => [count, `Every ${count} minutes`])

/** As cron counts them: Sunday is 0. */
export const WEEKDAYS: readonly (readonly [string, string])[] = WEEKDAY_NAMES.map((name, index) => [String((index + 1) % 7), name])

export const MONTH_DAYS: readonly (readonly [string, string])[] = [
  ...Array.from({ length: 31 }, (_, index) => [String(index + 1), `Day ${index + 1}`] as const),
  ['L', 'Last day'],
]

/** Every day at nine: what most come for. */
export const USUAL: Rhythm = {
  preset: 'daily',
  minutes: '15',
  minute: '0',
  time: '09:00',
  weekday: '1',
  day: '1',
  amount: '2',
  unit: 'days',
  recurrence: 'FIXED',
  cron: '0 9 * * *',
}

/** The cron expression of a rhythm; undefined for an interval, which has none. */
export function cronOf({ preset, minutes, minute, time, weekday, day, cron }: Rhythm): string | undefined {
  const [hour = '9', past = '0'] = (/^\d\d:\d\d/.test(time) ? time : '09:00').split(':').map((part) => String(Number(part)))
  switch (preset) {
    case 'minutes':
      return `*/${minutes} * * * *`
    case 'hourly':
      // What is no number is left as it stands: the server says at the field what is wrong.
      return `${/^\d+$/.test(minute.trim()) ? Number(minute) : minute.trim() || '?'} * * * *`
    case 'daily':
      return `${past} ${hour} * * *`
    case 'weekdays':
      return `${past} ${hour} * * 1-5`
    case 'weekly':
      return `${past} ${hour} * * ${weekday}`
    case 'monthly':
      return `${past} ${hour} ${day} * *`
    case 'cron':
      return cron.trim()
    case 'interval':
      return undefined
  }
}

/** The part of a schedule's input that a rhythm decides. */
export function rhythmInput(rhythm: Rhythm): Pick<ScheduleInput, 'cronExpression' | 'every' | 'recurrence'> {
  const cronExpression = cronOf(rhythm)
  return cronExpression === undefined
    ? { every: isoDuration(rhythm.amount, rhythm.unit), recurrence: rhythm.recurrence }
    : { cronExpression }
}

/** The rhythm that a schedule stands for: `cron` when its expression is none of the usual ones. */
export function readRhythm(schedule: {
  cronExpression: string | null
  every: string | null
  recurrence: 'FIXED' | 'ROLLING' | null
}): Rhythm {
  if (schedule.every !== null) {
    return { ...USUAL, preset: 'interval', ...readDuration(schedule.every), recurrence: schedule.recurrence ?? 'FIXED' }
  }
  const cron = schedule.cronExpression?.trim() ?? ''
  const [minute = '', hour = '', day = '', , weekday = ''] = cron.split(/\s+/)
  const guess: Rhythm = {
    ...USUAL,
    cron,
    minutes: /^\*\/(5|15|30)$/.exec(minute)?.[1] ?? USUAL.minutes,
    minute: /^\d{1,2}$/.test(minute) ? minute : USUAL.minute,
    time: /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` : USUAL.time,
    weekday: /^[0-6]$/.test(weekday) ? weekday : USUAL.weekday,
    day: /^(\d{1,2}|L)$/.test(day) ? day : USUAL.day,
  }
  const usual = PRESETS.map(([preset]) => ({ ...guess, preset })).find((rhythm) => rhythm.preset !== 'cron' && cronOf(rhythm) === cron)
  return usual ?? { ...guess, preset: 'cron' }
}
