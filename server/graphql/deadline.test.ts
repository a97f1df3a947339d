import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDeadline } from './deadline.ts'

test('the time of a pause does not count', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const pass = (ms: number) => {
    now += ms
    t.mock.timers.tick(ms)
  }
  const deadline = createDeadline(100)
  pass(60)
  const resume = deadline.pause()
  const resumeToo = deadline.pause()
  pass(1_000)
  resume()
  resume()
  pass(1_000)
  assert.equal(deadline.signal.aborted, false)
  resumeToo()
  pass(39)
  assert.equal(deadline.signal.aborted, false)
  pass(1)
  assert.equal(deadline.signal.aborted, true)
})

test('after the end nothing aborts, also when a pause ends later', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const deadline = createDeadline(100)
  const resume = deadline.pause()
  deadline.end()
  resume()
  t.mock.timers.tick(1_000)
  assert.equal(deadline.signal.aborted, false)
})
