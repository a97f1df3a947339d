import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startDeafPort } from '../../test/full-backlog.ts'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { startReceiver } from '../../test/receiver.ts'
import { createEgressRules } from '../domain/egress.ts'
import { createForwarder } from './forward.ts'
import { createGuard, type GuardOptions } from './guard.ts'

function openForwarder(options: GuardOptions = {}) {
  const forwarder = createForwarder({ guard: createGuard({ rules: LOOPBACK, ...options }) })
  const get = (url: string, signal = new AbortController().signal) =>
    forwarder.forward({ url, method: 'GET', headers: [], body: null }, signal)
  return { get, [Symbol.asyncDispose]: () => forwarder.close() }
}

const failed = (answer: Awaited<ReturnType<ReturnType<typeof openForwarder>['get']>>) =>
  'failed' in answer ? [answer.failed.status, answer.failed.code] : 'answered'

test('what the guard refuses is refused on the first connection and on every other one', async () => {
  await using target = await startReceiver()
  const own = { port: Number(new URL(target.url).port), addresses: ['127.0.0.1'], echoUrls: [`${target.url}/echo`] }
  await using ours = openForwarder({ rules: createEgressRules(['127.0.0.1'], own) })
  await using shut = openForwarder({ rules: createEgressRules() })
  for (const forwarder of [ours, shut]) {
    for (const path of ['/', '/echo'])
      assert.deepEqual(failed(await forwarder.get(`${target.url}${path}`)), [502, 'TARGET_BLOCKED_ADDRESS'])
  }
  assert.deepEqual(failed(await shut.get('http://localhost/')), [502, 'TARGET_BLOCKED_NAME'])
  assert.deepEqual(failed(await shut.get('http://example.com:25/')), [502, 'TARGET_BLOCKED_PORT'])
  assert.equal(target.arrivals.length, 0)
})

test('too long is 504: no connection, no answer by the deadline; broken is 502', async () => {
  await using deaf = await startDeafPort()
  await using hanging = await startRaw((socket) => void socket.resume())
  await using broken = await startRaw((socket) => socket.once('data', () => socket.resetAndDestroy()))
  await using forwarder = openForwarder({ connectTimeoutMs: 200, dnsTimeoutMs: 100, lookup: () => {} })
  assert.deepEqual(failed(await forwarder.get(`http://127.0.0.1:${deaf.port}/`)), [504, 'CONNECT_TIMEOUT'])
  assert.deepEqual(failed(await forwarder.get('http://slow.example/')), [504, 'DNS_TIMEOUT'])
  assert.deepEqual(failed(await forwarder.get(broken.url)), [502, 'CONNECTION_LOST'])
  const deadline = new AbortController()
  const answer = forwarder.get(hanging.url, deadline.signal)
  deadline.abort(Object.assign(new Error('No complete answer in time.'), { code: 'TIMEOUT' }))
  assert.deepEqual(failed(await answer), [504, 'TIMEOUT'])
})

test('an answer keeps its headers in order and in number', async () => {
  await using target = await startRaw((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\ncontent-length: 2\r\n\r\nok')),
  )
  await using forwarder = openForwarder()
  const answer = await forwarder.get(target.url)
  assert.ok('body' in answer)
  assert.deepEqual([answer.status, answer.headers], [200, ['X-B', '1', 'x-a', '2', 'X-B', '3', 'content-length', '2']])
  assert.equal(await text(answer.body), 'ok')
})
