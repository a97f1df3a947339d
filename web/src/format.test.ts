import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, duration, everyZone, exact, relative, short, span } from './format.ts'

const NOON = Date.UTC(2026, 2, 29, 12, 0, 0)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('a duration keeps as many digits as one can use', () => {
  assert.deepEqual([0.3, 340.4, 1520, 2000, 12_430, 200_000, 7_500_000, 4 * DAY].map(duration), [
    '< 1 ms',
    '340 ms',
    '1.52 s',
    '2 s',
    '12.4 s',
    '3 min 20 s',
    '2 h 5 min',
    '4 d',
  ])
})

test('a span never shows a part of a second', () => {
  assert.deepEqual([-5, 999, 59_999, MINUTE, 8 * DAY].map(span), ['0 s', '0 s', '59 s', '1 min', '8 d'])
})

test('the distance says which side of now it is on', () => {
  const cases: [number, string][] = [
    [4 * MINUTE, 'in 4 min'],
    [12 * SECOND, 'in 12 s'],
    [500, 'now'],
    [-500, 'just now'],
    [-30 * SECOND, '30 s ago'],
    [-90 * MINUTE, '1 h ago'],
    [2 * HOUR + 5 * MINUTE, 'in 2 h 5 min'],
    [-3 * DAY, '3 d ago'],
  ]
  for (const [away, words] of cases) assert.equal(relative(NOON + away, NOON), words)
})

test('an exact time carries the offset that holds on that day', () => {
  assert.match(exact(Date.UTC(2026, 2, 29, 0, 59, 5), 'Europe/Berlin'), /^Sun 29 Mar 2026, 01:59:05 (CET|GMT\+1)$/)
  assert.match(exact(Date.UTC(2026, 2, 29, 1, 0, 0), 'Europe/Berlin'), /^Sun 29 Mar 2026, 03:00:00 (CEST|GMT\+2)$/)
})

test('a short time leaves out only what is the same as now', () => {
  assert.equal(short(NOON + HOUR, NOON, 'UTC'), '13:00 UTC')
  assert.equal(short(NOON + HOUR + 5 * SECOND, NOON, 'UTC'), '13:00:05 UTC')
  assert.equal(short(NOON + DAY, NOON, 'UTC'), 'Mon 30 Mar, 12:00 UTC')
  assert.equal(short(Date.UTC(2027, 2, 29, 12), NOON, 'UTC'), '29 Mar 2027, 12:00 UTC')
})

test('the tooltip names each zone once', () => {
  const lines = everyZone(NOON, 'UTC').split('\n')
  assert.equal(new Set(lines).size, lines.length)
  assert.ok(lines.some((line) => line.includes('12:00:00 UTC')))
})

test('bytes', () => {
  assert.deepEqual([0, 999, 3_400, 1_200_000].map(bytes), ['0 B', '999 B', '3.4 kB', '1.2 MB'])
})
