import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes } from '../../test/records.ts'
import { openWorkspace, otherProject, withNotedSignal } from '../../test/workspace.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { openHeaders } from '../store/action-headers.ts'
import { createService } from './create-service.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'

const url = 'https://example.com/hook'

test('send stores a ONE_TIME action with a run that is due at once, and its events', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const ctx = withNotedSignal(workspace.ctx)
  const { id } = await send(ctx, { url, body: { a: 1 }, headers: { 'X-A': 1 }, record: { type: 'invoice', id: '7' }, retryable: true })
  const { action, ...run } = await db.prisma.invocation.findUniqueOrThrow({ where: { id }, include: { action: true } })
  assert.deepEqual(
    [run.status, run.trigger, run.maxAttempts, run.recordType, run.recordId, run.actorKind, run.held],
    ['PENDING', 'API', 3, 'invoice', '7', 'TOKEN', false],
  )
  assert.deepEqual(
    [action.kind, action.body, openHeaders(db.vault, action.id, action.headers), action.url, action.method],
    ['ONE_TIME', '{"a":1}', { 'x-a': '1' }, url, 'POST'],
  )
  for (const instant of [run.scheduledFor, run.sortAt, run.createdAt, action.scheduledAt]) assert.deepEqual(instant, run.runAt)
  assert.deepEqual(await eventTypes(db), ['action.created', 'invocation.created'])
  assert.deepEqual(ctx.announced, ['events', 'due'])
})

test('send at a time: the run waits for it, and the scheduler is left in peace', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const ctx = withNotedSignal(workspace.ctx)
  const scheduledAt = new Date(Date.now() + 3_600_000)
  const { id } = await send(ctx, { url, scheduledAt: scheduledAt.toISOString() })
  const run = await db.prisma.invocation.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([run.trigger, run.runAt, run.scheduledFor, run.sortAt], ['SCHEDULE', scheduledAt, scheduledAt, scheduledAt])
  assert.deepEqual(ctx.announced, ['events'])
})

test('of many calls at once each gets its own answer, and what is wrong with one does not touch the others', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const other = await otherProject(workspace)
  const own = publicId('service', (await createService(ctx, { name: 'own', baseUrl: 'https://own.example' })).id)
  const foreign = publicId('service', (await createService(other, { name: 'foreign', baseUrl: 'https://foreign.example' })).id)
  const unknown = publicId('service', crypto.randomUUID())
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, index) => {
      if (index % 50 === 7) return send(ctx, { serviceId: foreign, path: '/' })
      if (index % 50 === 8) return send(ctx, { serviceId: unknown, path: '/' })
      if (index % 50 === 9) return send(ctx, { url: 'nowhere' })
      if (index % 2) return send(ctx, { serviceId: own, path: `/${index}` })
      return send(other, { url: `${url}/${index}` })
    }),
  )
  for (const [index, result] of results.entries()) {
    const refused = index % 50 === 9 ? 'URL_SCHEME' : index % 50 === 7 || index % 50 === 8 ? 'NOT_FOUND' : undefined
    if (refused) {
      assert.ok(result.status === 'rejected' && result.reason instanceof DocketError && result.reason.code === refused, `${index}`)
      if (refused === 'NOT_FOUND') assert.equal(result.reason.field, 'serviceId')
      continue
    }
    assert.ok(result.status === 'fulfilled', `${index}`)
    const { action } = await db.prisma.invocation.findUniqueOrThrow({ where: { id: result.value.id }, include: { action: true } })
    assert.equal(action.path ?? action.url, index % 2 ? `/${index}` : `${url}/${index}`)
    assert.equal(action.projectId, index % 2 ? ctx.projectId : other.projectId)
  }
  assert.equal(await db.prisma.action.count(), 300 - 18)
})

test('a statement that the database refuses fails only the call that is the cause', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const nobody = { ...ctx, actor: { kind: 'TOKEN' as const, id: 'nobody', name: 'x' } }
  const [good, bad, late] = await Promise.allSettled([send(ctx, { url }), send(nobody, { url }), send(ctx, { url })])
  assert.deepEqual([good.status, bad.status, late.status], ['fulfilled', 'rejected', 'fulfilled'])
  assert.equal(await db.prisma.invocation.count(), 2)
})

test('sendMany answers per item and stores the valid ones', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const results = await sendMany(ctx, [{ url }, { url: 'x' }, { serviceId: publicId('service', crypto.randomUUID()), path: '/' }, { url }])
  assert.deepEqual(
    results.map((item) => ('error' in item ? [item.error.code, item.error.field] : 'stored')),
    ['stored', ['URL_SCHEME', 'url'], ['NOT_FOUND', 'serviceId'], 'stored'],
  )
  const ids = results.flatMap((item) => ('id' in item ? [item.id] : []))
  assert.equal(await db.prisma.invocation.count({ where: { id: { in: ids } } }), 2)
  assert.deepEqual(await sendMany(ctx, []), [])
  await assert.rejects(sendMany(ctx, Array(1_001).fill({ url })), { code: 'BAD_USER_INPUT', field: 'inputs' })
  assert.equal(await db.prisma.invocation.count(), 2)
})
