import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cronRule } from '../../test/schedule-rule.ts'
import { countRuns } from './count-runs.ts'
import { type Calendar, type Rule, runsBetween } from './recurring.ts'

const DAY_MS = 86_400_000
const BASE: Rule = cronRule('* * * * *')
const WEEKENDS: Calendar = { dates: new Set(['2025-12-25', '2026-03-30']), weekdays: new Set([6, 7]) }

test('counts what the walk finds, in any zone, over changes of the clocks, with and without excluded days', () => {
  const from = Date.parse('2025-01-01T00:00:00Z')
  const rules = fc.record({
    cronExpression: fc.constantFrom('* * * * *', '*/7 * * * *', '30 0,2,23 * * *', '0 12 * * 1-5', '15 2 L * *', '5 1 29 2 *'),
    timezone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Antarctica/Troll', 'Pacific/Kiritimati'),
    dstPolicy: fc.constantFrom('ONCE' as const, 'LITERAL' as const),
    calendarRule: fc.constantFrom(null, 'SKIP' as const, 'NEXT_BUSINESS_DAY' as const),
    startAt: fc.constantFrom(null, from + 40 * DAY_MS + 1),
    endAt: fc.constantFrom(null, from + 300 * DAY_MS),
  })
  const at = fc.integer({ min: from, max: from + 500 * DAY_MS })
  fc.assert(
    fc.property(rules, at, fc.integer({ min: 0, max: 70 * DAY_MS }), (changes, after, length) => {
      const rule: Rule = { ...BASE, ...changes }
      const calendar = rule.calendarRule && WEEKENDS
      const walked = runsBetween(rule, calendar, after, after + length, Number.MAX_SAFE_INTEGER).length
      assert.equal(countRuns(rule, calendar, after, after + length), walked)
    }),
    { numRuns: 150 },
  )
})

test('a skipped date and intervals are counted too', () => {
  const rule: Rule = { ...BASE, timezone: 'Pacific/Apia', cronExpression: '*/30 * * * *' }
  const range = [Date.parse('2011-12-20T00:00:00Z'), Date.parse('2012-01-10T00:00:00Z')] as const
  assert.equal(countRuns(rule, null, ...range), runsBetween(rule, null, ...range, 1e6).length)
  const hourly: Rule = { ...BASE, cronExpression: null, every: 'PT1H', recurrence: 'FIXED', anchorAt: range[0] }
  assert.equal(countRuns(hourly, null, ...range), 21 * 24)
})

test('four hundred days of minutes, over two changes of the clocks', () => {
  const from = Date.parse('2025-01-01T00:00:00Z')
  const rule = { ...BASE, timezone: 'America/New_York' }
  assert.equal(countRuns(rule, null, from, from + 400 * DAY_MS), 400 * 1440)
})
