import fc from 'fast-check'
import type { DateTime } from 'luxon'
import type { CronMeaning } from './cron-oracle.ts'

/** A legal expression together with what it means. */
export interface GeneratedCron extends CronMeaning {
  expression: string
}

interface Token<T> {
  text: string
  matches: T
}

type DateTest = (day: DateTime) => boolean

/** Expressions over every form of the grammar, weighted towards the hours in which clocks change. */
export const anyCron: fc.Arbitrary<GeneratedCron> = fc
  .record({
    minute: numbers(0, 59),
    hour: fc.oneof({ weight: 1, arbitrary: fc.constant({ text: '*', matches: range(0, 23) }) }, { weight: 5, arbitrary: hours() }),
    dayOfMonth: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: dayTests(dayOfMonth()) }),
    month: fc.oneof({ weight: 4, arbitrary: fc.constant({ text: '*', matches: range(1, 12) }) }, { weight: 1, arbitrary: numbers(1, 12) }),
    dayOfWeek: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: dayTests(dayOfWeek()) }),
  })
  .map(({ minute, hour, dayOfMonth: dom, month, dayOfWeek: dow }) => {
    const eitherDay: DateTest = (day) => (!dom && !dow) || Boolean(dom?.matches(day)) || Boolean(dow?.matches(day))
    return {
      expression: [minute.text, hour.text, dom?.text ?? '*', month.text, dow?.text ?? '?'].join(' '),
      minutes: new Set(minute.matches),
      hours: new Set(hour.matches),
      matchesDate: (day: DateTime) => month.matches.includes(day.month) && eitherDay(day),
    }
  })

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}

function numberToken(min: number, max: number): fc.Arbitrary<Token<number[]>> {
  const value = fc.integer({ min, max })
  const step = fc.integer({ min: 1, max })
  const pair = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  return fc.oneof(
    value.map((a) => ({ text: String(a).padStart(2, '0'), matches: [a] })),
    step.map((n) => ({ text: `*/${n}`, matches: range(min, max, n) })),
    fc.tuple(value, step).map(([a, n]) => ({ text: `${a}/${n}`, matches: range(a, max, n) })),
    pair.map(([a, b]) => ({ text: `${a}-${b}`, matches: range(a, b) })),
    fc.tuple(pair, step).map(([[a, b], n]) => ({ text: `${a}-${b}/${n}`, matches: range(a, b, n) })),
  )
}

function joined<T>(token: fc.Arbitrary<Token<T>>): fc.Arbitrary<Token<T[]>> {
  return fc
    .array(token, { minLength: 1, maxLength: 3 })
    .map((tokens) => ({ text: tokens.map(({ text }) => text).join(), matches: tokens.map(({ matches }) => matches) }))
}

function numbers(min: number, max: number): fc.Arbitrary<Token<number[]>> {
  return joined(numberToken(min, max)).map(({ text, matches }) => ({ text, matches: matches.flat() }))
}

function hours(): fc.Arbitrary<Token<number[]>> {
  const night = fc.constantFrom(0, 1, 2, 3, 4, 22, 23).map((hour) => ({ text: String(hour), matches: [hour] }))
  return fc.oneof({ weight: 2, arbitrary: night }, { weight: 1, arbitrary: numbers(0, 23) })
}

function dayTests(token: fc.Arbitrary<Token<DateTest>>): fc.Arbitrary<Token<DateTest>> {
  return joined(token).map(({ text, matches }) => ({ text, matches: (day) => matches.some((test) => test(day)) }))
}

function dayOfMonth(): fc.Arbitrary<Token<DateTest>> {
  const fromEnd =
    (days: number): DateTest =>
    (day) =>
      day.day === day.daysInMonth! - days
  return fc.oneof(
    numberToken(1, 31).map(({ text, matches }) => ({ text, matches: (day: DateTime) => matches.includes(day.day) })),
    fc.constant({ text: 'L', matches: fromEnd(0) }),
    fc.integer({ min: 1, max: 27 }).map((n) => ({ text: `L-${n}`, matches: fromEnd(n) })),
    fc.constant({ text: 'LW', matches: (day: DateTime) => day.day === nearestWorkday(day, day.daysInMonth!) }),
    fc.integer({ min: 1, max: 28 }).map((n) => ({ text: `${n}W`, matches: (day: DateTime) => day.day === nearestWorkday(day, n) })),
  )
}

/** Day of month of the working day nearest to the target, by trying distances. */
function nearestWorkday(inMonth: DateTime, target: number): number {
  for (const distance of [0, -1, 1, -2, 2]) {
    const day = target + distance
    if (day >= 1 && day <= inMonth.daysInMonth! && inMonth.set({ day }).weekday <= 5) return day
  }
  throw new Error('unreachable: every five days hold a working day')
}

function dayOfWeek(): fc.Arbitrary<Token<DateTest>> {
  const named = fc.constantFrom('SUN', 'mon', 'Tue', 'WED', 'THU', 'FRI', 'SAT').map((text) => ({ text, number: weekdayNumber(text) }))
  return fc.oneof(
    numberToken(0, 7).map(({ text, matches }) => ({ text, matches: (day: DateTime) => matches.some((n) => n % 7 === day.weekday % 7) })),
    named.map(({ text, number }) => ({ text, matches: (day: DateTime) => day.weekday % 7 === number })),
    named.map(({ text, number }) => ({
      text: `${text}L`,
      matches: (day: DateTime) => day.weekday % 7 === number && day.plus({ days: 7 }).month !== day.month,
    })),
    fc.tuple(named, fc.integer({ min: 1, max: 5 })).map(([{ text, number }, k]) => ({
      text: `${text}#${k}`,
      matches: (day: DateTime) => day.weekday % 7 === number && Math.ceil(day.day / 7) === k,
    })),
  )
}

const weekdayNumber = (name: string): number => ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'].indexOf(name.toUpperCase())
