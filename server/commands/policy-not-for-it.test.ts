import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson } from '../../test/people.ts'
import { openWorkspace } from '../../test/workspace.ts'
import { DEFAULT_APPROVAL_POLICY } from '../domain/approval-policy.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { invokeNow } from './invoke-now.ts'

test('a run that its policy is not for is stored in one statement, and never under a policy that has changed', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const { id } = await createAction(ctx, { name: 'Refund', target: { url: 'https://example.com/' } })
  const { ctx: operator } = await addPerson(ctx, 'OPERATOR')
  const setPolicy = (condition: string | null) =>
    db.pool.query('update actions set approval = $2 where id = $1', [
      id,
      condition === null ? null : { ...DEFAULT_APPROVAL_POLICY, condition },
    ])
  let transactions = 0
  const watched = new WeakSet<object>()
  db.pool.on('acquire', (client) => {
    if (watched.has(client)) return
    watched.add(client)
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = ((...args: unknown[]) => {
      if (args[0] === 'begin') transactions++
      return query(...args)
    }) as typeof client.query
  })
  const ask = async (amount: number) => {
    transactions = 0
    const run = await invokeNow(operator, publicId('action', id), { input: { amount } })
    const { status } = await db.prisma.invocation.findUniqueOrThrow({ where: { id: run.id } })
    return [status, transactions > 0]
  }
  await setPolicy('input.amount >= 1000')
  assert.deepEqual(await ask(1), ['PENDING', true], 'it is not known yet')
  assert.deepEqual(await ask(999), ['PENDING', false])
  assert.deepEqual(await ask(1_000), ['AWAITING_APPROVAL', true])
  await setPolicy('input.amount >= 100')
  assert.deepEqual(await ask(500), ['AWAITING_APPROVAL', true], 'what was known is outdated')
  assert.deepEqual(await ask(50), ['PENDING', false])
  await setPolicy('input.amount >= 100 && "x" in action.tags')
  assert.deepEqual(await ask(50), ['PENDING', true])
  assert.deepEqual(await ask(50), ['PENDING', true], 'it is about the action, which may have changed')
  await setPolicy('input.missing')
  assert.deepEqual(await ask(50), ['AWAITING_APPROVAL', true])
  assert.deepEqual(await ask(50), ['AWAITING_APPROVAL', true])
  await setPolicy(null)
  assert.deepEqual(await ask(5_000), ['PENDING', false])
  const { rows } = await db.pool.query(
    `select count(*)::int as count from audit_entries where verb = 'invocation.requested' and actor_kind = 'USER'`,
  )
  assert.equal(rows[0].count, 10)
})
