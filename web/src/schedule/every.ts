/** What an interval is counted in; `iso` stands for a duration that is written by hand. */
export type Unit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'iso'

export const UNITS: readonly (readonly [Unit, string])[] = [
  ['minutes', 'minutes'],
  ['hours', 'hours'],
  ['days', 'days'],
  ['weeks', 'weeks'],
  ['months', 'months'],
  ['iso', 'as ISO 8601'],
]

/** The ISO 8601 duration of an amount, such as `PT30M`. What is no number goes into it as it stands, for the server to refuse. */
export function isoDuration(amount: string, unit: Unit): string {
  const text = amount.trim()
  if (unit === 'iso') return text
  const count = /^\d+$/.test(text) ? String(Number(text)) : text
  return `${unit === 'minutes' || unit === 'hours' ? 'PT' : 'P'}${count}${LETTERS[unit]}`
}

/** A duration as an amount of one unit where it is one, else as it is written. */
export function readDuration(every: string): { amount: string; unit: Unit } {
  const whole = /^P(?:(\d+)M|(\d+)W|(\d+)D)$/.exec(every)
  if (whole) {
    const [, months, weeks, days] = whole
    if (months) return { amount: months, unit: 'months' }
    return weeks ? { amount: weeks, unit: 'weeks' } : { amount: days ?? '', unit: 'days' }
  }
  const clock = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(every)
  if (!clock || (!clock[1] && !clock[2])) return { amount: every, unit: 'iso' }
  const [, hours = '0', minutes = '0'] = clock
  return Number(minutes) === 0
    ? { amount: hours, unit: 'hours' }
    : { amount: String(Number(hours) * 60 + Number(minutes)), unit: 'minutes' }
}

const LETTERS: Readonly<Record<Exclude<Unit, 'iso'>, string>> = { minutes: 'M', hours: 'H', days: 'D', weeks: 'W', months: 'M' }
