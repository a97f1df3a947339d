import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDbClock } from './clock.ts'

test('is never ahead of the database, whatever the delays and the drift', () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 2_000 }),
    there: fc.double({ min: 0, max: 50, noNaN: true }),
    back: fc.double({ min: 0, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.double({ min: -0.000_1, max: 0.000_1, noNaN: true }),
      (steps, drift) => {
        let local = 0
        const database = () => 1_000_000 + local * (1 + drift)
        const clock = createDbClock(() => local)
        for (const { pause, there, back } of steps) {
          const before = local
          local += there
          const read = database()
          local += back
          clock.sample(read, before, local)
          assert.ok(clock.now() <= database() + 1e-6, `${clock.now()} is ahead of ${database()}`)
          local += pause
          assert.ok(clock.now() <= database() + pause * 0.000_1 + 1e-6)
        }
      },
    ),
  )
})

test('takes the best of several readings', () => {
  let local = 100
  const clock = createDbClock(() => local)
  clock.sample(5_000, 60, 100)
  assert.equal(clock.now(), 5_000)
  local = 101
  clock.sample(5_020.9, 100.8, 101)
  assert.ok(Math.abs(clock.now() - 5_020.9) < 0.01)
  local = 150
  clock.sample(5_050, 101, 150)
  assert.ok(clock.now() > 5_069 && clock.now() < 5_070, 'the late answer says less than the quick one before it')
})

test('follows a database clock that is set back or forward at the next reading, and tells when it was set back', () => {
  let local = 0
  let setBack = 0
  const clock = createDbClock(
    () => local,
    () => setBack++,
  )
  clock.sample(1_000_000, 0, 0)
  local = 10
  clock.sample(400_000, 9, 10)
  assert.equal(clock.now(), 400_000)
  assert.equal(setBack, 1)
  local = 20
  clock.sample(9_000_000, 19, 20)
  assert.equal(clock.now(), 9_000_000)
  assert.equal(setBack, 1)
})
