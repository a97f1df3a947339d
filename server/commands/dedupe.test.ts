import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes, markRunning } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace, withNotedSignal } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { markRunning as markClaimed } from '../store/mark-running.ts'
import type { ItemResult } from './batch.ts'
import { cancel } from './cancel.ts'
import { createAction } from './create-action.ts'
import { invokeNow } from './invoke-now.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'

const url = 'https://example.com/hook'
const inAnHour = () => new Date(Date.now() + 3_600_000)
const keep = (key: string, windowSeconds?: number) => ({ key, windowSeconds })
const replace = (key: string, windowSeconds?: number) => ({ key, mode: 'REPLACE_PENDING' as const, windowSeconds })

const outcome = (result: ItemResult) => ('id' in result ? result.id : [result.error.code, result.error.field])

/** The body that a run would send. */
async function bodyOf({ db }: Workspace, id: string): Promise<string | null> {
  const { input, action } = await db.prisma.invocation.findUniqueOrThrow({ where: { id }, include: { action: true } })
  return input ?? action.body
}

const makeAction = async ({ ctx }: Workspace, more: object = {}) =>
  publicId('action', (await createAction(ctx, { name: 'a', target: { url }, ...more })).id)

/** As if the windows had begun so long ago. */
const age = ({ db }: Workspace, seconds: number) =>
  db.pool.query(`update dedupe_keys set expires_at = expires_at - $1 * interval '1 second'`, [seconds])

test('KEEP_FIRST: the first one is the answer, whatever became of it, until the window closes', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await send(ctx, { url, body: 1, dedupe: keep('k') })
  const noted = withNotedSignal(ctx)
  assert.equal((await send(noted, { url: `${url}/other`, body: 2, dedupe: keep('k') })).id, id)
  assert.deepEqual(noted.announced, [])
  await cancel(ctx, publicId('invocation', id))
  assert.equal((await send(ctx, { url, dedupe: keep('k', 1) })).id, id)
  assert.equal(await bodyOf(workspace, id), '1')
  assert.notEqual((await send(ctx, { url, dedupe: keep('K') })).id, id)
  assert.notEqual((await send(await otherProject(workspace), { url, dedupe: keep('k') })).id, id)
  await age(workspace, 86_400 - 60)
  assert.equal((await send(ctx, { url, dedupe: keep('k') })).id, id, 'counted from the first one')
  await age(workspace, 60)
  const { id: next } = await send(ctx, { url, dedupe: keep('k', 2_592_000) })
  assert.notEqual(next, id)
  await db.pool.query('delete from invocations where id = $1', [next])
  assert.notEqual((await send(ctx, { url, dedupe: keep('k') })).id, next, 'retention took the first one away')
})

test('REPLACE_PENDING: the new body goes into the one that waits, all else stays', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const scheduledAt = inAnHour()
  const { id } = await send(ctx, { url, body: { n: 1 }, scheduledAt, dedupe: replace('k', 60) })
  const noted = withNotedSignal(ctx)
  for (const n of [2, 3]) assert.equal((await send(noted, { url: `${url}/other`, body: { n }, dedupe: replace('k') })).id, id)
  assert.equal(await bodyOf(workspace, id), '{"n":3}')
  const { action, ...run } = await db.prisma.invocation.findUniqueOrThrow({ where: { id }, include: { action: true } })
  assert.deepEqual([action.url, run.runAt, run.status], [url, scheduledAt, 'PENDING'])
  assert.deepEqual(await eventTypes(db), ['action.created', 'invocation.created', 'invocation.updated', 'invocation.updated'])
  assert.deepEqual(noted.announced, ['events', 'due', 'events', 'due'])
  assert.equal((await send(ctx, { url, dedupe: replace('k') })).id, id)
  assert.equal(await bodyOf(workspace, id), null, 'the last one has no body')
  assert.equal((await send(ctx, { url, body: 4, dedupe: replace('k') })).id, id)
  assert.equal(await bodyOf(workspace, id), '4')
  await age(workspace, 60)
  assert.notEqual((await send(ctx, { url, body: 5, dedupe: replace('k') })).id, id)
  assert.equal(await bodyOf(workspace, id), '4')
})

test('REPLACE_PENDING: what was marked or has ended is left as it is, and a new one takes the key', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await send(ctx, { url, body: 1, dedupe: replace('k', 60) })
  await markRunning(db, id)
  const { id: second } = await send(ctx, { url, body: 2, dedupe: replace('k', 60) })
  assert.notEqual(second, id)
  assert.equal((await send(ctx, { url, body: 3, dedupe: replace('k', 60) })).id, second)
  assert.deepEqual([await bodyOf(workspace, id), await bodyOf(workspace, second)], ['1', '3'])
  await cancel(ctx, publicId('invocation', second))
  assert.notEqual((await send(ctx, { url, body: 4, dedupe: replace('k', 60) })).id, second)
  assert.equal(await bodyOf(workspace, second), '3')
})

test('a body never gets into a run that is being marked', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await send(ctx, { url, body: 1, dedupe: replace('k', 60) })
  const owner = crypto.randomUUID()
  await db.pool.query("update invocations set lease_owner = $1, lease_until = now() + interval '1 minute'", [owner])
  const other = await transaction(db.pool, async (sql) => {
    const { rows } = await markClaimed(sql, [{ id, attemptCount: 0 } as never], { owner, aheadMs: 0 })
    assert.deepEqual(
      rows.map(({ body }) => body),
      ['1'],
    )
    const waiting = send(ctx, { url, body: 2, dedupe: replace('k', 60) })
    // It waits for the row, which we hold.
    for (;;) {
      const { rows } = await db.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%for no key update%' and datname = current_database()`,
      )
      if (rows.length > 0) break
    }
    return { waiting }
  })
  assert.notEqual((await other.waiting).id, id)
  assert.equal(await bodyOf(workspace, id), '1')
})

test('invokeNow: keys count within the action; without an input the action speaks again', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const [one, two] = [await makeAction(workspace, { body: 'own' }), await makeAction(workspace)]
  const run = await invokeNow(ctx, one, { input: 1, dedupe: replace('k', 60) })
  assert.notEqual((await invokeNow(ctx, two, { input: 1, dedupe: keep('k') })).id, run.id)
  assert.notEqual((await send(ctx, { url, dedupe: keep('k') })).id, run.id)
  assert.deepEqual(await invokeNow(ctx, one, { input: 2, dedupe: replace('k') }), run)
  assert.equal(await bodyOf(workspace, run.id), '2')
  assert.deepEqual(await invokeNow(ctx, one, { dedupe: replace('k') }), run)
  assert.equal(await bodyOf(workspace, run.id), 'own')
  assert.deepEqual(await invokeNow(ctx, one, { input: 3, dedupe: keep('k') }), run)
  assert.equal(await bodyOf(workspace, run.id), 'own')
})

test('a GET that waits is refused a body', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const action = await makeAction(workspace, { method: 'GET' })
  const run = await invokeNow(ctx, action, { dedupe: replace('k', 60) })
  await assert.rejects(invokeNow(ctx, action, { input: 1, dedupe: replace('k') }), { code: 'BAD_USER_INPUT', field: 'input' })
  await assert.rejects(invokeNow(ctx, action, { input: 1, dedupe: replace('l') }), { code: 'BAD_USER_INPUT', field: 'input' })
  assert.deepEqual(await invokeNow(ctx, action, { dedupe: replace('k') }), run)
  await send(ctx, { url, method: 'GET', dedupe: replace('k', 60) })
  await assert.rejects(send(ctx, { url, body: 1, dedupe: replace('k') }), { code: 'BAD_USER_INPUT', field: 'body' })
})

test('wrong input is refused with its field and keeps nothing', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace)
  for (const [dedupe, field] of [
    [{ key: '' }, 'dedupe.key'],
    [{ key: 'a\0' }, 'dedupe.key'],
    [{ key: 'a', windowSeconds: 0 }, 'dedupe.windowSeconds'],
    [{ key: 'a', windowSeconds: 2_592_001 }, 'dedupe.windowSeconds'],
    [{ key: 'a', mode: 'LAST' as never }, 'dedupe.mode'],
  ] as const) {
    const refusal = { code: 'BAD_USER_INPUT', field }
    await assert.rejects(send(ctx, { url, dedupe }), refusal)
    await assert.rejects(invokeNow(ctx, action, { dedupe }), refusal)
  }
  await assert.rejects(send(ctx, { serviceId: publicId('service', crypto.randomUUID()), path: '/', dedupe: keep('k') }), {
    code: 'NOT_FOUND',
  })
  assert.deepEqual([await db.prisma.dedupeKey.count(), await db.prisma.invocation.count()], [0, 0])
})

test('sendMany: as if one after another', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const scheduledAt = inAnHour()
  const { id: early } = await send(ctx, { url, body: 'early', scheduledAt, dedupe: replace('early', 60) })
  const results = await sendMany(ctx, [
    { url, body: 'a1', scheduledAt, dedupe: replace('a', 60), idempotencyKey: 'first' },
    { url, body: 'e1', dedupe: replace('early') },
    { url, body: 'a2', dedupe: replace('a') },
    { url, body: 'a3', dedupe: keep('a') },
    { url, body: 'plain', scheduledAt },
    { url, body: 'e2', dedupe: replace('early') },
    { url, body: 'a1', scheduledAt, dedupe: replace('a', 60), idempotencyKey: 'first' },
    { url, method: 'GET', scheduledAt, dedupe: replace('get', 60) },
    { url, body: 'g', dedupe: replace('get') },
    { url, dedupe: keep('') },
  ])
  const [a, , , , plain, , , get] = results.map(outcome)
  assert.deepEqual(results.map(outcome), [
    a,
    early,
    a,
    a,
    plain,
    early,
    a,
    get,
    ['BAD_USER_INPUT', 'body'],
    ['BAD_USER_INPUT', 'dedupe.key'],
  ])
  assert.equal(new Set([early, a, plain, get]).size, 4)
  assert.deepEqual(
    [await bodyOf(workspace, String(a)), await bodyOf(workspace, early), await bodyOf(workspace, String(get))],
    ['a2', 'e2', null],
  )
  assert.equal(await db.prisma.invocation.count(), 4)
  assert.deepEqual((await db.prisma.dedupeKey.findMany()).map(({ key }) => key).sort(), ['send a', 'send early', 'send get'])
})

test('50 at once: one run, and with REPLACE_PENDING the body of one of them', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace)
  const scheduledAt = inAnHour()
  const fifty = (ask: (n: number) => Promise<{ id: string }>) => Promise.all(Array.from({ length: 50 }, (_, n) => ask(n)))
  const rounds = [
    await fifty((n) => send(ctx, { url, body: n, scheduledAt, dedupe: keep('k') })),
    await fifty((n) => send(ctx, { url, body: n, scheduledAt, dedupe: replace('r', 60) })),
    await fifty((n) => invokeNow(ctx, action, { input: n, dedupe: keep('k') })),
    await fifty((n) => invokeNow(ctx, action, { input: n, dedupe: replace('r', 60) })),
    await fifty(async (n) => {
      const batch = ['x', 'y', 'z'].map((key) => ({ url, body: n, scheduledAt, dedupe: replace(key, 60) }))
      const [first] = await sendMany(ctx, n % 2 ? batch : batch.reverse())
      if ('error' in first!) throw first.error
      return { id: 'some' }
    }),
  ]
  assert.deepEqual(
    rounds.map((answers) => new Set(answers.map(({ id }) => id)).size),
    [1, 1, 1, 1, 1],
  )
  assert.equal(await db.prisma.invocation.count(), 7)
  for (const [{ id }] of rounds.slice(0, 4) as [{ id: string }][]) assert.match((await bodyOf(workspace, id))!, /^\d{1,2}$/)
  const replaced = (await eventTypes(db)).filter((type) => type === 'invocation.updated').length
  assert.equal(replaced, 49 + 49 + 3 * 49)
})
