import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

test('says how many end per millisecond at present, and nothing after a silence', () => {
  const pace = createPace()
  for (let now = 1_000; now <= 1_200; now += 0.5) pace.hit(now)
  assert.ok(Math.abs(pace.perMs(1_200) - 2) < 0.1)
  for (let now = 1_200; now <= 1_400; now += 10) pace.hit(now)
  assert.ok(Math.abs(pace.perMs(1_400) - 0.1) < 0.05)
  assert.equal(pace.perMs(5_000), 0)
})
