import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLifecycle, Stopped } from './lifecycle.ts'

function recorded() {
  const lines: string[] = []
  const lifecycle = createLifecycle({ info: (line) => lines.push(line), warn: (line) => lines.push(line) })
  const part = (name: string) =>
    lifecycle.start(
      name,
      () => {
        lines.push(`start ${name}`)
        return name
      },
      (begun) => lines.push(`stop ${begun}`),
    )
  return { lines, lifecycle, part }
}

test('parts end in the reverse order of their start, once', async () => {
  const { lines, lifecycle, part } = recorded()
  await part('port')
  await part('database')
  await part('scheduler')
  await Promise.all([lifecycle.stop(), lifecycle.stop()])
  assert.deepEqual(lines, ['start port', 'start database', 'start scheduler', 'stop scheduler', 'stop database', 'stop port'])
})

test('a part that fails to start is not ended, those before it are', async () => {
  const { lines, lifecycle, part } = recorded()
  await part('port')
  await assert.rejects(
    lifecycle.start(
      'database',
      () => Promise.reject(new Error('no disk')),
      () => lines.push('stop database'),
    ),
    /no disk/,
  )
  await lifecycle.stop()
  assert.deepEqual(lines, ['start port', 'stop port'])
})

test('a stop while a part starts waits for it, ends it too, and starts nothing further', async () => {
  const { lines, lifecycle, part } = recorded()
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const starting = lifecycle.start(
    'database',
    () => gate,
    () => lines.push('stop database'),
  )
  const stopped = lifecycle.stop()
  open()
  await assert.rejects(starting, Stopped)
  await stopped
  await assert.rejects(part('scheduler'), Stopped)
  assert.deepEqual(lines, ['stop database'])
})

test('a part that fails to end is named and does not keep the others', async () => {
  const { lines, lifecycle, part } = recorded()
  await part('port')
  await lifecycle.start(
    'scheduler',
    () => {},
    () => Promise.reject(new Error('stuck')),
  )
  await lifecycle.stop()
  assert.deepEqual(lines, ['start port', 'The scheduler did not stop cleanly: stuck', 'stop port'])
})

test('hurry reaches the part that is ending', async () => {
  const { lines, lifecycle, part } = recorded()
  const { promise: ending, resolve: begin } = Promise.withResolvers<void>()
  await part('port')
  await lifecycle.start(
    'scheduler',
    () => {},
    (_, hurry) => {
      begin()
      return new Promise<void>((resolve) => hurry.addEventListener('abort', () => resolve()))
    },
  )
  const stopped = lifecycle.stop()
  await ending
  lifecycle.hurry()
  await stopped
  assert.deepEqual(lines, ['start port', 'stop port'])
})

test('the first signal stops, a second one after a while hurries, its echo does not', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] })
  const { lines, lifecycle } = recorded()
  const exit = t.mock.method(process, 'exit', (() => {}) as never)
  const { promise: hurried, resolve } = Promise.withResolvers<string>()
  await lifecycle.start(
    'scheduler',
    () => {},
    (_, hurry) => hurried.then(() => lines.push(`hurry ${hurry.aborted}`)),
  )
  const off = lifecycle.stopOnSignals()
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGINT', 'SIGINT')
  t.mock.timers.tick(1_001)
  process.emit('SIGTERM', 'SIGTERM')
  resolve('')
  await lifecycle.stop()
  await new Promise(setImmediate)
  off()
  assert.match(lines[0]!, /^Got SIGINT/)
  assert.deepEqual(lines.slice(1), ['hurry true'])
  assert.equal(exit.mock.callCount(), 1)
  assert.deepEqual(exit.mock.calls[0]!.arguments, [0])
})
