/** A usual schedule, and what it needs to know. */
export interface Rhythm {
  preset: Preset
  /** `HH:MM`. */
  time: string
  /** 0 is Sunday. */
  weekday: string
  /** Day of the month, or `L` for the last. */
  day: string
}

export type Preset = 'five-minutes' | 'hourly' | 'daily' | 'weekdays' | 'weekly' | 'monthly' | 'custom'

export const PRESETS: readonly (readonly [Preset, string])[] = [
  ['five-minutes', 'Every 5 minutes'],
  ['hourly', 'Hourly'],
  ['daily', 'Daily'],
  ['weekdays', 'Weekdays'],
  ['weekly', 'Weekly'],
  ['monthly', 'Monthly'],
  ['custom', 'Custom'],
]

export const WEEKDAYS: readonly (readonly [string, string])[] = [
  ['1', 'Monday'],
  ['2', 'Tuesday'],
  ['3', 'Wednesday'],
  ['4', 'Thursday'],
  ['5', 'Friday'],
  ['6', 'Saturday'],
  ['0', 'Sunday'],
]

export const MONTH_DAYS: readonly (readonly [string, string])[] = [
  ...Array.from({ length: 28 }, (_, index) => [String(index + 1), `Day ${index + 1}`] as const),
  ['L', 'Last day'],
]

/** The cron expression of a rhythm; undefined for `custom`, whose expression is written by hand. */
export function cronOf({ preset, time, weekday, day }: Rhythm): string | undefined {
  const [hour = '9', minute = '0'] = (/^\d\d:\d\d/.test(time) ? time : '09:00').split(':').map((part) => String(Number(part)))
  switch (preset) {
    case 'five-minutes':
      return '*/5 * * * *'
    case 'hourly':
      return '0 * * * *'
    case 'daily':
      return `${minute} ${hour} * * *`
    case 'weekdays':
      return `${minute} ${hour} * * 1-5`
    case 'weekly':
      return `${minute} ${hour} * * ${weekday}`
    case 'monthly':
      return `${minute} ${hour} ${day} * *`
    case 'custom':
      return undefined
  }
}

/** The rhythm that an expression stands for, `custom` when it is none of the usual ones. */
export function readRhythm(cronExpression: string): Rhythm {
  const usual: Rhythm = { preset: 'custom', time: '09:00', weekday: '1', day: '1' }
  const [minute = '', hour = '', day = '', , weekday = ''] = cronExpression.trim().split(/\s+/)
  const time = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` : usual.time
  for (const [preset] of PRESETS) {
    const rhythm: Rhythm = { preset, time, weekday: /^[0-6]$/.test(weekday) ? weekday : '1', day: /^(\d{1,2}|L)$/.test(day) ? day : '1' }
    if (cronOf(rhythm) === cronExpression.trim()) return rhythm
  }
  return usual
}
