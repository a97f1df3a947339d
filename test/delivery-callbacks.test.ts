import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { startServer } from './server.ts'

const SECRET = 'sesame-open-the-door'

test('a callback through the API: saved with the action, followed live, its attempts shown, sent again by hand', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server
  // The target repeats what it was sent, and the receiver of the callback has gone away.
  receiver.answer = ({ url, headers }) =>
    url === '/callback'
      ? { status: 410, headers: { 'set-cookie': 'crumbs', etag: 'shown' }, body: 'no more' }
      : { status: 500, body: JSON.stringify({ got: headers.authorization }) }

  const name = 'told'
  const target = { url: `${receiver.url}/run` }
  await assert.rejects(client.actions.create({ name, target, callbackUrl: 'http://10.0.0.1/' }), {
    code: 'TARGET_BLOCKED_ADDRESS',
    field: 'callbackUrl',
  })
  const action = await client.actions.create({
    name,
    target,
    callbackUrl: `${receiver.url}/callback`,
    headers: { authorization: `Bearer ${SECRET}` },
  })
  const after = (await client.events({ first: 100 })).endCursor!
  const { id } = await client.actions.invokeNow(action.id)
  const types: string[] = []
  for await (const { type, status, invocation } of client.watchInvocations({ after, invocationId: id })) {
    types.push(type)
    assert.equal(invocation.id, id)
    if (type === 'invocation.failed' || type.startsWith('callback')) assert.equal(status, 'FAILED')
    if (type === 'callback.failed') break
  }
  assert.deepEqual(types, ['invocation.created', 'invocation.running', 'invocation.failed', 'callback.failed'])

  const failed = (await client.invocations.callback(id))!
  assert.equal(failed.id, `cbk_${id.slice('inv_'.length)}`)
  assert.deepEqual([failed.url, failed.status, failed.responseCode], [`${receiver.url}/callback`, 'FAILED', 410])
  assert.deepEqual([failed.attemptCount, failed.maxAttempts, failed.nextAttemptAt], [1, 8, null])
  assert.deepEqual([failed.error!.source, failed.error!.code], ['TARGET', 'HTTP_410'])
  const [{ node: attempt }] = failed.attempts.edges as [(typeof failed.attempts.edges)[0]]
  assert.deepEqual([attempt.number, attempt.responseCode, attempt.responseBody], [1, 410, 'no more'])
  const shown = attempt.responseHeaders as Record<string, string>
  assert.deepEqual([shown.etag, shown['set-cookie']], ['shown', '••••'])
  assert.ok(attempt.phases!.waitMs !== null)

  const [arrival] = receiver.arrivals.filter(({ url }) => url === '/callback')
  assert.equal(arrival!.headers['webhook-id'], failed.id)
  const told = JSON.parse(arrival!.body)
  assert.ok(!arrival!.body.includes(SECRET), 'the secret is in nothing that goes out but the request itself')
  assert.deepEqual([told.id, told.status, told.action.id, told.error.code], [id, 'FAILED', action.id, 'HTTP_500'])
  const receipt = await client.receipt(told.receiptUrl)
  assert.equal(receipt!.id, id)

  receiver.answer = undefined
  const again = (await client.invocations.retryCallback(id))!
  assert.deepEqual([again.status, again.maxAttempts], ['PENDING', 9])
  for await (const { type } of client.watchInvocations({ after, invocationId: id })) if (type === 'callback.delivered') break
  const delivered = (await client.invocations.callback(id))!
  assert.deepEqual([delivered.status, delivered.error, delivered.attempts.edges.length], ['DELIVERED', null, 2])
  await assert.rejects(client.invocations.retryCallback(id), { code: 'INVALID_TRANSITION' })
  assert.equal((await client.invocations.get(id))!.status, 'FAILED')
})

test('without a callbackUrl there is no callback', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server
  const { id } = await client.send({ url: `${receiver.url}/`, waitSeconds: 10 })
  assert.equal((await client.invocations.get(id))!.status, 'SUCCEEDED')
  assert.equal(await client.invocations.callback(id), null)
  await assert.rejects(client.invocations.retryCallback(id), { code: 'INVALID_TRANSITION' })
  await assert.rejects(client.invocations.retryCallback(id.replace('inv_', 'act_')), { code: 'NOT_FOUND' })
})
