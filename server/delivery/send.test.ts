import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { startReceiver } from '../../test/receiver.ts'
import { failureOf } from './failure.ts'
import { createGuard } from './guard.ts'
import { splitUrl } from './request.ts'
import { createSender, type Sender, type SendResult } from './send.ts'

function openSender() {
  const sender = createSender({ connectionsPerOrigin: 2, guard: createGuard({ rules: LOOPBACK }) })
  return Object.assign(sender, { [Symbol.asyncDispose]: () => sender.close() })
}

const send = (
  sender: Sender,
  url: string,
  { timeoutMs = 5_000, method = 'POST', body = 'x' as string | null, headers = [] as string[] } = {},
) => new Promise<SendResult>((resolve) => sender.send({ ...splitUrl(url), method, headers, body }, timeoutMs, resolve))

const nameOf = ({ failure, left }: SendResult) => failure && failureOf(failure, left).code

test('sends the bytes of the body and gives back the whole answer', async () => {
  await using target = await startReceiver()
  await using sender = openSender()
  const body = 'ä\u{1F600} "quoted"'
  const { response, failure, startedAt, finishedAt } = await send(sender, `${target.url}/p?q`, { body, headers: ['x-a', 'b'] })
  assert.equal(failure, undefined)
  assert.equal(response!.code, 200)
  assert.equal(response!.headers['content-type'], 'application/json')
  assert.equal(response!.body, '{"ok":true}')
  assert.equal(response!.truncated, false)
  assert.ok(finishedAt >= startedAt)
  assert.equal(target.arrivals[0]!.body, body)
  assert.equal(target.arrivals[0]!.headers['x-a'], 'b')
})

test('does not follow a redirect', async () => {
  await using target = await startReceiver()
  await using sender = openSender()
  const { response } = await send(sender, `${target.url}/?status=302&location=/elsewhere`)
  assert.equal(response!.code, 302)
  assert.equal(response!.headers.location, '/elsewhere')
  assert.equal(target.arrivals.length, 1)
})

test('keeps 64 KiB of a large answer, cut between characters', async () => {
  await using target = await startReceiver()
  await using sender = openSender()
  target.answer = () => ({ body: `x${'é'.repeat(50_000)}` })
  const { response } = await send(sender, `${target.url}/`)
  assert.equal(response!.truncated, true)
  assert.equal(response!.body, `x${'é'.repeat((64 * 1024 - 2) / 2)}`)
})

test('stops reading after 1 MiB and counts the answer', async () => {
  await using sender = openSender()
  let written = 0
  await using target = await startRaw((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536))) written += 65_536
      }
      socket.on('drain', more)
      more()
    })
  })
  const { response, failure } = await send(sender, target.url)
  assert.equal(failure, undefined)
  assert.equal(response!.code, 200)
  assert.equal(response!.truncated, true)
  assert.ok(written < 50_000_000, `${written} bytes were taken`)
})

test('leaves out NUL and replaces what is not UTF-8', async () => {
  await using target = await startReceiver()
  await using sender = openSender()
  target.answer = () => ({ body: Buffer.from([0x61, 0x00, 0xff, 0x62]) })
  const { response } = await send(sender, `${target.url}/`)
  assert.equal(response!.body, 'a\ufffdb')
})

test('one deadline for everything: silence, an answer in drops, endless early hints', async () => {
  await using sender = openSender()
  const beats: NodeJS.Timeout[] = []
  const drip = (head: string, drop: string) => (socket: Socket) =>
    socket.once('data', () => {
      socket.write(head)
      beats.push(setInterval(() => socket.write(drop), 20))
    })
  try {
    for (const serve of [
      () => {},
      drip('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', 'x'),
      drip('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
      drip('HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'),
    ]) {
      await using target = await startRaw(serve)
      const begun = performance.now()
      const result = await send(sender, target.url, { timeoutMs: 300 })
      const took = performance.now() - begun
      assert.equal(nameOf(result), 'TIMEOUT')
      assert.ok(took >= 300 && took < 1_000, `ended after ${took} ms`)
    }
  } finally {
    for (const beat of beats) clearInterval(beat)
  }
})

test('what waits for a connection until its deadline is not sent any more', async () => {
  await using target = await startReceiver()
  await using sender = openSender()
  const hanging = [1, 2].map(() => send(sender, `${target.url}/?hang=1`))
  await target.arrived(2)
  const late = await send(sender, `${target.url}/late`, { timeoutMs: 100 })
  assert.equal(nameOf(late), 'TIMEOUT')
  assert.equal(late.left, false)
  target.release()
  await Promise.all(hanging)
  await send(sender, `${target.url}/after`)
  assert.deepEqual(
    target.arrivals.map(({ url }) => url),
    ['/?hang=1', '/?hang=1', '/after'],
  )
})

test('every way to fail has its name and throws nothing', async () => {
  await using sender = openSender()
  const answer = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text))
  const cases: [string, string, (socket: Socket) => void][] = [
    ['CONNECTION_LOST', 'closed without an answer', (socket) => socket.once('data', () => socket.end())],
    ['CONNECTION_LOST', 'reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['CONNECTION_LOST', 'half a body', answer('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')],
    ['PROTOCOL_ERROR', 'not HTTP', answer('SSH-2.0-OpenSSH\r\n')],
    ['PROTOCOL_ERROR', 'status 099', answer('HTTP/1.1 099 Odd\r\n\r\n')],
    ['HEADERS_OVERFLOW', 'headers without end', answer(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)],
    ['PROTOCOL_ERROR', 'two lengths', answer('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
  ]
  for (const [expected, what, serve] of cases) {
    await using target = await startRaw(serve)
    assert.equal(nameOf(await send(sender, target.url)), expected, what)
  }
  await using plain = await startReceiver()
  assert.equal(nameOf(await send(sender, plain.url.replace('http:', 'https:'))), 'TLS_ERROR')
  const { port } = new URL(plain.url)
  await plain.close()
  assert.equal(nameOf(await send(sender, `http://127.0.0.1:${port}/`)), 'CONNECT_FAILED')
  assert.equal(nameOf(await send(sender, 'http://name.invalid/')), 'DNS_FAILED')
  assert.equal(nameOf(await send(sender, 'http://127.0.0.1:4/ä b')), 'INVALID_REQUEST')
  assert.equal(nameOf(await send(sender, 'http://127.0.0.1:4/', { headers: ['x-a', 'b\nc'] })), 'INVALID_REQUEST')
})

test('a request that cannot be sent is told later, not in the middle of the call', async () => {
  await using sender = openSender()
  for (const [url, headers] of [
    ['http://127.0.0.1:4/ä b', []],
    ['http://127.0.0.1:4/', ['x-a', 'b\nc']],
    ['http://10.0.0.1/', []],
  ] as const) {
    let turn = 'call'
    const told = new Promise<[string, SendResult]>((resolve) => {
      sender.send({ ...splitUrl(url), method: 'POST', headers: [...headers], body: null }, 5_000, (result) => resolve([turn, result]))
    })
    turn = 'later'
    const [when, result] = await told
    assert.deepEqual([when, result.failedPhase, result.left], ['later', 'GUARD', false])
  }
})

test('closing ends what is under way and what waits, and opens nothing any more', async () => {
  await using target = await startReceiver()
  const sender = openSender()
  const sent = [1, 2, 3, 4].map(() => send(sender, `${target.url}/?hang=1`))
  await target.arrived(2)
  await sender.close()
  for (const { response, left } of await Promise.all(sent.slice(0, 2))) assert.deepEqual([response, left], [undefined, true])
  for (const { response, left } of await Promise.all(sent.slice(2))) assert.deepEqual([response, left], [undefined, false])
  assert.equal(target.arrivals.length, 2)
})
