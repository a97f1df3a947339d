import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comingTimes } from './coming.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 6, 1, 9, minute)).toISOString()
const run = (minute: number, effective = minute) => ({ at: at(minute), effectiveAt: at(effective) })
const now = Date.parse(at(5))

test('a run that has passed is not among those to come, one that its spread holds back is', () => {
  assert.deepEqual(comingTimes([run(4), run(10), run(20)], [], now), [at(10), at(20)])
  assert.deepEqual(comingTimes([run(4, 6), run(10)], [], now), [at(4), at(10)])
})

test('a run that was made ahead comes first, once', () => {
  const row = { status: 'PENDING', trigger: 'SCHEDULE', scheduledFor: at(6), runAt: at(6) } as const
  assert.deepEqual(comingTimes([run(10)], [row], now), [at(6), at(10)])
  assert.deepEqual(comingTimes([run(6), run(10)], [row], now), [at(6), at(10)])
  assert.deepEqual(comingTimes([run(10)], [{ ...row, trigger: 'API' }], now), [at(10)], 'not one that someone added')
  assert.deepEqual(comingTimes([run(10)], [{ ...row, status: 'CANCELLED' }], now), [at(10)])
  assert.deepEqual(comingTimes([run(10)], [{ ...row, scheduledFor: at(4), runAt: at(4) }], now), [at(10)])
})
