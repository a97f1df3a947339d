import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes, failRun, markRunning } from '../../test/records.ts'
import { openWorkspace, otherProject } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { cancel } from './cancel.ts'
import { createAction } from './create-action.ts'
import { deleteAction } from './delete-action.ts'
import { invokeNow } from './invoke-now.ts'
import { retry } from './retry.ts'
import { send } from './send.ts'
import { updateAction } from './update-action.ts'

const target = { url: 'https://example.com/hook' }
const inAnHour = () => new Date(Date.now() + 3_600_000)

test('cancel: from PENDING and RETRYING only, with the lease and the error gone', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await send(ctx, { ...target, scheduledAt: inAnHour() })
  await db.pool.query("update invocations set lease_owner = id, lease_until = now() + interval '1 minute'")
  const invocation = publicId('invocation', id)
  assert.deepEqual(await cancel(ctx, invocation), { id })
  const run = await db.prisma.invocation.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([run.status, run.statusReason, run.leaseOwner], ['CANCELLED', 'USER', null])
  await assert.rejects(cancel(ctx, invocation), { code: 'INVALID_TRANSITION', message: 'It already ended as CANCELLED.' })

  const { id: second } = await send(ctx, target)
  await markRunning(db, second)
  await assert.rejects(cancel(ctx, publicId('invocation', second)), {
    code: 'INVALID_TRANSITION',
    message: 'It is already running: its request may have left.',
  })
  await failRun(db, second, 'RETRYING')
  await cancel(ctx, publicId('invocation', second))
  assert.equal((await db.prisma.invocation.findUniqueOrThrow({ where: { id: second } })).errorCode, null)
  assert.equal((await eventTypes(db)).filter((type) => type === 'invocation.cancelled').length, 2)
})

test('of two who cancel and mark at once only one succeeds', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await send(ctx, { ...target, scheduledAt: inAnHour() })
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => cancel(ctx, publicId('invocation', id))))
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await eventTypes(db)).filter((type) => type === 'invocation.cancelled').length, 1)
})

test('invokeNow: input takes the place of the body and the record is kept', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = publicId('action', (await createAction(ctx, { name: 'a', target, body: 'own', retryable: true })).id)
  const inputs: [unknown, string | null][] = [
    [undefined, null],
    [null, null],
    [{ a: [1] }, '{"a":[1]}'],
    ['text', 'text'],
    [0, '0'],
  ]
  for (const [input, stored] of inputs) {
    const { id } = await invokeNow(ctx, action, { input, record: { type: 'order', id: '9' } })
    const run = await db.prisma.invocation.findUniqueOrThrow({ where: { id } })
    assert.deepEqual(
      [run.input, run.trigger, run.scheduledFor, run.recordType, run.recordId, run.maxAttempts, run.runAt],
      [stored, 'MANUAL', null, 'order', '9', 3, run.createdAt],
    )
  }
  await assert.rejects(invokeNow(ctx, action, { input: 'a\0' }), { code: 'BAD_USER_INPUT', field: 'input' })
  await updateAction(ctx, action, { method: 'GET', body: null })
  assert.ok(await invokeNow(ctx, action))
  await assert.rejects(invokeNow(ctx, action, { input: 1 }), { code: 'BAD_USER_INPUT', field: 'input' })
})

test('retry repeats the request that was sent, as a new invocation', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id: actionId } = await createAction(ctx, { name: 'a', target, body: 'one' })
  const action = publicId('action', actionId)
  const { id } = await invokeNow(ctx, action, { input: 'x', record: { type: 'order', id: '9' } })
  const invocation = publicId('invocation', id)
  await assert.rejects(retry(ctx, invocation), { code: 'INVALID_TRANSITION' })
  await markRunning(db, id)
  await assert.rejects(retry(ctx, invocation), { code: 'INVALID_TRANSITION' })
  await failRun(db, id, 'FAILED')
  await updateAction(ctx, action, { body: 'two', retryable: true })

  const again = await db.prisma.invocation.findUniqueOrThrow({ where: { id: (await retry(ctx, invocation)).id } })
  assert.deepEqual(
    [again.status, again.trigger, again.retryOfId, again.actionVersion, again.input, again.recordId, again.maxAttempts, again.attemptCount],
    ['PENDING', 'RETRY', id, 1, 'x', '9', 3, 0],
  )
  assert.equal((await db.prisma.invocation.findUniqueOrThrow({ where: { id } })).status, 'FAILED')
  const { id: unsent } = await invokeNow(ctx, action)
  await cancel(ctx, publicId('invocation', unsent))
  const fresh = await db.prisma.invocation.findUniqueOrThrow({ where: { id: (await retry(ctx, publicId('invocation', unsent))).id } })
  assert.equal(fresh.actionVersion, null, 'what was never sent takes the request as it is now')
  await deleteAction(ctx, action)
  await assert.rejects(retry(ctx, invocation), { code: 'INVALID_TRANSITION', message: 'Its action is deleted.' })
})

test("another project's invocation answers as one that does not exist", async () => {
  await using workspace = await openWorkspace()
  const { id } = await send(workspace.ctx, { ...target, scheduledAt: inAnHour() })
  const other = await otherProject(workspace)
  for (const invocation of [publicId('invocation', id), publicId('invocation', crypto.randomUUID()), publicId('action', id), '']) {
    for (const work of [cancel, retry])
      await assert.rejects(work(other, invocation), { code: 'NOT_FOUND', message: 'Invocation not found.' })
  }
  assert.equal((await workspace.db.prisma.invocation.findUniqueOrThrow({ where: { id } })).status, 'PENDING')
})
