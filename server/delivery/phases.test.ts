import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { failureOf } from './failure.ts'
import { createGuard } from './guard.ts'
import { splitUrl } from './request.ts'
import { createSender, DeadlineError, type SendResult } from './send.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'
const SLOW_MS = 60

/** `lookupMs`: how long a name takes. It is the phase that is measured, or the one in which a request is given up. */
function openSender({ lookupMs = 0, connectionsPerOrigin = 1 } = {}) {
  const guard = createGuard({ rules: LOOPBACK, lookup: (_name, done) => setTimeout(done, lookupMs, null, ['127.0.0.1']) })
  const sender = createSender({ connectionsPerOrigin, guard })
  let giveUp: (reason: Error) => void = () => {}
  return {
    post: (url: string, { body = 'x', timeoutMs = 5_000 } = {}) =>
      new Promise<SendResult>((resolve) => {
        giveUp = sender.send({ ...splitUrl(url), method: 'POST', headers: [], body }, timeoutMs, resolve)
      }),
    giveUp: (reason: Error) => giveUp(reason),
    [Symbol.asyncDispose]: () => sender.close(),
  }
}

const sum = ({ phases }: SendResult) => phases.reduce<number>((total, ms) => total + (ms ?? 0), 0)
const nameOf = ({ failure, left }: SendResult) => failure && failureOf(failure, left).code

test('the phases of an attempt follow each other without a gap; those of the connection only when it opened one', async () => {
  // What is measured: the target takes its time before the head, and again before the end of the body.
  const answer = (socket: Socket) =>
    socket.on('data', () => {
      setTimeout(() => {
        socket.write(`${OK}a`)
        setTimeout(() => socket.write('b'), SLOW_MS)
      }, SLOW_MS)
    })
  await using target = await startRaw(answer)
  await using sender = openSender({ lookupMs: SLOW_MS })
  const first = await sender.post(`http://slow.example:${target.port}/`)
  const [dns, connect, tls, sent, wait, body] = first.phases
  assert.equal(first.failedPhase, null)
  assert.equal(tls, null)
  assert.ok(dns! >= SLOW_MS - 2 && connect! > 0 && sent! >= 0 && wait! > 0 && body! > 0, `${first.phases}`)
  assert.ok(wait! + body! >= 2 * SLOW_MS - 4, `${first.phases}`)
  // Between them is only what this process itself takes.
  const took = first.finishedAt - first.startedAt
  assert.ok(sum(first) <= took + 0.01 && sum(first) > took * 0.6, `${sum(first)} of ${took}`)

  const second = await sender.post(`http://slow.example:${target.port}/`)
  assert.deepEqual(second.phases.slice(0, 3), [null, null, null])
  assert.ok(second.phases[4]! >= SLOW_MS - 2)
  const literal = await sender.post(target.url)
  assert.equal(literal.phases[0], null)
  assert.ok(literal.phases[1]! > 0)
  for (const ms of [...first.phases, ...second.phases]) assert.ok(ms === null || ms === Math.round(ms * 1000) / 1000)
})

test('a request that is not taken whole fails while it is sent; one that is, while it waits; one that is answered, while it is read', async () => {
  const large = 'x'.repeat(16 * 1024 * 1024)
  for (const [phase, serve, body] of [
    ['SEND', (socket: Socket) => socket.pause(), large],
    ['WAIT', (socket: Socket) => socket.resume(), 'x'],
    ['BODY', (socket: Socket) => socket.once('data', () => socket.write('HTTP/1.1 2')), 'x'],
    ['BODY', (socket: Socket) => socket.once('data', () => socket.write(`${OK}a`)), 'x'],
  ] as const) {
    await using target = await startRaw(serve)
    await using sender = openSender()
    const result = await sender.post(target.url, { body, timeoutMs: 400 })
    assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['TIMEOUT', phase, true])
    const index = { SEND: 3, WAIT: 4, BODY: 5 }[phase]
    assert.ok(result.phases[index]! > 100, `${result.phases}`)
    assert.deepEqual(
      result.phases.slice(index + 1).every((ms) => ms === null),
      true,
      `${result.phases}`,
    )
  }
})

test('a reset after the bytes left is told apart from a request that never left', async () => {
  for (const [left, phase, serve] of [
    [true, 'WAIT', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    [true, 'BODY', (socket: Socket) => socket.once('data', () => socket.write(`${OK}a`, () => socket.resetAndDestroy()))],
  ] as const) {
    await using target = await startRaw(serve)
    await using sender = openSender()
    const result = await sender.post(target.url)
    assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['CONNECTION_LOST', phase, left])
  }
  await using hanging = await startRaw((socket) => socket.resume())
  await using sender = openSender()
  const first = sender.post(hanging.url, { timeoutMs: 1_000 })
  const queued = await sender.post(hanging.url, { timeoutMs: 100 })
  assert.deepEqual([nameOf(queued), queued.failedPhase, queued.left], ['TIMEOUT', 'CONNECT', false])
  assert.deepEqual(queued.phases, [null, null, null, null, null, null])
  assert.equal((await first).left, true)
})

test('given up while the name is looked up: nothing is opened, and the connection is free for the next request', async () => {
  await using target = await startRaw((socket) => socket.on('data', () => socket.write(`${OK}ab`)))
  await using sender = openSender({ lookupMs: 100 })
  const given = sender.post(`http://slow.example:${target.port}/`)
  sender.giveUp(new DeadlineError('No complete answer in time.'))
  const result = await given
  assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['TIMEOUT', 'DNS', false])
  assert.equal((await sender.post(`http://slow.example:${target.port}/`)).response?.code, 200)
  assert.equal(target.accepted, 1)
})
