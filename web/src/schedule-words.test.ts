import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleWords } from './schedule-words.ts'

test('a recurring schedule has its zone in the second line only', () => {
  const schedule = { description: 'At 02:30, Europe/Berlin', cronExpression: '30 2 * * *', timezone: 'Europe/Berlin', scheduledAt: null }
  assert.deepEqual(scheduleWords(schedule, 'UTC'), { main: 'At 02:30', detail: '30 2 * * * · Europe/Berlin' })
})

test('a single time is shown in its own zone, or in the one of the reader', () => {
  const schedule = { description: 'Once', cronExpression: null, timezone: null, scheduledAt: '2026-07-01T12:00:00.000Z' }
  assert.deepEqual(scheduleWords(schedule, 'UTC'), { main: 'Once', detail: 'Wed 1 Jul 2026, 12:00:00 UTC' })
  assert.match(scheduleWords({ ...schedule, timezone: 'Asia/Tokyo' }, 'UTC').detail, /^Wed 1 Jul 2026, 21:00:00 /)
})
