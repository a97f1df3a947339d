import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

test('follows how long runs take, whether or not all slots are filled', () => {
  const pace = createPace(20)
  for (let now = 1_000; now <= 1_200; now += 0.5) pace.hit(now, 10)
  assert.equal(pace.perMs(1_200), 2)
  for (let now = 1_200; now <= 1_400; now += 10) pace.hit(now, 100)
  assert.equal(pace.perMs(1_400), 0.2)
})

test('knows nothing after a silence, until a few have ended', () => {
  const pace = createPace(20)
  for (let now = 1_000; now <= 1_200; now += 0.5) pace.hit(now, 10)
  assert.equal(pace.perMs(5_000), 0)
  pace.hit(5_000, 5)
  assert.equal(pace.perMs(5_001), 0)
  for (let i = 0; i < 9; i++) pace.hit(5_001, 5)
  assert.equal(pace.perMs(5_001), 4)
})

test('answers that take no time at all give no pace beyond reason', () => {
  const pace = createPace(20)
  for (let i = 0; i < 10; i++) pace.hit(5_000, 0)
  assert.equal(pace.perMs(5_000), 40)
})
