import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { EXPIRED, GOOD, SELF_SIGNED, trustTestAuthority } from '../../test/certificates.ts'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { failureOf } from './failure.ts'
import { createGuard } from './guard.ts'
import { splitUrl } from './request.ts'
import { createSender, type Sender, type SendResult } from './send.ts'

before(trustTestAuthority)

function openSender(connectTimeoutMs?: number) {
  const guard = createGuard({ rules: LOOPBACK, connectTimeoutMs, lookup: (_name, done) => setImmediate(done, null, ['127.0.0.1']) })
  const sender = createSender({ connectionsPerOrigin: 2, guard })
  return Object.assign(sender, { [Symbol.asyncDispose]: () => sender.close() })
}

const post = (sender: Sender, url: string, timeoutMs = 5_000) =>
  new Promise<SendResult>((resolve) => sender.send({ ...splitUrl(url), method: 'POST', headers: [], body: 'x' }, timeoutMs, resolve))

const outcomeOf = ({ failure, left, failedPhase }: SendResult) => [failure && failureOf(failure, left).code, failedPhase, left]

test('a certificate of a known authority for this name is taken; the name is told, an address is not', async () => {
  const told: (string | boolean | null)[] = []
  const serve = (socket: Socket) => {
    told.push((socket as TLSSocket).servername)
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  }
  await using target = await startRaw(serve, { tls: GOOD })
  await using sender = openSender()
  for (const host of ['good.test', '127.0.0.1', 'good.test.']) {
    const result = await post(sender, `https://${host}:${target.port}/`)
    assert.equal(result.response?.code, 200, host)
    assert.ok(result.phases[2]! > 0, 'the handshake takes time')
  }
  assert.deepEqual(told, ['good.test', false, 'good.test'])
  const again = await post(sender, `https://good.test:${target.port}/`)
  assert.deepEqual(again.phases.slice(0, 3), [null, null, null])
})

test('self-signed, expired, wrong name, unknown protocol: TLS_ERROR, tried again, and nothing is sent', async () => {
  for (const [what, tls, name] of [
    ['self-signed', SELF_SIGNED, 'good.test'],
    ['expired', EXPIRED, 'good.test'],
    ['wrong host name', GOOD, 'other.test'],
    ['wrong address', GOOD, '127.0.0.2'],
    ['too old', { ...GOOD, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }, 'good.test'],
  ] as const) {
    let got = 0
    const at = { host: name === '127.0.0.2' ? name : '127.0.0.1', port: 0 }
    await using target = await startRaw((socket) => socket.on('data', (chunk) => (got += chunk.length)), { tls, at })
    await using sender = openSender()
    const result = await post(sender, `https://${name}:${target.port}/`)
    assert.deepEqual(outcomeOf(result), ['TLS_ERROR', 'TLS', false], what)
    assert.equal(failureOf(result.failure!, false).final, false)
    assert.equal(got, 0, what)
  }
})

test('no environment variable makes it trust everybody', async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    await using target = await startRaw((socket) => socket.on('data', () => socket.end()), { tls: SELF_SIGNED })
    await using sender = openSender()
    assert.deepEqual(outcomeOf(await post(sender, `https://good.test:${target.port}/`)), ['TLS_ERROR', 'TLS', false])
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})

test('plain HTTP on the port, a closed connection, and bytes that are no TLS: TLS_ERROR', async () => {
  const plain = 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'
  for (const [what, serve] of [
    ['plain HTTP', (socket: Socket) => socket.once('data', () => socket.end(plain))],
    ['plain HTTP, at once', (socket: Socket) => socket.end(plain)],
    ['closed', (socket: Socket) => socket.once('data', () => socket.end())],
    ['reset', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
  ] as const) {
    await using target = await startRaw(serve)
    await using sender = openSender()
    assert.deepEqual(outcomeOf(await post(sender, `https://good.test:${target.port}/`)), ['TLS_ERROR', 'TLS', false], what)
  }
})

test('a handshake that never completes ends in CONNECT_TIMEOUT, by the deadline in TIMEOUT, and leaves no connection open', async () => {
  await using target = await startRaw((socket) => socket.resume())
  await using sender = openSender(200)
  const result = await post(sender, `https://good.test:${target.port}/`)
  assert.deepEqual(outcomeOf(result), ['CONNECT_TIMEOUT', 'TLS', false])
  assert.ok(result.phases[2]! > 100, `${result.phases[2]} ms`)
  const short = await post(sender, `https://good.test:${target.port}/`, 100)
  assert.deepEqual(outcomeOf(short), ['TIMEOUT', 'TLS', false])
  await Promise.all([...target.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
})
