import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../test/harness.ts'
import { startServer } from '../test/server.ts'

test('approvals are watched from a cursor on, each change once', async () => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server
  const { roles } = await server.graphql('{ roles { id level } }')
  const { url } = await client.members.invite('max@example.com', roles.find((role: { level: string }) => role.level === 'MANAGER').id)
  const accepted = await fetch(`${server.url}/auth/accept-invite`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-by': 'test' },
    body: JSON.stringify({ secret: new URL(url).hash.slice(1), name: 'Max', password: 'a password of some length' }),
  })
  assert.equal(accepted.ok, true, await accepted.text())
  const action = await client.actions.create({ name: 'Pay', target: { url: 'http://127.0.0.1:8099/pay' }, approval: { preset: 'MANAGER' } })

  const { eventCursor } = await client.project()
  const [first, second] = [await client.actions.invokeNow(action.id), await client.actions.invokeNow(action.id)]
  const changes = client.watchApprovals({ after: eventCursor })
  const next = async () => {
    const { value } = await changes.next()
    return value && [value.type, value.approval.invocation.id, value.approval.status]
  }
  assert.deepEqual(await next(), ['approval.requested', first.id, 'PENDING'])
  assert.deepEqual(await next(), ['approval.requested', second.id, 'PENDING'])
  await client.invocations.cancel(second.id)
  assert.deepEqual(await next(), ['approval.cancelled', second.id, 'CANCELLED'])
  await changes.return?.()

  const pending = await client.approvals.list({ filter: { status: ['PENDING'] } })
  assert.deepEqual(
    pending.items.map(({ invocation }) => invocation.id),
    [first.id],
  )
  // A token asks; deciding is for people.
  await assert.rejects(client.approvals.approve(first.id), { code: 'FORBIDDEN' })
  await client.close()
})
