import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addHistory } from '../../test/history.ts'
import { testVault } from '../../test/vault.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { bulkCancel } from '../commands/bulk-cancel.ts'
import { bulkRetry } from '../commands/bulk-retry.ts'
import { createAction } from '../commands/create-action.ts'
import { LOOKS_PER_STEP } from '../domain/bulk.ts'
import { publicId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../store/database.ts'
import { driveBulk } from '../store/drive-bulk.ts'
import { startBulkDriver } from './bulk.ts'

const HOUR_MS = 3_600_000

const onDemand = async (ctx: Workspace['ctx']) => {
  const { id } = await createAction(ctx, { name: 'job', target: { url: 'http://127.0.0.1:9999/' } })
  return { id, of: { projectId: ctx.projectId, actionId: id } }
}
const operation = ({ db }: Workspace, id: string) => db.prisma.bulkOperation.findUniqueOrThrow({ where: { id } })
const figures = async (workspace: Workspace, id: string) => {
  const { status, total, done, skipped } = await operation(workspace, id)
  return { status, total, done, skipped }
}

test('an operation that throws at every step stops nobody else', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const ids: string[] = []
  for (const ctx of [workspace.ctx, await otherProject(workspace)]) {
    const action = await onDemand(ctx)
    await addHistory(db.pool, action.of, [{ status: 'FAILED', at: Date.now() - HOUR_MS }])
    ids.push((await bulkRetry(ctx, {})).id)
  }
  // The oldest is the one that comes first.
  await db.pool.query(`update bulk_operations set filter = '{"statuses":["NONSENSE"]}' where id = $1`, [ids[0]])
  const ended = new Promise<void>((resolve) => {
    const look = async () => (await operation(workspace, ids[1]!)).status === 'COMPLETED' && resolve()
    db.signal.on('events', look)
  })
  const log = createLog('silent')
  const warned: unknown[] = []
  log.warn = (details: object) => void warned.push(details)
  const driver = startBulkDriver({ db, log })
  await ended
  await driver.stop()
  assert.deepEqual(await figures(workspace, ids[1]!), { status: 'COMPLETED', total: 1, done: 1, skipped: 0 })
  assert.deepEqual(await figures(workspace, ids[0]!), { status: 'RUNNING', total: 1, done: 0, skipped: 0 })
  // It rests after each time.
  assert.ok(warned.length > 0 && warned.length < 10, `${warned.length} warnings`)
  assert.equal((warned[0] as { operation: string }).operation, ids[0])
})

for (const [kind, start, status] of [
  ['retry', bulkRetry, 'FAILED'],
  ['cancel', bulkCancel, 'PENDING'],
] as const) {
  test(`bulk ${kind}: a step looks at a bounded number of rows, however few of them match`, async () => {
    await using workspace = await openWorkspace()
    const { ctx, db } = workspace
    const [crowd, rare] = [await onDemand(ctx), await onDemand(ctx)]
    const first = status === 'PENDING' ? Date.now() + HOUR_MS : Date.now() - 10 * HOUR_MS
    await addHistory(
      db.pool,
      crowd.of,
      Array.from({ length: LOOKS_PER_STEP + 500 }, (_, n) => ({ status, at: first + n })),
    )
    await addHistory(db.pool, rare.of, [
      { status, at: first - 1 },
      { status, at: first + LOOKS_PER_STEP + 500 },
    ])
    const { id } = await start(ctx, { actionId: publicId('action', rare.id) })
    assert.deepEqual(await driveBulk(db, id), { done: 1, skipped: 0, next: 'GO_ON' })
    assert.deepEqual(await driveBulk(db, id), { done: 1, skipped: 0, next: 'END' })
    assert.deepEqual(await figures(workspace, id), { status: 'COMPLETED', total: 2, done: 2, skipped: 0 })
  })
}

test('what is found beyond the count at the beginning is added to it', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await onDemand(ctx)
  await addHistory(
    db.pool,
    action.of,
    Array.from({ length: 60 }, (_, n) => ({ status: 'FAILED', at: Date.now() - HOUR_MS + n })),
  )
  const { id } = await bulkRetry(ctx, {})
  await db.pool.query('update bulk_operations set total = 7')
  await driveBulk(db, id)
  assert.deepEqual(await figures(workspace, id), { status: 'RUNNING', total: 50, done: 50, skipped: 0 })
})

test('a count that takes too long does not keep an operation from starting', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await onDemand(ctx)
  await addHistory(db.pool, action.of, [{ status: 'FAILED', at: Date.now() - HOUR_MS, errorMessage: 'refused' }])
  // As on a history of many millions: each row takes its time, far longer than a count may. Nobody waits for it: the count is given up.
  await db.pool.query(`
    create schema slow;
    create function slow.texticlike(text, text) returns boolean language sql as 'select pg_sleep(20) is null';
    create operator slow.~~* (leftarg = text, rightarg = text, function = slow.texticlike);
    do $$ begin execute format('alter database %I set search_path = slow, pg_catalog, public', current_database()); end $$`)
  const slow = openDatabase(workspace.url, createLog('silent'), { vault: testVault() })
  try {
    const { id } = await bulkRetry({ ...ctx, db: slow }, { errorText: 'refused' })
    assert.deepEqual(await figures(workspace, id), { status: 'RUNNING', total: 0, done: 0, skipped: 0 })
    assert.deepEqual(await driveBulk(db, id), { done: 1, skipped: 0, next: 'END' })
    assert.deepEqual(await figures(workspace, id), { status: 'COMPLETED', total: 1, done: 1, skipped: 0 })
  } finally {
    await slow.close()
  }
})
