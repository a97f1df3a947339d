import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../log.ts'
import { startLoop } from './loop.ts'

const log = createLog('silent')

/** A round that the test ends by hand. */
function steppedRounds() {
  let begun: (() => void) | undefined
  const ends: (() => void)[] = []
  let count = 0
  let waiting = Promise.withResolvers<void>()
  return {
    get count() {
      return count
    },
    round: () => {
      count++
      begun?.()
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
      const { promise, resolve } = Promise.withResolvers<number>()
      ends.push(() => resolve(60_000))
      return promise
    },
    next: () => waiting.promise,
    end: () => ends.shift()!(),
  }
}

test('starts at once, and a wake-up during a round starts one more after it', async () => {
  const rounds = steppedRounds()
  const loop = startLoop({ name: 'test', log, round: rounds.round, leastMs: 1 })
  assert.equal(rounds.count, 1)
  const second = rounds.next()
  loop.wake()
  loop.wake()
  assert.equal(rounds.count, 1)
  rounds.end()
  await second
  assert.equal(rounds.count, 2)
  rounds.end()
  await loop.stop()
  assert.equal(rounds.count, 2)
})

test('a wake-up cuts a rest short', async () => {
  const rounds = steppedRounds()
  const loop = startLoop({ name: 'test', log, round: rounds.round, leastMs: 1 })
  rounds.end()
  await new Promise(setImmediate)
  const second = rounds.next()
  loop.wake()
  await second
  rounds.end()
  await loop.stop()
})

test('a round that throws is tried again', async () => {
  let count = 0
  const done = Promise.withResolvers<void>()
  const loop = startLoop({
    name: 'test',
    log,
    leastMs: 1,
    async round() {
      if (++count === 1) throw new Error('database away')
      done.resolve()
      return 60_000
    },
  })
  await done.promise
  await loop.stop()
  assert.equal(count, 2)
})

test('stop waits for the present round and starts none after', async () => {
  const rounds = steppedRounds()
  const loop = startLoop({ name: 'test', log, round: rounds.round, leastMs: 1 })
  let stopped = false
  const stopping = loop.stop().then(() => {
    stopped = true
  })
  await new Promise(setImmediate)
  assert.equal(stopped, false)
  rounds.end()
  await stopping
  loop.wake()
  await new Promise(setImmediate)
  assert.equal(rounds.count, 1)
})
