import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsOf, hoursOf, lanesOf, ticksOf } from './lanes.ts'

test('each action has one lane, the one that runs first above', () => {
  const run = (actionId: string, at: number) => ({ actionId, name: actionId.toUpperCase(), at })
  assert.deepEqual(lanesOf([run('b', 20), run('a', 30), run('b', 10), run('c', 10)]), [
    { id: 'b', name: 'B', starts: [10, 20] },
    { id: 'c', name: 'C', starts: [10] },
    { id: 'a', name: 'A', starts: [30] },
  ])
})

test('bars count what starts in each part; what lies outside counts nowhere', () => {
  assert.deepEqual(barsOf([0, 9, 10, 39, 40, -1], 0, 40, 4), [2, 1, 0, 1])
})

test('runs that lie upon each other are drawn once', () => {
  assert.equal(ticksOf([0, 1, 2, 50], 0, 100, 10), 'M0.5 0V1M5.5 0V1')
  assert.equal(ticksOf([], 0, 100, 10), '')
})

test('the axis names full local hours, also where the zone is off by a part of one', () => {
  const HOUR = 3_600_000
  const day = Date.UTC(2026, 0, 1)
  assert.deepEqual(
    hoursOf(day + 1, day + 12 * HOUR, 6, () => 0),
    [day + 6 * HOUR],
  )
  const kathmandu = hoursOf(day, day + 12 * HOUR, 6, () => 5.75 * HOUR)
  assert.deepEqual(kathmandu, [day + 0.25 * HOUR, day + 6.25 * HOUR])
})
