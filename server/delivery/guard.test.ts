import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import cases from '../../test/cases/ssrf.json' with { type: 'json' }
import { startDeafPort } from '../../test/full-backlog.ts'
import { LOOPBACK } from '../../test/loopback.ts'
import { startRaw } from '../../test/raw-target.ts'
import { startReceiver } from '../../test/receiver.ts'
import { createEgressRules } from '../domain/egress.ts'
import { failureOf } from './failure.ts'
import { CONNECT_TIMEOUT_MS, createGuard, DNS_TIMEOUT_MS, type GuardOptions } from './guard.ts'
import { splitUrl } from './request.ts'
import type { Lookup } from './resolve.ts'
import { createSender, type Sender, type SendResult } from './send.ts'

function openSender(options: GuardOptions = {}) {
  const sender = createSender({ connectionsPerOrigin: 8, guard: createGuard(options) })
  return Object.assign(sender, { [Symbol.asyncDispose]: () => sender.close() })
}

const get = (sender: Sender, url: string, timeoutMs = 5_000) =>
  new Promise<SendResult>((resolve) => sender.send({ ...splitUrl(url), method: 'GET', headers: [], body: null }, timeoutMs, resolve))

const nameOf = ({ failure, left }: SendResult) => failure && failureOf(failure, left).code

/** Answers each question with the next answer, and the last one for ever; notes what was asked. */
function resolver(...answers: (readonly string[] | Error | 'hang')[]): Lookup & { asked: string[] } {
  const asked: string[] = []
  const lookup: Lookup = (name, done) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!
    asked.push(name)
    if (answer === 'hang') return
    setImmediate(() => (answer instanceof Error ? done(answer, []) : done(null, answer)))
  }
  return Object.assign(lookup, { asked })
}

const systemError = (code: string) => Object.assign(new Error(code), { code })

test('the answers of the case file, for a name that is allowed to be asked', async () => {
  for (const { name, answers, expect } of cases.dns) {
    if (name.startsWith('rebinding') || name === '1000 addresses' || name === 'own listening address' || answers === 'hang') continue
    const answer = typeof answers === 'string' ? systemError(answers) : (answers[0] as string[])
    const lookup = resolver(answer)
    await using sender = openSender({ lookup })
    const result = await get(sender, 'http://target.example/')
    const [code, more] = expect.split(', ')
    assert.equal(nameOf(result), code, name)
    assert.equal(result.left, false)
    assert.equal(result.failedPhase, code === 'DNS_FAILED' ? 'DNS' : 'GUARD', name)
    assert.equal(failureOf(result.failure!, false).final, more !== 'retryable' && code !== 'DNS_FAILED', name)
    assert.deepEqual(lookup.asked, ['target.example'])
  }
})

test('the address that was judged is the one that is called: a name is asked once for a connection', async () => {
  await using target = await startReceiver()
  const port = new URL(target.url).port
  const lookup = resolver(['127.0.0.1'], ['169.254.169.254'])
  await using sender = openSender({ lookup, rules: LOOPBACK })
  const first = await get(sender, `http://rebind.example:${port}/`)
  assert.equal(first.response?.code, 200)
  assert.equal(lookup.asked.length, 1)
  // On the open connection nothing is asked, and nothing new is opened.
  assert.equal((await get(sender, `http://rebind.example:${port}/`)).response?.code, 200)
  assert.equal(lookup.asked.length, 1)
  // A new connection, as of a retry, is judged anew.
  await using retry = openSender({ lookup, rules: LOOPBACK })
  const second = await get(retry, `http://rebind.example:${port}/`)
  assert.equal(nameOf(second), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(failureOf(second.failure!, second.left).final, true)
  assert.equal(target.arrivals.length, 2)
})

test('with keep-alive a name that turns to loopback gets no new connection', async () => {
  await using target = await startRaw((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')),
  )
  const lookup = resolver(['127.0.0.1'], ['127.0.0.2'])
  await using sender = openSender({ lookup, rules: createEgressRules(['127.0.0.1']) })
  const url = `http://rebind.example:${target.port}/`
  assert.equal((await get(sender, url)).response?.code, 200)
  assert.equal(nameOf(await get(sender, url)), 'TARGET_BLOCKED_ADDRESS')
  assert.equal(target.accepted, 1)
})

test('of a thousand addresses at most four are tried, one bad one among them refuses all', async () => {
  const dead = Array.from({ length: 1000 }, (_, n) => `127.1.${n >> 8}.${n & 255}`)
  await using target = await startReceiver()
  const port = new URL(target.url).port
  for (const [place, code] of [
    [3, undefined],
    [4, 'CONNECT_FAILED'],
  ] as const) {
    const addresses = dead.with(place, '127.0.0.1')
    await using sender = openSender({ lookup: resolver(addresses), rules: LOOPBACK })
    assert.equal(nameOf(await get(sender, `http://many.example:${port}/`)), code, `the good one is number ${place + 1}`)
  }
  await using sender = openSender({ lookup: resolver(dead.with(999, '10.0.0.1')), rules: LOOPBACK })
  assert.equal(nameOf(await get(sender, `http://many.example:${port}/`)), 'TARGET_BLOCKED_ADDRESS')
})

test("Docket's own address is refused by number and by name, but for exactly its echo", async () => {
  await using docket = await startReceiver()
  const port = Number(new URL(docket.url).port)
  const own = { port, addresses: ['127.0.0.1'], echoUrls: [`${docket.url}/echo`] }
  for (const rules of [createEgressRules([], own), createEgressRules(['127.0.0.0/8', 'localhost'], own)]) {
    await using sender = openSender({ rules, lookup: resolver(['127.0.0.1']) })
    assert.equal((await get(sender, `${docket.url}/echo?x=1`)).response?.code, 200)
    for (const url of [`${docket.url}/graphql`, `${docket.url}/echo/`, `http://me.example:${port}/echo`, `http://me.example:${port}/`]) {
      const result = await get(sender, url)
      assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['TARGET_BLOCKED_ADDRESS', 'GUARD', false], url)
    }
  }
  assert.deepEqual(
    docket.arrivals.map(({ url }) => url),
    ['/echo?x=1', '/echo?x=1'],
  )
})

test('every URL of the case file that is refused by its spelling is refused when it is sent, and nothing is asked', async () => {
  const lookup = resolver(['8.8.8.8'])
  await using sender = openSender({ lookup })
  for (const { url, expect } of cases.urls) {
    if (!expect.startsWith('TARGET_BLOCKED')) continue
    const result = await get(sender, new URL(url).href)
    assert.deepEqual([nameOf(result), result.failedPhase, result.left], [expect, 'GUARD', false], url)
  }
  assert.deepEqual(lookup.asked, [])
})

test('a name server that never answers ends in DNS_TIMEOUT, and is asked once for all that wait', async () => {
  assert.equal(DNS_TIMEOUT_MS, 5_000)
  const lookup = resolver('hang')
  await using sender = openSender({ lookup, dnsTimeoutMs: 100 })
  const results = await Promise.all([1, 2, 3].map(() => get(sender, 'http://slow.example/')))
  for (const result of results) {
    assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['DNS_TIMEOUT', 'DNS', false])
    assert.ok(result.phases[0]! >= 99, `${result.phases[0]} ms`)
  }
  // The question is still out: who comes a moment later does not wait for it.
  const next = await get(sender, 'http://slow.example/')
  assert.deepEqual([nameOf(next), next.failedPhase, next.left], ['DNS_TIMEOUT', 'DNS', false])
  assert.ok(next.phases[0]! < 99, `${next.phases[0]} ms`)
  assert.deepEqual(lookup.asked, ['slow.example'])
})

test('a port that answers no SYN ends in CONNECT_TIMEOUT', async () => {
  assert.equal(CONNECT_TIMEOUT_MS, 5_000)
  await using deaf = await startDeafPort()
  await using sender = openSender({ rules: LOOPBACK, connectTimeoutMs: 200 })
  const result = await get(sender, `http://127.0.0.1:${deaf.port}/`)
  assert.deepEqual([nameOf(result), result.failedPhase, result.left], ['CONNECT_TIMEOUT', 'CONNECT', false])
  assert.ok(result.phases[1]! >= 199, `${result.phases[1]} ms`)
  // The deadline of the whole attempt may come first.
  await using patient = openSender({ rules: LOOPBACK, connectTimeoutMs: 60_000 })
  const short = await get(patient, `http://127.0.0.1:${deaf.port}/`, 100)
  assert.deepEqual([nameOf(short), short.failedPhase, short.left], ['TIMEOUT', 'CONNECT', false])
})

test('one address that does not answer does not keep the next one waiting', async () => {
  await using deaf = await startDeafPort()
  const answer = (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
  await using _target = await startRaw(answer, { at: { host: '127.0.0.2', port: deaf.port } })
  await using sender = openSender({ rules: LOOPBACK, lookup: resolver(['127.0.0.1', '127.0.0.2']) })
  assert.equal((await get(sender, `http://two.example:${deaf.port}/`)).response?.code, 204)
})
