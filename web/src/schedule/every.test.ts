import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoDuration, readDuration } from './every.ts'

test('an amount becomes a duration, and is found again in it', () => {
  const pairs = [
    ['30', 'minutes', 'PT30M'],
    ['6', 'hours', 'PT6H'],
    ['2', 'days', 'P2D'],
    ['1', 'weeks', 'P1W'],
    ['3', 'months', 'P3M'],
    ['P1DT12H', 'iso', 'P1DT12H'],
  ] as const
  for (const [amount, unit, iso] of pairs) {
    assert.equal(isoDuration(amount, unit), iso)
    assert.deepEqual(readDuration(iso), { amount, unit })
  }
})

test('hours and minutes together are minutes', () => {
  assert.deepEqual(readDuration('PT1H30M'), { amount: '90', unit: 'minutes' })
})

test('what is no number is left for the server to refuse', () => {
  assert.equal(isoDuration(' x ', 'days'), 'PxD')
  assert.equal(isoDuration('', 'minutes'), 'PTM')
  assert.deepEqual(readDuration('PT90S'), { amount: 'PT90S', unit: 'iso' })
})
