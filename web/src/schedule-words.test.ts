import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleWords } from './schedule-words.ts'

const none = { cronExpression: null, every: null, recurrence: null, timezone: null, scheduledAt: null }

test('a recurring schedule has its zone in the second line only', () => {
  const schedule = { ...none, description: 'At 02:30, Europe/Berlin', cronExpression: '30 2 * * *', timezone: 'Europe/Berlin' }
  assert.deepEqual(scheduleWords(schedule, 'UTC'), { main: 'At 02:30', detail: '30 2 * * * · Europe/Berlin' })
})

test('an interval says what it counts from where that is not a fixed moment', () => {
  const schedule = { ...none, description: 'Every 2 days, UTC', every: 'P2D', recurrence: 'ROLLING' as const, timezone: 'UTC' }
  assert.deepEqual(scheduleWords(schedule, 'UTC'), { main: 'Every 2 days', detail: 'P2D · from the end of the run before · UTC' })
  assert.equal(scheduleWords({ ...schedule, recurrence: 'FIXED' }, 'UTC').detail, 'P2D · UTC')
})

test('a single time is shown in its own zone, or in the one of the reader', () => {
  const schedule = { ...none, description: 'Once', scheduledAt: '2026-07-01T12:00:00.000Z' }
  assert.deepEqual(scheduleWords(schedule, 'UTC'), { main: 'Once', detail: 'Wed 1 Jul 2026, 12:00:00 UTC' })
  assert.match(scheduleWords({ ...schedule, timezone: 'Asia/Tokyo' }, 'UTC').detail, /^Wed 1 Jul 2026, 21:00:00 /)
})
