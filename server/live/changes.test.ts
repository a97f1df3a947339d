import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChanges } from './changes.ts'
import type { LiveEvent } from './live.ts'
import type { Subscription } from './subscription.ts'

/** Events by hand; `taken` resolves when those given so far were taken. */
function source() {
  const waiting: ((result: IteratorResult<LiveEvent, undefined>) => void)[] = []
  const asked: (() => void)[] = []
  let ended = false
  const events: Subscription = {
    next() {
      for (const resolve of asked.splice(0)) resolve()
      return ended ? Promise.resolve({ value: undefined, done: true }) : new Promise((resolve) => waiting.push(resolve))
    },
    async return() {
      ended = true
      for (const resolve of waiting.splice(0)) resolve({ value: undefined, done: true })
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]: () => events,
  }
  const happen = () => {
    const taken = new Promise<void>((resolve) => asked.push(resolve))
    waiting.shift()!({ value: {} as LiveEvent, done: false })
    return taken
  }
  return { events, happen }
}

test('many events before the reader asks again are one change', async () => {
  const { events, happen } = source()
  const changes = openChanges({ events, stalledMs: 60_000 })
  const first = changes.next()
  await happen()
  assert.equal((await first).done, false)
  for (let count = 0; count < 1_000; count++) await happen()
  assert.equal((await changes.next()).done, false)
  const quiet = changes.next()
  await changes.return?.()
  assert.equal((await quiet).done, true, 'there was no second one')
})

test('a change that waits for its reader is reported; without one nobody has to read', async () => {
  const { events, happen } = source()
  const { promise: stalled, resolve } = Promise.withResolvers<void>()
  const changes = openChanges({ events, stalledMs: 20, onStalled: resolve })
  const first = changes.next()
  await happen()
  await first
  await happen()
  await stalled
  assert.equal((await changes.next()).done, false, 'it is still there')
  await changes.return?.()
})

test('it ends with its events', async () => {
  const { events, happen } = source()
  const changes = openChanges({ events, stalledMs: 60_000, onStalled: () => assert.fail('it has ended') })
  await happen()
  await events.return?.()
  const waiting = changes.next()
  assert.equal((await waiting).done, true)
  assert.equal((await changes.next()).done, true)
})
