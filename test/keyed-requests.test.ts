import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseId, publicId } from '../server/domain/ids.ts'
import { type ApiServer, type GraphqlAnswer, startApi } from './api-server.ts'
import { SocketPeer } from './socket-peer.ts'

const CALLERS = 50
const SEND = 'mutation ($input: SendInput!) { send(input: $input) { id status request { body } } }'
const INVOKE = `mutation ($id: ID!, $input: JSON, $key: String, $dedupe: DedupeInput, $wait: Int) {
  invokeNow(actionId: $id, input: $input, idempotencyKey: $key, dedupe: $dedupe, waitSeconds: $wait) { id status request { body } }
}`
const CANCEL = 'mutation ($id: ID!) { cancel(invocationId: $id) { status } }'
const url = 'https://api.example.com/'
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

const callers = <T>(ask: (n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: CALLERS }, (_, n) => ask(n)))
const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code

async function makeAction(): Promise<string> {
  const { data } = await api.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
    input: { name: 'a', target: { url } },
  })
  return data.createAction.id
}

/** Runs of an action, or of all actions of that name. */
const runsOf = (action: string) => {
  const known = parseId(action)
  return api.db.prisma.invocation.findMany({ where: known ? { actionId: known.uuid } : { action: { name: action } } })
}

/** Looks again until it is so. */
async function eventually(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise(setImmediate)
}

test('50 callers with one idempotency key: one run, the same answer or 409, and 422 for another request', async () => {
  const action = await makeAction()
  const body = (n: number) => (n % 10 === 9 ? 'other' : 'same')
  const asks: [field: string, ask: (n: number) => Promise<GraphqlAnswer>][] = [
    ['send', (n) => api.graphql(SEND, { input: { url, name: 'once', body: body(n), idempotencyKey: 'send once' } })],
    ['invokeNow', (n) => api.graphql(INVOKE, { id: action, input: body(n), key: 'invoke once' })],
  ]
  for (const [field, ask] of asks) {
    const answers = await callers(ask)
    const done = answers.filter(({ errors }) => !errors).map(({ data }) => data[field])
    assert.equal(new Set(done.map(({ id }) => id)).size, 1)
    for (const [n, answer] of answers.entries()) {
      if (!answer.errors) assert.deepEqual([answer.status, answer.data[field].request.body], [200, body(n)])
      else assert.ok(['409 IDEMPOTENCY_IN_FLIGHT', '422 IDEMPOTENCY_MISMATCH'].includes(`${answer.status} ${codeOf(answer)}`))
    }
    const [same, other] = done[0].request.body === 'same' ? [0, 9] : [9, 0]
    assert.equal((await ask(same)).data[field].id, done[0].id)
    const refused = await ask(other)
    assert.deepEqual([refused.status, refused.errors![0]!.extensions], [422, { code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' }])
  }
  assert.deepEqual([(await runsOf('once')).length, (await runsOf(action)).length], [1, 1])
})

test('50 callers with one dedupe key: one run; KEEP_FIRST its body, REPLACE_PENDING that of one of them', async () => {
  const action = await makeAction()
  const dedupes = [
    { key: 'k', mode: 'KEEP_FIRST' },
    { key: 'r', mode: 'REPLACE_PENDING', windowSeconds: 60 },
  ]
  for (const dedupe of dedupes) {
    const asks: [field: string, ask: (n: number) => Promise<GraphqlAnswer>][] = [
      ['send', (n) => api.graphql(SEND, { input: { url, body: `${n}`, scheduledAt: inAnHour(), dedupe } })],
      ['invokeNow', (n) => api.graphql(INVOKE, { id: action, input: `${n}`, dedupe })],
    ]
    for (const [field, ask] of asks) {
      const answers = await callers(ask)
      const ids = new Set(answers.map((answer) => answer.data?.[field]?.id))
      assert.equal(ids.size, 1, JSON.stringify(answers.find(({ errors }) => errors)))
      const [id] = ids
      const read = await api.graphql('query ($id: ID!) { invocation(id: $id) { request { body } } }', { id })
      const kept = read.data.invocation.request.body
      assert.match(kept, /^\d{1,2}$/)
      const last = await ask(CALLERS)
      assert.deepEqual(last.data[field], { id, status: 'PENDING', request: { body: dedupe.mode === 'KEEP_FIRST' ? kept : `${CALLERS}` } })
    }
  }
})

test('50 callers wait: each is answered at the end of its run, or of the one that it shares with another caller', async () => {
  const action = await makeAction()
  const waiting = callers((n) =>
    n % 2
      ? api.graphql(INVOKE, { id: action, wait: 60, dedupe: { key: `shared by two ${n >> 2}` } })
      : api.graphql(SEND, { input: { url, name: 'waited', scheduledAt: inAnHour(), waitSeconds: 60 } }),
  )
  const started = performance.now()
  await eventually(async () => (await runsOf('waited')).length === CALLERS / 2 && (await runsOf(action)).length === 13)
  for (const { id } of [...(await runsOf('waited')), ...(await runsOf(action))])
    await api.graphql(CANCEL, { id: publicId('invocation', id) })
  for (const answer of await waiting) {
    assert.equal((answer.data?.send ?? answer.data?.invokeNow)?.status, 'CANCELLED', JSON.stringify(answer))
  }
  assert.ok(performance.now() - started < 30_000, 'nobody waited for the time to be over')
})

test('who waits longer than an operation may take is answered with the run as it is then', async () => {
  const started = performance.now()
  const answer = await api.graphql(SEND, { input: { url, scheduledAt: inAnHour(), waitSeconds: 11 } })
  assert.equal(answer.data?.send.status, 'PENDING', JSON.stringify(answer))
  const tookMs = performance.now() - started
  assert.ok(tookMs >= 10_999 && tookMs < 15_000, `${tookMs} ms`)
})

test('wrong times and keys are refused with their field, and nothing is stored', async () => {
  const before = await api.db.prisma.invocation.count()
  const cases: [input: object, field: string][] = [
    [{ waitSeconds: 121 }, 'waitSeconds'],
    [{ waitSeconds: -1 }, 'waitSeconds'],
    [{ waitSeconds: 0.5 }, 'waitSeconds'],
    [{ idempotencyKey: '' }, 'idempotencyKey'],
    [{ idempotencyKey: 'x'.repeat(256) }, 'idempotencyKey'],
    [{ idempotencyKey: 'a\u0007' }, 'idempotencyKey'],
    [{ dedupe: { key: ' ' } }, 'dedupe.key'],
    [{ dedupe: { key: 'a', windowSeconds: 0 } }, 'dedupe.windowSeconds'],
    [{ dedupe: { key: 'a', mode: 'LAST' } }, 'dedupe.mode'],
    [{ dedupe: {} }, 'dedupe'],
  ]
  for (const [more, field] of cases) {
    const { errors } = await api.graphql(SEND, { input: { url, ...more } })
    assert.deepEqual([errors?.[0]?.extensions.code, errors?.[0]?.extensions.field], ['BAD_USER_INPUT', field], JSON.stringify(more))
  }
  assert.equal(await api.db.prisma.invocation.count(), before)
})

test('a caller who goes away gives its place up, by HTTP and by WebSocket, and the server answers who waits when it closes', async () => {
  await using small = await startApi({ waitingMost: 1 })
  const variables = { input: { url, scheduledAt: inAnHour(), waitSeconds: 100 } }
  const occupied = () => eventually(async () => (await tryPlace()) === 'RATE_LIMITED')
  const free = () => eventually(async () => (await tryPlace()) === 'INVALID_TARGET')
  /** Takes a place only to be refused for something else. */
  const tryPlace = async () => codeOf(await small.graphql(SEND, { input: { waitSeconds: 100 } }))

  const leave = new AbortController()
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${small.token}` }
  const body = JSON.stringify({ query: SEND, variables })
  const http = fetch(`${small.url}/graphql`, { method: 'POST', headers, body, signal: leave.signal })
  await occupied()
  leave.abort()
  await assert.rejects(http, { name: 'AbortError' })
  await free()

  using peer = await new SocketPeer(small.url).open({ token: small.token })
  peer.subscribe(SEND, variables)
  await occupied()
  peer.send({ id: '1', type: 'complete' })
  await free()
  peer.subscribe(SEND, variables, '2')
  await occupied()
  peer.socket.terminate()
  await free()

  using other = await new SocketPeer(small.url).open({ token: small.token })
  const done = new Promise((resolve) => other.socket.once('message', resolve))
  other.subscribe(SEND, variables)
  await occupied()
  const run = await small.db.prisma.invocation.findFirstOrThrow({ orderBy: { id: 'desc' } })
  await small.graphql(CANCEL, { id: publicId('invocation', run.id) })
  await done
  assert.equal((await other.next()).payload.data.send.status, 'CANCELLED')

  const last = small.graphql(SEND, variables)
  await occupied()
  await small.app.close()
  assert.equal((await last).data.send.status, 'PENDING')
})
