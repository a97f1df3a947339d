import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { GOOD, trustTestAuthority } from '../../test/certificates.ts'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { newSeed } from '../../test/seed.ts'
import { failureOf } from './failure.ts'
import { createGuard } from './guard.ts'
import { splitUrl } from './request.ts'
import { createSender, type SendResult } from './send.ts'

/** In all, half of them by TLS. */
const MUTATIONS = 6_000
const AT_ONCE = 16
/** The server closes each connection after its bytes, so that no attempt waits. */
const TIMEOUT_MS = 20_000

const lines = (...parts: string[]) => Buffer.from(`${parts.join('\r\n')}`, 'latin1')
const SHAPES = [
  lines('HTTP/1.1 200 OK', 'content-type: application/json', 'content-length: 11', '', '{"ok":true}'),
  lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '5', 'hello', '6;a=b', ' world', '0', 'x-trailer: 1', '', ''),
  lines('HTTP/1.1 204 No Content', 'connection: close', '', ''),
  lines('HTTP/1.1 302 Found', 'location: http://169.254.169.254/', 'content-length: 0', '', ''),
  lines('HTTP/1.1 500 Internal Server Error', 'retry-after: 5', 'content-length: 4', '', 'oops'),
  lines('HTTP/1.1 103 Early Hints', 'link: </a>; rel=preload', '', 'HTTP/1.1 200 OK', 'content-length: 2', '', 'ok'),
  lines('HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket', '', ''),
  lines('HTTP/1.0 200 OK', 'server: old', '', 'until the end'),
  Buffer.concat([lines('HTTP/1.1 200 OK', 'content-encoding: gzip', 'content-length: 29', '', ''), gzipSync('hello wor')]),
  lines('HTTP/1.1 200 OK', 'content-length: 2', '', 'okHTTP/1.1 200 OK', 'content-length: 2', '', 'no'),
  lines(
    'HTTP/1.1 429 Too Many Requests',
    'set-cookie: a=b; path=/',
    'set-cookie: c=d',
    'keep-alive: timeout=5',
    'content-length: 0',
    '',
    '',
  ),
  lines('HTTP/1.1 200 OK', `x-long: ${'x'.repeat(2_000)}`, 'transfer-encoding: gzip, chunked', '', '2', 'ok', '0', '', ''),
]

/** Numbers that a server may get wrong, where a mutation replaces one. */
const NUMBERS = ['-1', '0', '00000000000', '1', '4294967296', '9007199254740993', '18446744073709551616', '0x10', '1e9', '+2', ' ', '']

/** mulberry32: the same seed, the same mutations. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function mutate(shape: Buffer, chance: (below: number) => number): Buffer {
  let bytes: Buffer = Buffer.from(shape)
  for (let times = 1 + chance(3); times > 0 && bytes.length > 0; times--) {
    const at = chance(bytes.length)
    const to = Math.min(bytes.length, at + 1 + chance(16))
    const splice = (middle: Uint8Array) => Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(to)])
    switch (chance(8)) {
      case 0:
        bytes[at] = chance(256)
        break
      case 1:
        bytes = splice(Buffer.alloc(0))
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
        break
      case 3:
        bytes = splice(Buffer.from(Array.from({ length: 1 + chance(32) }, () => chance(256))))
        break
      case 4:
        bytes = bytes.subarray(0, at)
        break
      case 5:
        bytes = splice(Buffer.from(['\r', '\n', '\r\n', '\r\n\r\n', '\0', ':', ' ', '\t', '\x7f', '\xff'][chance(10)]!, 'latin1'))
        break
      case 6: {
        const text = bytes.toString('latin1')
        const numbers = [...text.matchAll(/\d+/g)]
        const hit = numbers[chance(numbers.length || 1)]
        if (hit)
          bytes = Buffer.from(text.slice(0, hit.index) + NUMBERS[chance(NUMBERS.length)] + text.slice(hit.index + hit[0].length), 'latin1')
        break
      }
      default:
        bytes = Buffer.concat([bytes, SHAPES[chance(SHAPES.length)]!])
    }
  }
  return bytes
}

before(trustTestAuthority)

for (const [way, tls] of [
  ['plain', undefined],
  ['by TLS', GOOD],
] as const) {
  test(`${MUTATIONS / 2} mutated answers, ${way}: each is an outcome, none is an exception`, async (t) => {
    const seed = newSeed(t)
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtException', note).on('unhandledRejection', note)
    const serve = (socket: Socket) =>
      socket.once('data', (request) => {
        // Each request has its own, so that the seed says what was answered in whatever order they come.
        const chance = chanceOf(seed + Number(/^POST \/(\d+)/.exec(String(request))![1]))
        const bytes = mutate(SHAPES[chance(SHAPES.length)]!, chance)
        // In two parts now and then, as the network may cut them.
        const cut = chance(4) === 0 ? chance(bytes.length || 1) : bytes.length
        socket.write(bytes.subarray(0, cut))
        setImmediate(() => socket.end(bytes.subarray(cut)))
      })
    await using target = await startRaw(serve, { tls })
    const guard = createGuard({ rules: LOOPBACK })
    const sender = createSender({ connectionsPerOrigin: AT_ONCE, guard })
    const outcomes = new Map<string, number>()
    const one = (n: number) =>
      new Promise<SendResult>((resolve) =>
        sender.send({ ...splitUrl(`${target.url}${n}`), method: 'POST', headers: [], body: '{}' }, TIMEOUT_MS, resolve),
      )
    let left = MUTATIONS / 2
    const work = async () => {
      while (left > 0) {
        const n = left--
        const result = await one(n)
        const { failure, response } = result
        const outcome = failure ? failureOf(failure, result.left).code : `HTTP_${response!.code}`
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        assert.notEqual(outcome, 'INVALID_REQUEST', `${failure} of ${n}`)
        if (response) assert.ok(!response.body.includes('\0'))
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work))
    } finally {
      await sender.close()
      process.off('uncaughtException', note).off('unhandledRejection', note)
    }
    assert.deepEqual(uncaught, [])
    const kinds = [...outcomes.keys()]
    for (const kind of ['HTTP_200', 'CONNECTION_LOST', 'PROTOCOL_ERROR']) assert.ok(kinds.includes(kind), `none ended in ${kind}: ${kinds}`)
    assert.equal(outcomes.get('TIMEOUT'), undefined)
  })
}
