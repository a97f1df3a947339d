import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DocketApiError } from '../sdk/index.ts'
import { testDatabase } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { startServer } from './server.ts'

const CALLERS = 50
/** So many have their answer when the server dies; of the others some were heard and some were not. */
const ANSWERED = 10

test('killed amid 50 callers: asked again by their keys, each request runs once', async (t) => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  const server = await startServer({ databaseUrl: database.url })
  const request = (n: number) => ({
    url: `${receiver.url}/${n}`,
    body: { n },
    retryable: true,
    timeoutSeconds: 1,
    idempotencyKey: `request ${n}`,
  })
  const acknowledged = new Map<number, string>()
  const { promise: answered, resolve } = Promise.withResolvers<void>()
  const callers = Array.from({ length: CALLERS }, async (_, n) => {
    const { id } = await server.client.send(request(n))
    acknowledged.set(n, id)
    if (acknowledged.size === ANSWERED) resolve()
  })
  const asked = Promise.allSettled(callers)
  await answered
  assert.equal(await server.stop('SIGKILL'), null)
  for (const outcome of await asked) if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof DocketApiError)
  await server.client.close()
  t.diagnostic(`${acknowledged.size} had their answer`)

  await using next = await startServer({ databaseUrl: database.url })
  const answers = await Promise.all(Array.from({ length: CALLERS }, (_, n) => next.client.send({ ...request(n), waitSeconds: 120 })))
  for (const [n, { id, request, status }] of answers.entries()) {
    assert.equal(id, acknowledged.get(n) ?? id)
    assert.deepEqual([request.body, status], [`{"n":${n}}`, 'SUCCEEDED'])
  }
  assert.equal(new Set(answers.map(({ id }) => id)).size, CALLERS)
  const { items } = await next.client.invocations.list({ first: 100 })
  assert.equal(items.length, CALLERS, 'nothing runs that no key answers for')
  const runs = new Set(receiver.arrivals.map(({ url, headers }) => `${url} ${headers['idempotency-key']}`))
  assert.equal(runs.size, CALLERS, 'every request was sent for one run only')
})
