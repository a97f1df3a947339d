import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, type InvocationEvent } from '../sdk/index.ts'
import { testDatabase } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { startServer } from './server.ts'

test('createAction, arrival at its time, live over a WebSocket, receipt', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server

  const service = await client.services.create({ name: 'billing', baseUrl: receiver.url })
  const after = (await client.events({ first: 100 })).endCursor
  assert.ok(after, 'createService is in the log')

  const scheduledAt = new Date(Date.now() + 1_500).toISOString()
  const action = await client.actions.create({
    name: 'Close the day',
    target: { serviceId: service.id, path: '/close?day=today' },
    headers: { 'x-team': 'ledger', accept: 'application/json' },
    body: { day: 'today', café: 1 },
    schedule: { scheduledAt },
  })
  assert.equal(action.kind, 'ONE_TIME')
  assert.equal(action.nextRunAt, scheduledAt)
  assert.equal(action.target.url, `${receiver.url}/close?day=today`)

  const events = await until(client.watchInvocations({ after, actionId: action.id }), ({ status }) => status === 'SUCCEEDED')
  assert.deepEqual(
    events.map(({ type, status }) => [type, status]),
    [
      ['invocation.created', 'PENDING'],
      ['invocation.running', 'RUNNING'],
      ['invocation.succeeded', 'SUCCEEDED'],
    ],
  )
  assert.equal(new Set(events.map(({ invocation }) => invocation.id)).size, 1)
  const { id } = events[0]!.invocation

  const [arrival] = receiver.arrivals
  assert.ok(arrival)
  assert.equal(receiver.arrivals.length, 1)
  assert.ok(arrival.at >= Date.parse(scheduledAt), 'never early')
  assert.equal(`${arrival.method} ${arrival.url}`, 'POST /close?day=today')
  assert.deepEqual(JSON.parse(arrival.body), { day: 'today', café: 1 })
  const expected = {
    'content-type': 'application/json',
    'x-team': 'ledger',
    'x-forte-action-id': action.id,
    'x-forte-action-invocation-id': id,
    'x-forte-attempt': '1',
    'x-forte-scheduled-for': scheduledAt,
    'x-forte-trusted': '1',
    'idempotency-key': id,
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(arrival.headers[name], value, name)

  const invocation = await client.invocations.get(id)
  assert.ok(invocation)
  assert.equal(invocation.trigger, 'SCHEDULE')
  assert.equal(invocation.scheduledFor, scheduledAt)
  assert.equal(invocation.responseCode, 200)
  assert.deepEqual(invocation.allowedOperations, [])
  assert.equal(invocation.attempts.edges.length, 1)
  assert.equal(invocation.attempts.edges[0]!.node.responseBody, '{"ok":true}')

  const receipt = await fetch(`${invocation.receiptUrl}.json`)
  assert.equal(receipt.status, 200)
  const shown = (await receipt.json()) as Record<string, unknown>
  assert.equal(shown.id, id)
  assert.equal(shown.status, 'SUCCEEDED')
  assert.equal(shown.attemptCount, 1)
  const { headers } = shown.request as { headers: Record<string, string> }
  assert.equal(headers.accept, 'application/json')
  assert.notEqual(headers['x-team'], 'ledger', 'masked, as it is not on the allow-list')
})

test('a receipt is watched without sign-in, from its present state to its final one', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })

  const invocation = await server.client.send({ url: `${receiver.url}/?hang=1`, timeoutSeconds: 30 })
  await receiver.arrived()
  const stranger = createClient({ url: server.url })
  const states: string[] = []
  for await (const receipt of stranger.watchReceipt(invocation.receiptUrl)) {
    states.push(receipt.status)
    if (receipt.status === 'RUNNING') receiver.release()
  }
  assert.equal(states.at(0), 'RUNNING')
  assert.equal(states.at(-1), 'SUCCEEDED')
  assert.equal((await stranger.receipt(invocation.receiptUrl))?.id, invocation.id)
  await assert.rejects(stranger.invocations.get(invocation.id), { name: 'DocketApiError', code: 'UNAUTHENTICATED' })
  await stranger.close()
})

/** The items up to the first that matches. */
async function until(items: AsyncIterable<InvocationEvent>, last: (event: InvocationEvent) => boolean): Promise<InvocationEvent[]> {
  const all: InvocationEvent[] = []
  for await (const item of items) {
    all.push(item)
    if (last(item)) return all
  }
  throw new Error(`Ended after ${all.length} events without the one that was waited for.`)
}
