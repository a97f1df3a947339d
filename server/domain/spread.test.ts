import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadOf } from './spread.ts'

test('the offset of an action never changes, and those of many actions fill the width evenly', () => {
  assert.equal(spreadOf('0193b3a0-0000-7000-8000-000000000001', 60), 32_834)
  assert.equal(spreadOf('0193b3a0-0000-7000-8000-000000000001', 0), 0)
  const tenths = new Array(10).fill(0)
  for (let index = 0; index < 10_000; index++) {
    const offset = spreadOf(`0193b3a0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`, 3_600)
    assert.ok(Number.isInteger(offset) && offset >= 0 && offset < 3_600_000)
    tenths[Math.floor(offset / 360_000)]++
  }
  for (const count of tenths) assert.ok(count > 850 && count < 1150, tenths.join())
})
