import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWait } from './wait.ts'

test('0 to 120 whole seconds; nobody waits who does not ask for it', () => {
  assert.deepEqual([undefined, null, 0, 1, 120].map(parseWait), [0, 0, 0, 1_000, 120_000])
  for (const wrong of [-1, 121, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => parseWait(wrong), { code: 'BAD_USER_INPUT', field: 'waitSeconds' })
  }
})
