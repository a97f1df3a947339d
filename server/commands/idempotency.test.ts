import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes, failRun, markRunning } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace, withNotedSignal } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { takeIdempotencyKeys } from '../store/idempotency-keys.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import type { ItemResult } from './batch.ts'
import { cancel } from './cancel.ts'
import { createAction } from './create-action.ts'
import { createService } from './create-service.ts'
import { deleteAction } from './delete-action.ts'
import { invokeNow } from './invoke-now.ts'
import { retry } from './retry.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'

const url = 'https://example.com/hook'
const inAnHour = () => new Date(Date.now() + 3_600_000)
const MISMATCH = { code: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' }
const IN_FLIGHT = { code: 'IDEMPOTENCY_IN_FLIGHT', field: 'idempotencyKey' }

async function counts({ db }: Workspace) {
  const { rows } = await db.pool.query<{ runs: number; keys: number; actions: number }>(
    `select (select count(*)::int from invocations) as runs, (select count(*)::int from idempotency_keys) as keys,
       (select count(*)::int from actions) as actions`,
  )
  return rows[0]!
}

const outcome = (result: ItemResult) => ('id' in result ? result.id : result.error.code)

test('send: the same request is answered with its run as it is now, another one is refused', async () => {
  await using workspace = await openWorkspace()
  const ctx = withNotedSignal(workspace.ctx)
  const idempotencyKey = 'order 7'
  const { id } = await send(ctx, { url, body: { a: 1, b: 2 }, idempotencyKey })
  assert.deepEqual(ctx.announced, ['events', 'due'])
  await cancel(workspace.ctx, publicId('invocation', id))
  assert.deepEqual(await send(ctx, { url, body: { b: 2, a: 1 }, record: null, waitSeconds: 5, idempotencyKey }), { id })
  for (const other of [{ url }, { url, body: { a: 1 } }, { url, body: { a: 1, b: 2 }, method: 'PUT' as const }]) {
    await assert.rejects(send(ctx, { ...other, idempotencyKey }), MISMATCH)
  }
  assert.deepEqual(await counts(workspace), { runs: 1, keys: 1, actions: 1 })
  assert.deepEqual(ctx.announced, ['events', 'due'], 'what changes nothing wakes nobody')
})

test('keys count per project, for 24 hours, and as long as their run is on record', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const request = { url, idempotencyKey: 'k' }
  const { id } = await send(ctx, request)
  assert.notEqual((await send(await otherProject(workspace), request)).id, id)
  const age = (hours: number) =>
    db.pool.query(`update idempotency_keys set created_at = now() - $1 * interval '1 hour' where project_id = $2`, [hours, ctx.projectId])
  await age(23.99)
  assert.equal((await send(ctx, request)).id, id)
  await age(24)
  const { id: second } = await send(ctx, { ...request, body: 'another' })
  assert.notEqual(second, id)
  await assert.rejects(send(ctx, request), MISMATCH)
  await db.pool.query('delete from invocations where id = $1', [second])
  assert.notEqual((await send(ctx, request)).id, second)
})

test('a request is answered although it could not be asked for any more', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const request = { url, scheduledAt: inAnHour(), idempotencyKey: 'k' }
  const { id } = await send(ctx, request)
  assert.equal((await send(ctx, request, Date.now() + 7_200_000)).id, id)
  await assert.rejects(send(ctx, { ...request, idempotencyKey: 'l' }, Date.now() + 7_200_000), { code: 'INVALID_SCHEDULE' })
  const action = publicId('action', (await createAction(ctx, { name: 'a', target: { url } })).id)
  const run = await invokeNow(ctx, action, { idempotencyKey: 'm' })
  await deleteAction(ctx, action)
  assert.deepEqual(await invokeNow(ctx, action, { idempotencyKey: 'm' }), run)
  await assert.rejects(invokeNow(ctx, action, { idempotencyKey: 'n' }), { code: 'NOT_FOUND' })
})

test('a refusal keeps no key, so the request can be mended', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const idempotencyKey = 'k'
  await assert.rejects(send(ctx, { url: 'nowhere', idempotencyKey }), { code: 'URL_SCHEME' })
  const gone = publicId('service', crypto.randomUUID())
  await assert.rejects(send(ctx, { serviceId: gone, path: '/', idempotencyKey }), { code: 'NOT_FOUND', field: 'serviceId' })
  await assert.rejects(invokeNow(ctx, publicId('action', crypto.randomUUID()), { idempotencyKey }), { code: 'NOT_FOUND' })
  for (const wrong of ['', ' ', 'a\n', 'x'.repeat(256)]) {
    await assert.rejects(send(ctx, { url, idempotencyKey: wrong }), { code: 'BAD_USER_INPUT', field: 'idempotencyKey' })
  }
  await assert.rejects(send(ctx, { url, body: '\ud83d', idempotencyKey }), { code: 'BAD_USER_INPUT' })
  assert.deepEqual(await counts(workspace), { runs: 0, keys: 0, actions: 0 })
  await send(ctx, { url, idempotencyKey })
  assert.deepEqual(await counts(workspace), { runs: 1, keys: 1, actions: 1 })
})

test('while a transaction with the key is open: in flight; rolled back it leaves neither row nor key', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  const request = { url, idempotencyKey: 'k' }
  const undone = transaction(db.pool, async (sql) => {
    const asked = keyedRequest('k', 'send', { url })
    const [made] = await answerOnce(sql, projectId, [asked], async () => {
      const { rows } = await sql.query<{ id: string }>(
        `with action as (
           insert into actions (id, project_id, name, kind, url, method, timeout_seconds, max_attempts, created_at, updated_at)
           values (gen_random_uuid(), $1, 'a', 'ON_DEMAND', $2, 'POST', 30, 1, now(), now()) returning id
         ) insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, actor_kind, created_at)
         select gen_random_uuid(), $1, id, 'PENDING', 'MANUAL', now(), now(), 1, 'SYSTEM', now() from action returning id`,
        [projectId, url],
      )
      return [rows[0]!]
    })
    assert.ok('id' in made!)
    const { rows } = await sql.query('select from idempotency_keys')
    assert.equal(rows.length, 1, 'the key is there with its row')
    await assert.rejects(send(ctx, request), IN_FLIGHT)
    await assert.rejects(send(ctx, { ...request, body: 1 }), IN_FLIGHT)
    throw new Error('power cut')
  })
  await assert.rejects(undone, { message: 'power cut' })
  assert.deepEqual(await counts(workspace), { runs: 0, keys: 0, actions: 0 })
  await send(ctx, request)
  assert.deepEqual(await counts(workspace), { runs: 1, keys: 1, actions: 1 })
})

test('sendMany: an item is answered as alone, also twice in one batch', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  const { id: early } = await send(ctx, { url, idempotencyKey: 'early' })
  const gone = publicId('service', crypto.randomUUID())
  const inputs = [
    { url, idempotencyKey: 'a' },
    { url, idempotencyKey: 'early' },
    { url },
    { url, idempotencyKey: 'a' },
    { url, body: 1, idempotencyKey: 'a' },
    { url, body: 1, idempotencyKey: 'early' },
    { url: 'nowhere', idempotencyKey: 'b' },
    { url: 'nowhere', idempotencyKey: 'b' },
    { serviceId: gone, path: '/', idempotencyKey: 'c' },
    { url, idempotencyKey: '' },
    { url, waitSeconds: 1 },
    { url, idempotencyKey: 'busy' },
  ]
  const results = await transaction(db.pool, async (sql) => {
    await takeIdempotencyKeys(sql, projectId, ['busy'])
    return (await sendMany(ctx, inputs)).map(outcome)
  })
  const [a, , plain] = results
  assert.deepEqual(results, [
    a,
    early,
    plain,
    a,
    'IDEMPOTENCY_MISMATCH',
    'IDEMPOTENCY_MISMATCH',
    'URL_SCHEME',
    'URL_SCHEME',
    'NOT_FOUND',
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
    'IDEMPOTENCY_IN_FLIGHT',
  ])
  assert.equal(new Set([early, a, plain]).size, 3)
  assert.deepEqual(await counts(workspace), { runs: 3, keys: 2, actions: 3 })
  assert.equal((await send(ctx, { url, idempotencyKey: 'a' })).id, a, 'it can be asked for again alone')
  assert.equal(outcome((await sendMany(ctx, inputs))[0]!), a)
})

test('invokeNow and retry: once, and never mistaken for one another', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await createService(ctx, { name: 's', baseUrl: url })
  const [one, two] = await Promise.all(
    ['one', 'two'].map(async (name) => publicId('action', (await createAction(ctx, { name, target: { url } })).id)),
  )
  const run = await invokeNow(ctx, one!, { input: { a: 1 }, record: { type: 'order', id: '9' }, idempotencyKey: 'k' })
  assert.deepEqual(await invokeNow(ctx, one!, { record: { id: '9', type: 'order' }, input: { a: 1 }, idempotencyKey: 'k' }), run)
  await assert.rejects(invokeNow(ctx, two!, { input: { a: 1 }, record: { type: 'order', id: '9' }, idempotencyKey: 'k' }), MISMATCH)
  await assert.rejects(invokeNow(ctx, one!, { input: { a: 1 }, idempotencyKey: 'k' }), MISMATCH)
  await assert.rejects(send(ctx, { url, idempotencyKey: 'k' }), MISMATCH)

  const invocation = publicId('invocation', run.id)
  await assert.rejects(retry(ctx, invocation, { idempotencyKey: 'r' }), { code: 'INVALID_TRANSITION' })
  await markRunning(db, run.id)
  await failRun(db, run.id, 'FAILED')
  const again = await retry(ctx, invocation, { idempotencyKey: 'r' })
  assert.deepEqual(await retry(ctx, invocation, { body: null, idempotencyKey: 'r' }), again)
  await assert.rejects(retry(ctx, invocation, { body: 2, idempotencyKey: 'r' }), MISMATCH)
  assert.notEqual((await retry(ctx, invocation)).id, again.id)
  assert.equal((await eventTypes(db)).filter((type) => type === 'invocation.created').length, 3)
})

test('of 50 that ask for the same at once one does it, and each other one has its answer or is told to ask again', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const action = publicId('action', (await createAction(ctx, { name: 'a', target: { url } })).id)
  const asks = [
    (n: number) => send(ctx, { url, body: n < 40 ? 'same' : 'other', idempotencyKey: 'send' }),
    (n: number) => invokeNow(ctx, action, { input: n < 40 ? 'same' : 'other', idempotencyKey: 'invoke' }),
    async (n: number) => {
      const [result] = await sendMany(ctx, [{ url, body: n < 40 ? 'same' : 'other', idempotencyKey: 'many' }, { url: 'nowhere' }])
      if ('error' in result!) throw result.error
      return result!
    },
  ]
  for (const ask of asks) {
    const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => ask(n)))
    const told = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.id : answer.reason.code))
    const ids = new Set(told.filter((one) => !one.startsWith('IDEMPOTENCY')))
    assert.equal(ids.size, 1)
    for (const one of told) assert.ok(ids.has(one) || ['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'].includes(one), one)
    const [id] = ids
    const same = told.indexOf(id!) < 40
    assert.equal((await ask(same ? 0 : 49)).id, id)
    await assert.rejects(ask(same ? 49 : 0), MISMATCH)
  }
  assert.deepEqual(await counts(workspace), { runs: 3, keys: 3, actions: 3 })
})
