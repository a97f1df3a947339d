import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimit } from './rate-limit.ts'

test('so many per key and window, and again in the next one', () => {
  let now = 0
  const limit = createRateLimit(2, 1_000, () => now)
  assert.deepEqual(
    [limit.take('a'), limit.spent('a'), limit.take('a'), limit.spent('a'), limit.take('a')],
    [true, false, true, true, false],
  )
  assert.equal(limit.take('b'), true)
  now = 999
  assert.equal(limit.take('a'), false)
  now = 1_000
  assert.deepEqual([limit.spent('a'), limit.take('a')], [false, true])
})
