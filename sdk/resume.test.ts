import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reconnectDelay, resume } from './resume.ts'
import { Interrupted } from './socket.ts'

const signal = new AbortController().signal

test('goes on after the last item taken, as often as the socket is lost', async () => {
  const asked: (string | undefined)[] = []
  const attempts: number[] = []
  const items = resume<string>({
    async *open(after) {
      asked.push(after)
      if (asked.length === 2) throw new Interrupted('not even connected')
      const from = Number(after ?? 0)
      yield String(from + 1)
      yield String(from + 2)
      if (asked.length < 4) throw new Interrupted('lost')
    },
    cursorOf: (item) => item,
    after: undefined,
    signal,
    onInterrupted: ({ attempt }) => attempts.push(attempt),
  })
  assert.deepEqual(await collect(items), ['1', '2', '3', '4', '5', '6'])
  assert.deepEqual(asked, [undefined, '2', '2', '4'])
  // The third loss comes after items had arrived, so the waits begin anew.
  assert.deepEqual(attempts, [1, 2, 1])
})

test('throws what is not a lost socket', async () => {
  const items = resume<string>({
    // biome-ignore lint/correctness/useYield: the run fails before its first item
    async *open() {
      throw new TypeError('a defect')
    },
    cursorOf: (item) => item,
    after: undefined,
    signal,
    onInterrupted: undefined,
  })
  await assert.rejects(items.next(), TypeError)
})

test('an abort ends the wait between two tries', async () => {
  const stop = new AbortController()
  const items = resume<string>({
    // biome-ignore lint/correctness/useYield: the run fails before its first item
    async *open() {
      throw new Interrupted('lost')
    },
    cursorOf: (item) => item,
    after: undefined,
    signal: stop.signal,
    onInterrupted: () => stop.abort(),
  })
  assert.equal((await items.next()).done, true)
})

test('waits 200 ms, doubled up to 15 s, the upper half by chance', () => {
  assert.equal(reconnectDelay(0, 0), 100)
  assert.equal(reconnectDelay(0, 1), 200)
  assert.equal(reconnectDelay(3, 1), 1_600)
  assert.equal(reconnectDelay(7, 1), 15_000)
  assert.equal(reconnectDelay(1_000_000, 0), 7_500)
})

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
