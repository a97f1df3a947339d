import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bruteCalendar, bruteInterval } from '../../test/calendar-oracle.ts'
import { anyCron } from '../../test/cron-arbitrary.ts'
import { bruteForce, type Scan, scanZone } from '../../test/cron-oracle.ts'
import { cronRule, intervalRule } from '../../test/schedule-rule.ts'
import { newSeed } from '../../test/seed.ts'
import { CHANGES } from '../../test/zone-changes.ts'
import { parseSchedule } from './action-schedule.ts'
import { readEvery } from './every.ts'
import { nextRun, type Rule, runsBetween } from './recurring.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** How far the calendars of these tests can move a run, and a gap a bit further. */
const BLOCK_DAYS = 5

const scans = new Map<string, Scan>()

/** The minutes from nine days before a change to five days after it. */
function scanAround(zone: string, date: string): Scan {
  const middle = Date.parse(date)
  const scan = scans.get(zone + date) ?? scanZone(zone, middle - 9 * DAY_MS, middle + 5 * DAY_MS)
  scans.set(zone + date, scan)
  return scan
}

/** Up to three excluded dates within three days of the change, and up to two weekdays. */
const calendarAround = (date: string) =>
  fc.record({
    dates: fc
      .uniqueArray(fc.integer({ min: -3, max: 3 }), { maxLength: 3 })
      .map((days) => new Set(days.map((day) => new Date(Date.parse(date) + day * DAY_MS).toISOString().slice(0, 10)))),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }).map((days) => new Set(days)),
  })

const somewhere = fc
  .constantFrom(...CHANGES)
  .chain(([zone, date]) => fc.record({ zone: fc.constant(zone), date: fc.constant(date), calendar: calendarAround(date) }))
const calendarRules = fc.constantFrom('SKIP' as const, 'NEXT_BUSINESS_DAY' as const)

test('calendars agree with moving every run by hand, around every kind of change of the clocks', (context) => {
  const inputs = fc.record({
    cron: anyCron,
    where: somewhere,
    calendarRule: calendarRules,
    dstPolicy: fc.constantFrom('ONCE' as const, 'LITERAL' as const),
  })
  fc.assert(
    fc.property(inputs, ({ cron, where: { zone, date, calendar }, calendarRule, dstPolicy }) => {
      fc.pre(isLegal(cron.expression))
      const scan = scanAround(zone, date)
      const [after, until] = [Date.parse(date) - DAY_MS, Date.parse(date) + 2 * DAY_MS]
      const plain = bruteForce(scan, cron, dstPolicy, after - BLOCK_DAYS * DAY_MS, until)
      const expected = bruteCalendar(scan, plain, calendar, calendarRule).filter((at) => at > after && at <= until)
      const rule = cronRule(cron.expression, zone, { dstPolicy, calendarRule })
      same(rule, calendar, after, until, expected)
    }),
    { seed: newSeed(context), numRuns: 600 },
  )
})

test('intervals agree with luxon and every minute, with calendars too', (context) => {
  const inputs = fc.record({
    where: somewhere,
    every: fc.constantFrom('PT1M', 'PT7M', 'PT30M', 'PT5H', 'PT24H', 'P1D', 'P2D', 'P1W', 'P1M', 'P1DT6H'),
    calendarRule: fc.constantFrom('SKIP' as const, 'NEXT_BUSINESS_DAY' as const, null),
    back: fc.integer({ min: 0, max: 5 * 1440 }),
    longAgo: fc.boolean(),
  })
  fc.assert(
    fc.property(inputs, ({ where: { zone, date, calendar }, every, calendarRule, back, longAgo }) => {
      const parts = readEvery(every)
      const scan = scanAround(zone, date)
      const [after, until] = [Date.parse(date) - DAY_MS, Date.parse(date) + 2 * DAY_MS]
      const ago = longAgo && parts.months === 0 && parts.ms * parts.days === 0 ? 400 * DAY_MS : longAgo && parts.ms === 0 ? 366 * DAY_MS : 0
      const anchor = Date.parse(date) - back * MINUTE_MS - ago
      const plain = bruteInterval(scan, zone, parts, anchor).filter((at) => at > anchor && at <= until)
      const moved = calendarRule ? bruteCalendar(scan, plain, calendar, calendarRule) : plain
      const rule = intervalRule(every, anchor, { timezone: zone, calendarRule })
      same(
        rule,
        calendarRule && calendar,
        after,
        until,
        moved.filter((at) => at > after && at <= until),
      )
    }),
    { seed: newSeed(context), numRuns: 600 },
  )
})

/** Asked for in one go, and one after another. */
function same(rule: Rule, calendar: Parameters<typeof nextRun>[1], after: number, until: number, expected: number[]) {
  const iso = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString())
  const said = () => `${JSON.stringify(rule)} ${calendar && [...calendar.dates, ...calendar.weekdays]}`
  const got = runsBetween(rule, calendar, after, until, Number.MAX_SAFE_INTEGER)
  if (got.join() !== expected.join()) assert.deepEqual(iso(got), iso(expected), said())
  let last = after
  for (const at of expected.slice(0, 30)) {
    if (nextRun(rule, calendar, last) !== at) assert.fail(`${said()} after ${new Date(last).toISOString()}`)
    last = at
  }
}

function isLegal(cronExpression: string): boolean {
  try {
    return parseSchedule({ cronExpression, timezone: 'UTC' }, 0).kind === 'RECURRING'
  } catch {
    return false
  }
}
