import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rhythm } from './presets.ts'
import { cronOf, PRESETS, readRhythm, rhythmInput, USUAL } from './presets.ts'

const cron = (cronExpression: string) => readRhythm({ cronExpression, every: null, recurrence: null })

test('each preset is the expression that it says', () => {
  const with_ = (part: Partial<Rhythm>) => cronOf({ ...USUAL, ...part })
  assert.equal(with_({ preset: 'minutes', minutes: '5' }), '*/5 * * * *')
  assert.equal(with_({ preset: 'minutes', minutes: '30' }), '*/30 * * * *')
  assert.equal(with_({ preset: 'hourly' }), '0 * * * *')
  assert.equal(with_({ preset: 'hourly', minute: '07' }), '7 * * * *')
  assert.equal(with_({ preset: 'daily', time: '02:30' }), '30 2 * * *')
  assert.equal(with_({ preset: 'weekdays', time: '17:05' }), '5 17 * * 1-5')
  assert.equal(with_({ preset: 'weekly', weekday: '0', time: '00:00' }), '0 0 * * 0')
  assert.equal(with_({ preset: 'monthly', day: '15' }), '0 9 15 * *')
  assert.equal(with_({ preset: 'monthly', day: 'L' }), '0 9 L * *')
  assert.equal(with_({ preset: 'cron', cron: ' 1 2 3 4 5 ' }), '1 2 3 4 5')
  assert.equal(with_({ preset: 'interval' }), undefined)
})

test('each preset is found again in its expression', () => {
  for (const [preset] of PRESETS) {
    if (preset === 'cron' || preset === 'interval') continue
    const expression = cronOf({ ...USUAL, preset, minutes: '30', minute: '5', time: '07:05', weekday: '3', day: 'L' })
    assert.ok(expression)
    const read = cron(expression)
    assert.equal(read.preset, preset)
    assert.equal(cronOf(read), expression)
  }
})

test('an expression that is none of them stays as it was written', () => {
  for (const expression of ['*/7 * * * *', '0 9 1 1 *', '@daily', '0 9,17 * * *', '00 9 * * *']) {
    const read = cron(expression)
    assert.equal(read.preset, 'cron')
    assert.deepEqual(rhythmInput(read), { cronExpression: expression })
  }
})

test('an interval has a duration and what it counts from, and no expression', () => {
  const rhythm: Rhythm = { ...USUAL, preset: 'interval', amount: '90', unit: 'minutes', recurrence: 'ROLLING' }
  assert.deepEqual(rhythmInput(rhythm), { every: 'PT90M', recurrence: 'ROLLING' })
  const read = readRhythm({ cronExpression: null, every: 'PT1H30M', recurrence: 'ROLLING' })
  assert.deepEqual([read.preset, read.amount, read.unit, read.recurrence], ['interval', '90', 'minutes', 'ROLLING'])
})

test('a wrong minute of the hour reaches the server, which says what is wrong', () => {
  assert.equal(cronOf({ ...USUAL, preset: 'hourly', minute: '75' }), '75 * * * *')
  assert.equal(cronOf({ ...USUAL, preset: 'hourly', minute: '' }), '? * * * *')
})
