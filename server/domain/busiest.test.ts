import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule, intervalRule } from '../../test/schedule-rule.ts'
import { busiestMinutes, type CountedAction } from './busiest.ts'

const DAY_MS = 86_400_000
const from = Date.parse('2026-03-10T00:00:00Z')
const action = (
  id: string,
  schedule: CountedAction['schedule'],
  spreadMs = 0,
  calendar: CountedAction['calendar'] = null,
): CountedAction => ({
  id,
  name: `Action ${id}`,
  schedule,
  calendar,
  spreadMs,
})
const said = (actions: CountedAction[], most: number, to = from + DAY_MS) =>
  busiestMinutes(actions, from, to, most).map(({ at, count, actions }) => [
    new Date(at).toISOString().slice(8, 16),
    count,
    actions.map(({ id }) => id).join(''),
  ])

test('counts by the time at which runs start, the busiest first, of equals the earlier', () => {
  const actions = [
    action('a', cronRule('0 * * * *')),
    action('b', cronRule('0 12 * * *')),
    action('c', cronRule('59 11 * * *'), 90_000),
    action('d', { kind: 'ONE_TIME', scheduledAt: from + 12 * 3_600_000 + 59_999, timezone: null }),
    action('e', cronRule('0 6 * * *'), 0, { dates: new Set(), weekdays: new Set([2]) }),
    action('f', cronRule('0 6 * * *', 'UTC', { calendarRule: 'SKIP' }), 0, { dates: new Set(), weekdays: new Set([2]) }),
    action('g', { kind: 'ON_DEMAND' }),
  ]
  assert.deepEqual(said(actions, 3), [
    ['10T12:00', 4, 'abcd'],
    ['10T06:00', 2, 'ae'],
    ['10T00:00', 1, 'a'],
  ])
  assert.deepEqual(said([], 3), [])
})

test('an action that runs twice in a minute counts twice and is named once; the end does not count', () => {
  const often = action('a', intervalRule('PT61S', from - 61_000))
  const twice = action('b', intervalRule('PT1M', from))
  assert.deepEqual(said([often, twice], 1, from + 60_000), [['10T00:00', 1, 'a']])
  assert.deepEqual(said([twice, action('c', cronRule('1 0 * * *'))], 9, from + 60_000), [])
  assert.equal(busiestMinutes([action('a', cronRule('* * * * *'))], from, from + DAY_MS, 2_000).length, 1440)
})

test('500 actions each minute of a day, spread, add up', () => {
  const actions = Array.from({ length: 500 }, (_, index) => action(String(index), cronRule('* * * * *', 'Europe/Berlin'), index * 100))
  const all = busiestMinutes(actions, from, from + DAY_MS, 1440)
  assert.equal(
    all.reduce((sum, { count }) => sum + count, 0),
    500 * 1440,
  )
  assert.equal(all[0]!.actions.length, 500)
})
