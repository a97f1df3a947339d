import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { answerTo, ask, begin } from '../../test/ask.ts'
import { startRaw } from '../../test/raw-target.ts'
import { type Receiver, startReceiver } from '../../test/receiver.ts'

let api: ApiServer
let service: Receiver
before(async () => {
  api = await startApi()
  service = await startReceiver()
  await create('billing', `${service.url}/v1`)
})
after(async () => {
  await service.close()
  await api[Symbol.asyncDispose]()
})

const create = async (name: string, baseUrl: string) => {
  const { errors } = await api.graphql('mutation ($input: CreateServiceInput!) { createService(input: $input) { id } }', {
    input: { name, baseUrl },
  })
  assert.equal(errors, undefined, JSON.stringify(errors))
}
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code

test('passes on method, path, query, headers and body, and gives back what the service says', async () => {
  service.answer = () => ({ status: 418, headers: { 'x-mine': 'a', 'set-cookie': 'b=c' }, body: 'teapot' })
  const response = await fetch(`${api.url}/gateway/billing/a%20b/c?d=%2F&e`, { method: 'PATCH', headers: { 'x-own': '1' }, body: 'hällo' })
  assert.equal(response.status, 418)
  assert.equal(await response.text(), 'teapot')
  assert.equal(response.headers.get('x-mine'), 'a')
  assert.deepEqual(response.headers.getSetCookie(), ['b=c'])
  const { method, url, headers, body } = service.arrivals.at(-1)!
  assert.deepEqual([method, url, body], ['PATCH', '/v1/a%20b/c?d=%2F&e', 'hällo'])
  assert.equal(headers['x-own'], '1')
  assert.equal(headers.host, new URL(service.url).host)
  assert.deepEqual(
    [headers['x-forwarded-for'], headers['x-forwarded-proto'], headers['x-forwarded-host']],
    ['127.0.0.1', 'http', new URL(api.url).host],
  )
  service.answer = undefined
  await fetch(`${api.url}/gateway/billing?x=1`)
  await fetch(`${api.url}/gateway/billing/`)
  // Dot segments are gone before the name is read: they lead out of no service into another one's base.
  await ask(`${api.url}/gateway/billing/a/../b//c`)
  assert.equal((await ask(`${api.url}/gateway/billing/%2e%2e/x`)).statusCode, 404)
  assert.deepEqual(
    service.arrivals.slice(-3).map(({ url }) => url),
    ['/v1?x=1', '/v1/', '/v1/b//c'],
  )
})

test('no header that begins with the prefix gets through, in any spelling, nor those of the connection or of the session', async () => {
  const forged = ['X-Forte-Trusted', 'x_forte_trusted', 'x-forte_Action-Id', 'X_FORTE-Attempt', 'x.forte.trusted', 'X-Forte']
  const kept = await ask(`${api.url}/gateway/billing/x`, {
    headers: {
      ...Object.fromEntries(forged.map((name) => [name, '1'])),
      'X-Forwarded-For': '1.2.3.4',
      'x-forwarded-proto': 'https',
      'X-Forwarded-Host': 'evil.example',
      x_forwarded_for: '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      connection: 'x-listed, close',
      'x-listed': '1',
      'proxy-authorization': 'secret',
      te: 'trailers',
      cookie: 'a=b; docket=session; c=d',
      authorization: 'Bearer theirs',
    },
  })
  assert.equal(kept.statusCode, 200)
  const { headers, rawHeaders } = service.arrivals.at(-1)!
  for (const name of rawHeaders.filter((_, n) => n % 2 === 0)) assert.doesNotMatch(name, /forte/i)
  assert.deepEqual(pick(headers, ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'cookie', 'authorization']), {
    'x-forwarded-for': '1.2.3.4, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': new URL(api.url).host,
    cookie: 'a=b; c=d',
    authorization: 'Bearer theirs',
  })
  for (const name of ['x-listed', 'proxy-authorization', 'te', 'x-real-ip', 'forwarded', 'x_forwarded_for']) {
    assert.equal(headers[name], undefined, name)
  }
})

test('what a service answers cannot act as Docket: no session, no word for the origin, a page without its origin', async () => {
  service.answer = () => ({
    headers: {
      'set-cookie': ['docket=forged; Path=/', 'docket2=fine'] as unknown as string,
      'clear-site-data': '"*"',
      'service-worker-allowed': '/',
      'content-security-policy': "default-src 'none'",
      connection: 'x-hop',
      'x-hop': '1',
    },
  })
  const { headers } = await ask(`${api.url}/gateway/billing/page`)
  service.answer = undefined
  assert.deepEqual(headers['set-cookie'], ['docket2=fine'])
  for (const name of ['clear-site-data', 'service-worker-allowed', 'x-hop', 'x-frame-options']) assert.equal(headers[name], undefined, name)
  assert.match(headers['content-security-policy'] as string, /^default-src 'none', sandbox (?!.*allow-same-origin)/)
})

test('a redirect is given back, not followed; a compressed body is not opened', async () => {
  service.answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/', 'content-encoding': 'gzip' }, body: 'not gzip' })
  const response = await ask(`${api.url}/gateway/billing/moved`)
  service.answer = undefined
  assert.deepEqual([response.statusCode, response.headers.location], [302, 'http://169.254.169.254/'])
  assert.equal(String(Buffer.concat(await response.toArray())), 'not gzip')
})

test('both bodies stream: each part arrives while the next is not written yet', async () => {
  await using echo = await startRaw((socket) => {
    let open = false
    socket.on('data', (chunk) => {
      if (!open) socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      open = true
      const text = String(chunk)
      // The head comes with the first part or alone; what matters is the parts.
      for (const [part] of text.matchAll(/part \d/g)) socket.write(`6\r\n${part}\r\n`)
      if (text.includes('\r\n0\r\n')) socket.write('0\r\n\r\n')
    })
  })
  await create('echo', echo.url)
  const request = begin(`${api.url}/gateway/echo/`, { method: 'POST' })
  request.write('part 1')
  const response = await answerTo(request)
  const parts = response[Symbol.asyncIterator]()
  for (let n = 1; n <= 5; n++) {
    if (n > 1) request.write(`part ${n}`)
    assert.equal(String((await parts.next()).value), `part ${n}`)
  }
  request.end()
  assert.equal((await parts.next()).done, true)
})

test('a slow reader holds the service back, whatever the size', async () => {
  let written = 0
  await using endless = await startRaw((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n')
      const more = () => {
        do written += 65_536
        while (!socket.destroyed && socket.write('x'.repeat(65_536)))
      }
      socket.on('drain', more)
      more()
    }),
  )
  await create('endless', endless.url)
  const response = await ask(`${api.url}/gateway/endless/`)
  // All buffers between are full when nothing more was taken while this process dealt with twenty other requests. All of it happens in here:
  // whatever was to be passed on has had its turn by then.
  for (let before = -1; before !== written && written < 50_000_000; ) {
    before = written
    for (let other = 0; other < 20; other++) await (await fetch(`${api.url}/gateway/billing/`)).text()
  }
  assert.ok(written < 50_000_000, `${written} bytes were taken`)
  // The caller goes: the request to the service ends.
  const [socket] = [...endless.sockets]
  response.destroy()
  await closed(socket!)
})

test('a caller that goes before the answer ends the request to the service', async () => {
  const reached = Promise.withResolvers<Socket>()
  await using hanging = await startRaw((socket) => socket.once('data', () => reached.resolve(socket)))
  await create('hanging', hanging.url)
  const gone = new AbortController()
  const call = fetch(`${api.url}/gateway/hanging/`, { signal: gone.signal }).catch(() => {})
  const socket = await reached.promise
  gone.abort()
  await closed(socket)
  await call
})

test('a service that breaks off in the middle breaks off the answer', async () => {
  await using half = await startRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')))
  await create('half', half.url)
  const response = await ask(`${api.url}/gateway/half/`)
  await assert.rejects(response.toArray())
})

test('no answer: 502, with the cause; nothing of it reaches a target that is not allowed', async () => {
  await using odd = await startRaw((socket) => socket.once('data', () => socket.end('SSH-2.0\r\n')))
  await create('odd', odd.url)
  const closed = await startRaw(() => {})
  await create('closed', closed.url)
  await closed[Symbol.asyncDispose]()
  for (const [path, code] of [
    ['odd/', 'PROTOCOL_ERROR'],
    ['closed/', 'CONNECT_FAILED'],
  ]) {
    const response = await fetch(`${api.url}/gateway/${path}`)
    assert.deepEqual([response.status, await codeOf(response)], [502, code])
  }
  // Saved before the rules were as they are.
  await api.db.pool.query(`update services set base_url = 'http://169.254.169.254' where name = 'odd'`)
  const refused = await fetch(`${api.url}/gateway/odd/latest`)
  assert.deepEqual([refused.status, await codeOf(refused)], [502, 'TARGET_BLOCKED_ADDRESS'])
})

test('names are read from the path; an unknown one, a closed one and a broken one answer 404', async () => {
  await create('Jobs & more/ä', service.url)
  assert.equal((await fetch(`${api.url}/gateway/Jobs%20&%20more%2F%C3%A4/x`)).status, 200)
  await create('shut', service.url)
  await api.db.pool.query(`update services set gateway = false where name = 'shut'`)
  for (const path of ['nobody/', 'shut/', '%/', '%00/', '/', 'Billing/']) {
    const response = await fetch(`${api.url}/gateway/${path}`)
    assert.deepEqual([response.status, await codeOf(response)], [404, 'NOT_FOUND'], path)
  }
})

test('a WebSocket is not passed on', async () => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.write('GET /gateway/billing/ HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.match(String(answer), /^HTTP\/1\.1 501 /)
  socket.destroy()
})

/** Also by a reset. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve))
const pick = (headers: IncomingMessage['headers'], names: string[]) => Object.fromEntries(names.map((name) => [name, headers[name]]))
