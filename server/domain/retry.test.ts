import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs } from './retry.ts'

test('the middle of the jitter is 20 s, doubled each time, at most an hour', () => {
  assert.deepEqual(
    [1, 2, 3, 8, 9, 99].map((failed) => backoffMs(failed, 0.5)),
    [20_000, 40_000, 80_000, 2_560_000, 3_600_000, 3_600_000],
  )
})

test('jitter moves a pause by at most a fifth', () => {
  assert.equal(backoffMs(1, 0), 16_000)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failed, random) => {
      const middle = backoffMs(failed, 0.5)
      const pause = backoffMs(failed, random)
      assert.ok(pause >= middle * 0.8 - 1 && pause <= middle * 1.2 + 1)
    }),
  )
})
