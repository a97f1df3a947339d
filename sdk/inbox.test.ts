import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInbox } from './inbox.ts'

test('gives out in order what was put in before and while it is read', async () => {
  const inbox = createInbox<number>()
  inbox.put(1)
  inbox.put(2)
  const items = inbox.take(new AbortController().signal)
  assert.equal((await items.next()).value, 1)
  assert.equal((await items.next()).value, 2)
  const waiting = items.next()
  inbox.put(3)
  assert.equal((await waiting).value, 3)
})

test('an end gives out what is held first, then its error', async () => {
  const inbox = createInbox<number>()
  inbox.put(1)
  inbox.end(new Error('gone'))
  inbox.end()
  inbox.put(2)
  const got: number[] = []
  await assert.rejects(async () => {
    for await (const item of inbox.take(new AbortController().signal)) got.push(item)
  }, /gone/)
  assert.deepEqual(got, [1])
})

test('a full inbox says so and keeps what it has', async () => {
  const inbox = createInbox<number>(2)
  assert.equal(inbox.put(1), true)
  assert.equal(inbox.put(2), true)
  assert.equal(inbox.put(3), false)
  inbox.end()
  assert.deepEqual(await collect(inbox.take(new AbortController().signal)), [1, 2])
})

test('an abort ends a waiting consumer quietly and drops what is held', async () => {
  const inbox = createInbox<number>()
  const stop = new AbortController()
  const items = inbox.take(stop.signal)
  const waiting = items.next()
  stop.abort()
  assert.equal((await waiting).done, true)

  const aborted = createInbox<number>()
  aborted.put(1)
  assert.deepEqual(await collect(aborted.take(AbortSignal.abort())), [])
})

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
