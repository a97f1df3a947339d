import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import cases from '../../test/cases/ssrf.json' with { type: 'json' }
import { EXPIRED, GOOD, SELF_SIGNED, trustTestAuthority } from '../../test/certificates.ts'
import { startDeafPort } from '../../test/full-backlog.ts'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { classify } from './classify.ts'
import { createGuard } from './guard.ts'
import { splitUrl } from './request.ts'
import { RESPONSE_KEPT_BYTES, RESPONSE_READ_BYTES } from './response-body.ts'
import { createSender, type SendResult } from './send.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const DEADLINE_MS = 400
const CONNECT_MS = 200
const [GZIP_ZEROS] = [gzipSync(Buffer.alloc(50_000_000))]

before(trustTestAuthority)

/** What a row is held to: how the attempt is judged, and more where that says too little. */
interface Row {
  serve?: (socket: Socket, count: () => number) => void
  tls?: typeof GOOD
  host?: string
  status: 'SUCCEEDED' | 'RETRYING' | 'FAILED'
  code: string | null
  responseCode: number | null
  check?: (result: SendResult, judged: ReturnType<typeof classify>) => void
  requests?: number
}

const head = (status: string, ...headers: string[]) => `HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`
const once =
  (...parts: (string | Buffer)[]) =>
  (socket: Socket) =>
    socket.once('data', () => {
      for (const part of parts) socket.write(part)
      socket.end()
    })
/** Writes `start`, then `drop` again and again until the connection closes. */
const drip = (start: string, drop: string, everyMs: number) => (socket: Socket) =>
  socket.once('data', () => {
    if (start) socket.write(start)
    const beat = setInterval(() => socket.write(drop), everyMs)
    socket.once('close', () => clearInterval(beat))
  })
const flood = (start: string) => (socket: Socket) =>
  socket.once('data', () => {
    socket.write(start)
    const more = () => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536)));
    }
    socket.on('drain', more)
    more()
  })

const retried = (code: string, responseCode: number | null, more: Partial<Row> = {}): Row => ({
  status: 'RETRYING',
  code,
  responseCode,
  ...more,
})
const redirected = (status: string, location: string): Row =>
  retried('REDIRECT', Number(status.slice(0, 3)), { serve: once(head(status, `location: ${location}`, 'content-length: 0')), requests: 1 })
const answered = (serve: Row['serve'], check: Row['check']): Row => ({ serve, status: 'SUCCEEDED', code: null, responseCode: 200, check })
const retryAfter = (value: string, waitMs: number | null): Row =>
  retried('HTTP_503', 503, {
    serve: once(head('503 Busy', `retry-after: ${value}`, 'content-length: 0')),
    check: (_, { retryAt }) => {
      if (waitMs !== null) assert.equal(retryAt, NOW + waitMs)
      // The wait of its own, without chance.
      else assert.equal(retryAt, NOW + 20_000)
    },
  })
const badTls = (tls: typeof GOOD, host = 'good.test'): Row =>
  retried('TLS_ERROR', null, { tls, host, serve: () => {}, check: (result) => assert.equal(result.left, false) })

const ROWS: Record<string, Row | Row[]> = {
  '302 to http://169.254.169.254/': redirected('302 Found', 'http://169.254.169.254/'),
  '301 to itself': redirected('301 Moved', '/'),
  '307 to another scheme (file:)': redirected('307 Moved', 'file:///etc/passwd'),
  'gzip of 50 MB zeros (48 622 bytes on the wire)': answered(
    once(head('200 OK', 'content-encoding: gzip', `content-length: ${GZIP_ZEROS.length}`), GZIP_ZEROS),
    ({ response }) => {
      assert.ok(GZIP_ZEROS.length < RESPONSE_KEPT_BYTES)
      assert.ok(response!.body.length <= GZIP_ZEROS.length)
      assert.equal(response!.truncated, false)
    },
  ),
  '100 MB body': answered(flood(head('200 OK', 'content-length: 104857600')), ({ response }) => {
    assert.equal(response!.truncated, true)
    assert.equal(response!.body.length, RESPONSE_KEPT_BYTES)
  }),
  '1 byte per 100 ms for ever': retried('TIMEOUT', 200, { serve: drip(head('200 OK', 'content-length: 100000'), 'x', 20) }),
  'headers never sent': retried('TIMEOUT', null, { serve: (socket) => void socket.resume() }),
  'one header byte per 100 ms': retried('TIMEOUT', null, { serve: drip('HTTP/1.1 200 OK\r\nx: ', 'x', 20) }),
  'endless 103 Early Hints': retried('TIMEOUT', 103, { serve: drip('', head('103 Early Hints', 'link: </a>'), 20) }),
  'headers of 5 kB every 5 ms': retried('HEADERS_OVERFLOW', null, { serve: drip('HTTP/1.1 200 OK\r\n', `x: ${'x'.repeat(5_000)}\r\n`, 5) }),
  'SSH banner': retried('PROTOCOL_ERROR', null, { serve: once('SSH-2.0-OpenSSH_9.6\r\n') }),
  'HTTP/0.9 body': retried('PROTOCOL_ERROR', null, { serve: once('<html>hello</html>') }),
  'two different Content-Length': retried('PROTOCOL_ERROR', null, {
    serve: once(head('200 OK', 'content-length: 1', 'content-length: 2'), 'ab'),
  }),
  'Content-Length and chunked': retried('PROTOCOL_ERROR', null, {
    serve: once(head('200 OK', 'content-length: 5', 'transfer-encoding: chunked'), '0\r\n\r\n'),
  }),
  'short body': retried('CONNECTION_LOST', 200, { serve: once(head('200 OK', 'content-length: 100'), 'short') }),
  '101 Switching Protocols': retried('PROTOCOL_ERROR', null, {
    serve: once(head('101 Switching Protocols', 'connection: upgrade', 'upgrade: x')),
  }),
  'status 099': retried('PROTOCOL_ERROR', null, { serve: once(head('099 Odd', 'content-length: 0')) }),
  'status 999': retried('HTTP_999', 999, { serve: once(head('999 Odd', 'content-length: 0')) }),
  'status 600 / 1xx final': [
    retried('HTTP_600', 600, { serve: once(head('600 Odd', 'content-length: 0')) }),
    retried('CONNECTION_LOST', 150, { serve: once(head('150 Odd', 'content-length: 0')) }),
    retried('PROTOCOL_ERROR', null, { serve: once(head('100 Continue', 'content-length: 2'), 'ab') }),
  ],
  'NUL in a response header': retried('PROTOCOL_ERROR', null, { serve: once(head('200 OK', 'x: a\0b', 'content-length: 0')) }),
  'two responses in one segment': answered(
    (socket, count) =>
      socket.on('data', () => {
        const mine = count()
        const one = (body: string) => `${head('200 OK', 'content-length: 2')}${body}`
        socket.write(mine === 1 ? one('ok') + one('no') : one('ok'))
      }),
    ({ response }) => assert.equal(response!.body, 'ok'),
  ),
  'RST after accept': retried('CONNECTION_LOST', null, { serve: (socket) => void socket.once('data', () => socket.resetAndDestroy()) }),
  'FIN without bytes': retried('CONNECTION_LOST', null, { serve: (socket) => void socket.once('data', () => socket.end()) }),
  'port closed': retried('CONNECT_FAILED', null, { check: (result) => assert.equal(result.left, false) }),
  'SYN black hole (full backlog)': retried('CONNECT_TIMEOUT', null, { check: (result) => assert.equal(result.left, false) }),
  'TLS: self-signed': badTls(SELF_SIGNED),
  'TLS: expired': badTls(EXPIRED),
  'TLS: wrong host name': badTls(GOOD, 'other.test'),
  'TLS: handshake never completes': retried('CONNECT_TIMEOUT', null, { host: 'good.test', serve: (socket) => void socket.resume() }),
  'TLS: plain HTTP on the TLS port': retried('TLS_ERROR', null, { host: 'good.test', serve: once(head('400 Bad Request')) }),
  'body with invalid UTF-8': answered(once(head('200 OK', 'content-length: 5'), Buffer.from([0x61, 0, 0xff, 0xc3, 0x62])), ({ response }) =>
    assert.equal(response!.body, 'a\ufffd\ufffdb'),
  ),
  'body containing </script> and ANSI escapes': answered(
    once(head('200 OK', 'content-length: 21'), '</script>\u001b[31mred\u001b[0m'),
    ({ response }) =>
      // Kept as it came; what shows it escapes it.
      assert.equal(response!.body, '</script>\u001b[31mred\u001b[0m'),
  ),
  'Set-Cookie in the response': answered(
    (socket) =>
      socket.on('data', (request) => {
        const cookie = /cookie/i.test(String(request)) ? '500 Jar' : '200 OK'
        socket.write(head(cookie, 'set-cookie: session=1', 'set-cookie: b=2', 'content-length: 0'))
      }),
    ({ response }) => assert.deepEqual(response!.headers['set-cookie'], ['session=1', 'b=2']),
  ),
  'Retry-After: 999999999': retryAfter('999999999', 3_600_000),
  'Retry-After: -1 / junk / HTTP-date in the past': [
    retryAfter('-1', null),
    retryAfter('junk', null),
    // A moment that has passed asks for no wait.
    retryAfter('Wed, 31 Dec 2025 23:00:00 GMT', 0),
  ],
  'Retry-After: Infinity': retryAfter('Infinity', null),
  '410 Gone': { status: 'FAILED', code: 'HTTP_410', responseCode: 410, serve: once(head('410 Gone', 'content-length: 0')) },
}

test('every server of the case file is here; the random mutations have a file of their own', () => {
  const listed = cases.responses.map(({ server }) => server).filter((server) => !server.startsWith('6,000 random'))
  assert.deepEqual(Object.keys(ROWS), listed)
})

for (const [server, rows] of Object.entries(ROWS)) {
  test(server, async () => {
    for (const row of [rows].flat()) await hold(server, row)
  })
}

async function hold(server: string, row: Row) {
  let requests = 0
  const noted = (socket: Socket) => {
    socket.on('data', () => (requests += 1))
    row.serve?.(socket, () => requests)
  }
  await using target = await startRaw(noted, { tls: row.tls })
  await using deaf = server.startsWith('SYN') ? await startDeafPort() : undefined
  if (server === 'port closed') await target[Symbol.asyncDispose]()
  const url = row.host ? `https://${row.host}:${target.port}/` : deaf ? `http://127.0.0.1:${deaf.port}/` : target.url

  const guard = createGuard({
    rules: LOOPBACK,
    connectTimeoutMs: CONNECT_MS,
    lookup: (_name, done) => setImmediate(done, null, ['127.0.0.1']),
  })
  const sender = createSender({ connectionsPerOrigin: 1, guard })
  const send = (timeoutMs: number) =>
    new Promise<SendResult>((resolve) => sender.send({ ...splitUrl(url), method: 'POST', headers: [], body: 'x' }, timeoutMs, resolve))
  const context = { attempt: 1, maxAttempts: 3, now: NOW, random: 0.5, retry: null }
  try {
    const begun = performance.now()
    // As long as it takes where no deadline is awaited.
    const result = await send(row.code === 'TIMEOUT' ? DEADLINE_MS : 20_000)
    const judged = classify(result, context)
    assert.deepEqual([judged.status, judged.errorCode, result.response?.code ?? null], [row.status, row.code, row.responseCode])
    assert.ok(performance.now() - begun < 15_000)
    if (row.requests) assert.equal(requests, row.requests)
    row.check?.(result, judged)
    // What one answer did to its connection harms no later request.
    const again = await send(row.code === 'TIMEOUT' ? DEADLINE_MS : 20_000)
    assert.deepEqual([classify(again, context).errorCode, again.response?.code ?? null], [row.code, row.responseCode])
    row.check?.(again, classify(again, context))
  } finally {
    await sender.close()
  }
  assert.ok(RESPONSE_READ_BYTES === 1024 * 1024)
}
