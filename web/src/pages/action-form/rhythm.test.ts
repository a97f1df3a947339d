import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronOf, PRESETS, readRhythm } from './rhythm.ts'

test('each usual rhythm is found again in its expression', () => {
  for (const [preset] of PRESETS) {
    if (preset === 'custom') continue
    const expression = cronOf({ preset, time: '07:05', weekday: '3', day: 'L' })
    assert.ok(expression)
    const read = readRhythm(expression)
    assert.equal(read.preset, preset)
    assert.equal(cronOf(read), expression)
  }
})

test('an expression that is none of them stays as it was written', () => {
  for (const expression of ['*/7 * * * *', '0 9 1 1 *', '@daily', '0 9,17 * * *', '']) {
    assert.equal(readRhythm(expression).preset, 'custom')
  }
  assert.equal(cronOf(readRhythm('@daily')), undefined)
})

test('a time without leading zeros in cron is one with them in the field', () => {
  assert.equal(readRhythm('5 7 * * *').time, '07:05')
  assert.equal(cronOf({ preset: 'daily', time: '07:05', weekday: '1', day: '1' }), '5 7 * * *')
})
