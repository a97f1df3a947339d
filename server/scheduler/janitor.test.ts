import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTask } from 'node-cron'
import { addHistory, type PastRun } from '../../test/history.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { createAction } from '../commands/create-action.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { send } from '../commands/send.ts'
import { updateAction } from '../commands/update-action.ts'
import { publicId } from '../domain/ids.ts'
import { keepAll, type RetentionDays } from '../domain/retention.ts'
import { createLog } from '../log.ts'
import { transaction } from '../store/database.ts'
import { beginOfLog, headOfLog } from '../store/event-log.ts'
import { applyRetention } from '../store/retention.ts'
import { JANITOR_TIMES, startJanitor } from './janitor.ts'

const DAY_MS = 86_400_000
const daysAgo = (days: number) => Date.now() - days * DAY_MS
const url = 'https://example.com/'

async function job({ ctx, projectId }: Workspace, name = 'job') {
  const { id } = await createAction(ctx, { name, target: { url } })
  return { id, publicId: publicId('action', id), of: { projectId, actionId: id } }
}

async function left({ db }: Workspace): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ id: string }>('select id from invocations')
  return new Set(rows.map(({ id }) => id))
}

const count = async ({ db }: Workspace, table: string, where = 'true'): Promise<number> =>
  (await db.pool.query<{ count: number }>(`select count(*)::int as count from ${table} where ${where}`)).rows[0]!.count

async function totals({ db }: Workspace): Promise<Record<string, number>> {
  const { rows } = await db.pool.query<{ status: string; sum: number }>(
    'select status, sum(count)::int as sum from invocation_totals group by status order by status',
  )
  return Object.fromEntries(rows.map(({ status, sum }) => [status, sum]))
}

test('per status, by the end of the run; what is not over stays for ever, and so does what is younger', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const { of } = await job(workspace)
  const days: RetentionDays = { SUCCEEDED: 10, FAILED: 100, CANCELLED: 20, MISSED: 5 }
  const gone = await addHistory(db.pool, of, [
    { status: 'SUCCEEDED', at: daysAgo(10.1), attempts: [3, 4] },
    { status: 'FAILED', at: daysAgo(100.1), attempts: [5] },
    { status: 'CANCELLED', at: daysAgo(20.1) },
    { status: 'MISSED', at: daysAgo(5.1) },
    { status: 'SUCCEEDED', at: daysAgo(200) },
  ])
  const kept = await addHistory(db.pool, of, [
    { status: 'SUCCEEDED', at: daysAgo(9.9), attempts: [6] },
    { status: 'FAILED', at: daysAgo(99.9) },
    { status: 'CANCELLED', at: daysAgo(19.9) },
    { status: 'MISSED', at: daysAgo(4.9) },
    // Made long ago, ended of late.
    { status: 'SUCCEEDED', at: daysAgo(300), finishedAt: daysAgo(9) },
    { status: 'PENDING', at: daysAgo(400) },
    { status: 'RUNNING', at: daysAgo(400) },
    { status: 'RETRYING', at: daysAgo(400) },
  ])
  const removed = await applyRetention(db.pool, days)
  assert.equal(removed.invocations, 5)
  assert.deepEqual(await left(workspace), new Set(kept))
  assert.deepEqual(await totals(workspace), { SUCCEEDED: 2, FAILED: 1, CANCELLED: 1, MISSED: 1 })
  assert.equal(await count(workspace, 'attempts'), 1)
  const { rows: on } = await db.pool.query(`select day::text from invocation_totals where status = 'FAILED'`)
  assert.deepEqual(on, [{ day: new Date(daysAgo(100.1)).toISOString().slice(0, 10) }])

  assert.equal((await applyRetention(db.pool, days)).invocations, 0)
  assert.deepEqual(await totals(workspace), { SUCCEEDED: 2, FAILED: 1, CANCELLED: 1, MISSED: 1 })
  assert.ok(gone.every((id) => !kept.includes(id)))
})

test('with it go its attempts, callback and receipt; a callback that is not over keeps it', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const { of } = await job(workspace)
  const ids = await addHistory(db.pool, of, [
    { status: 'FAILED', at: daysAgo(91), attempts: [1] },
    { status: 'FAILED', at: daysAgo(91), attempts: [1] },
  ])
  for (const [n, id] of ids.entries()) {
    await db.pool.query(
      `insert into callbacks (invocation_id, project_id, url, status, max_attempts, run_at, created_at, finished_at)
       values ($1, $2, $3, $4, 8, now(), now(), case $4::callback_status when 'PENDING' then null else now() end)`,
      [id, projectId, url, n === 0 ? 'FAILED' : 'PENDING'],
    )
    await db.pool.query(
      `insert into callback_attempts (id, invocation_id, number, started_at, finished_at, duration_ms) values (gen_random_uuid(), $1, 1, now(), now(), 1)`,
      [id],
    )
    await db.pool.query('insert into receipts (invocation_id) values ($1)', [id])
  }
  await applyRetention(db.pool, keepAll(90))
  assert.deepEqual(await left(workspace), new Set([ids[1]]))
  for (const table of ['attempts', 'callbacks', 'callback_attempts', 'receipts']) {
    const { rows } = await db.pool.query(`select invocation_id as id from ${table}`)
    assert.deepEqual(rows, [{ id: ids[1] }], table)
  }
})

test('a chain of retries: the younger ones stay and forget what is gone, and whole chains go at once', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const { of } = await job(workspace)
  const days: RetentionDays = { ...keepAll(90), SUCCEEDED: 365 }
  const [first] = await addHistory(db.pool, of, [{ status: 'FAILED', at: daysAgo(100) }])
  const [second] = await addHistory(db.pool, of, [{ status: 'FAILED', at: daysAgo(99), retryOf: first! }])
  const [third] = await addHistory(db.pool, of, [{ status: 'SUCCEEDED', at: daysAgo(98), retryOf: second! }])
  const [held] = await addHistory(db.pool, of, [{ status: 'FAILED', at: daysAgo(100) }])
  const [open] = await addHistory(db.pool, of, [{ status: 'PENDING', at: daysAgo(99), retryOf: held! }])
  await transaction(db.engine, async (sql) => {
    await sql.query('select from invocations where id = $1 for no key update', [open])
    assert.equal((await applyRetention(db.pool, days)).invocations, 2)
  })
  assert.deepEqual(await left(workspace), new Set([third, held, open]))
  const { rows } = await db.pool.query('select id, retry_of_id as of from invocations where retry_of_id is not null')
  assert.deepEqual(rows, [{ id: open, of: held }])
  assert.equal((await applyRetention(db.pool, days)).invocations, 1)
  assert.equal(await count(workspace, 'invocations', 'retry_of_id is not null'), 0)
})

test('several servers at once, beside readers and writers: everything once, in batches, and the sums are right', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const { of } = await job(workspace)
  const old = (n: number): PastRun => ({ status: n % 3 === 0 ? 'FAILED' : 'SUCCEEDED', at: daysAgo(120) + n, attempts: [1] })
  for (let part = 0; part < 3; part++)
    await addHistory(
      db.pool,
      of,
      Array.from({ length: 1_500 }, (_, n) => old(1_500 * part + n)),
    )
  const young = await addHistory(
    db.pool,
    of,
    Array.from({ length: 50 }, (_, n) => ({ status: 'SUCCEEDED' as const, at: daysAgo(1) + n })),
  )
  let done = false
  const lists = (async () => {
    while (!done) {
      const rows = await db.prisma.invocation.findMany({
        orderBy: [{ sortAt: 'desc' }],
        take: 20,
        include: { attempts: true, action: true },
      })
      assert.equal(rows.length, 20)
      await send(ctx, { url, scheduledAt: new Date(Date.now() + DAY_MS) })
    }
  })()
  const rounds = await Promise.all([1, 2, 3].map(() => applyRetention(db.pool, keepAll(90))))
  done = true
  await lists
  assert.equal(
    rounds.reduce((sum, { invocations }) => sum + invocations, 0),
    4_500,
  )
  assert.deepEqual(await totals(workspace), { SUCCEEDED: 3_000, FAILED: 1_500 })
  const ids = await left(workspace)
  assert.ok(young.every((id) => ids.has(id)))
  assert.equal(await count(workspace, 'invocations', `status = 'SUCCEEDED'`), 50)
  assert.equal(await count(workspace, 'attempts'), 0)
})

test('stops after the batch that is under way', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const { of } = await job(workspace)
  await addHistory(
    db.pool,
    of,
    Array.from({ length: 2_500 }, (_, n) => ({ status: 'SUCCEEDED' as const, at: daysAgo(100) + n })),
  )
  const stop = new AbortController()
  const round = applyRetention(db.pool, keepAll(90), stop.signal)
  while ((await count(workspace, 'invocation_totals')) === 0);
  stop.abort()
  const { invocations } = await round
  assert.ok(invocations >= 1_000 && invocations < 2_500, String(invocations))
  assert.equal(await count(workspace, 'invocations'), 2_500 - invocations)
})

test('actions go when they are deleted or were to run once, long ago, and nothing refers to them; old versions likewise', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const live = await job(workspace, 'live')
  const deleted = await job(workspace, 'deleted')
  const used = await job(workspace, 'deleted, with a run')
  await addHistory(db.pool, used.of, [{ status: 'SUCCEEDED', at: daysAgo(10) }])
  const once = await send(ctx, { url, scheduledAt: new Date(Date.now() + DAY_MS) })
  const waiting = await send(ctx, { url, scheduledAt: new Date(Date.now() + DAY_MS) })
  const onceOf = async ({ id }: { id: string }) => (await db.prisma.invocation.findUniqueOrThrow({ where: { id } })).actionId
  const [onceAction, waitingAction] = [await onceOf(once), await onceOf(waiting)]
  for (const body of [1, 2, 3]) await updateAction(ctx, live.publicId, { body })
  await updateAction(ctx, deleted.publicId, { body: 1 })
  for (const { publicId } of [deleted, used]) await deleteAction(ctx, publicId)
  await addHistory(db.pool, live.of, [{ status: 'SUCCEEDED', at: daysAgo(80), version: 2 }])
  assert.deepEqual((await applyRetention(db.pool, keepAll(90))).actions, 0)

  const ago = `now() - interval '100 days'`
  await db.pool.query(
    `update actions set created_at = ${ago}, updated_at = ${ago}, deleted_at = case when deleted_at is not null then ${ago} end, scheduled_at = case when scheduled_at is not null then ${ago} end`,
  )
  // Ids hold the time at which they were made.
  const aged = new Map<string, string>()
  for (const id of [live.id, deleted.id, used.id, onceAction, waitingAction]) {
    aged.set(id, `01900000${id.slice(8)}`)
    await db.pool.query(
      'insert into actions select (jsonb_populate_record(a, jsonb_build_object($2::text, $3::text, $4::text, null))).* from actions a where id = $1',
      [id, 'id', aged.get(id), 'key'],
    )
    for (const table of ['invocations', 'action_versions'])
      await db.pool.query(`update ${table} set action_id = $2 where action_id = $1`, [id, aged.get(id)])
    await db.pool.query('delete from actions where id = $1', [id])
  }
  await db.pool.query('delete from invocations where id = $1', [once.id])
  await db.pool.query(`update action_versions set replaced_at = ${ago} where version < 3`)
  const removed = await applyRetention(db.pool, keepAll(90))
  assert.deepEqual([removed.actions, removed.versions], [2, 2])
  const { rows } = await db.pool.query<{ id: string }>('select id from actions')
  assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set([live.id, used.id, waitingAction].map((id) => aged.get(id))))
  const { rows: versions } = await db.pool.query('select version from action_versions order by version')
  assert.deepEqual(versions, [{ version: 2 }, { version: 3 }])
})

test('a finished backfill goes with its last run, and its figures fit what is left', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const { of, id: actionId } = await job(workspace)
  const runs = await addHistory(db.pool, of, [
    { status: 'FAILED', at: daysAgo(100) },
    { status: 'SUCCEEDED', at: daysAgo(100) },
  ])
  const backfills = { over: crypto.randomUUID(), running: crypto.randomUUID() }
  for (const [status, id] of [
    ['COMPLETED', backfills.over],
    ['RUNNING', backfills.running],
  ]) {
    await db.pool.query(
      `insert into backfills (id, project_id, action_id, from_at, to_at, status, total, made, actor_kind, created_at, finished_at)
       values ($1, $2, $3, now(), now(), $4::backfill_status, 3, 2, 'SYSTEM', now(), case $4 when 'COMPLETED' then now() - interval '100 days' end)`,
      [id, projectId, actionId, status],
    )
  }
  const [busy] = await addHistory(db.pool, of, [{ status: 'FAILED', at: daysAgo(100) }])
  await db.pool.query('update invocations set backfill_id = $2, scheduled_for = run_at where id = $1', [runs[0], backfills.over])
  await db.pool.query(`update invocations set backfill_id = $2, scheduled_for = run_at + interval '1 minute' where id = $1`, [
    runs[1],
    backfills.over,
  ])
  await db.pool.query('update invocations set backfill_id = $2, scheduled_for = run_at where id = $1', [busy, backfills.running])
  assert.equal((await applyRetention(db.pool, { ...keepAll(90), SUCCEEDED: 120 })).invocations, 1)
  const figures = async () => (await db.pool.query('select id, total, made from backfills order by status')).rows
  assert.deepEqual(await figures(), [
    { id: backfills.running, total: 3, made: 2 },
    { id: backfills.over, total: 2, made: 1 },
  ])
  const removed = await applyRetention(db.pool, keepAll(90))
  assert.deepEqual([removed.invocations, removed.backfills], [1, 1])
  assert.deepEqual(await left(workspace), new Set([busy]))
})

test('keys that answer for nothing any more, and bulk operations of long ago', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  await db.pool.query(
    `insert into idempotency_keys select $1, 'k' || n, '\\x00', gen_random_uuid(), now() - n * interval '1 minute' from generate_series(1, 2600) n`,
    [projectId],
  )
  await db.pool.query(
    `insert into dedupe_keys select $1, 'k' || n, gen_random_uuid(), now() - (n - 10) * interval '1 minute' from generate_series(1, 2600) n`,
    [projectId],
  )
  await db.pool.query(
    `insert into bulk_operations (id, project_id, kind, filter, status, total, actor_kind, created_at, finished_at)
     select gen_random_uuid(), $1, 'RETRY', '{}', 'COMPLETED', 0, 'SYSTEM', now(), now() - n * interval '30 days' from generate_series(1, 5) n`,
    [projectId],
  )
  const removed = await applyRetention(db.pool, keepAll(90))
  assert.deepEqual([removed.idempotencyKeys, removed.dedupeKeys, removed.bulkOperations], [2_600 - 1_439, 2_591, 3])
  assert.equal(await count(workspace, 'idempotency_keys'), 1_439)
  assert.equal(await count(workspace, 'dedupe_keys', 'expires_at > now()'), await count(workspace, 'dedupe_keys'))
})

test('events: the beginning of the log goes, the newest stays, and a cursor that lies before is told apart', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  await db.pool.query(
    `insert into events (project_id, type, at) select $1, 'project.updated', now() - (4000 - n) * interval '1 hour' from generate_series(1, 4000) n`,
    [projectId],
  )
  const first = async () => BigInt((await db.pool.query('select min(seq) from events')).rows[0].min)
  assert.equal(await beginOfLog(db), 0n)
  const removed = await applyRetention(db.pool, { ...keepAll(10), FAILED: 90 })
  assert.equal(removed.events, 4_000 - 90 * 24)
  assert.equal(await beginOfLog(db), BigInt(removed.events))
  assert.equal(await first(), BigInt(removed.events) + 1n)
  const head = await headOfLog(db)

  await db.pool.query(`update events set at = now() - interval '100 days'`)
  await applyRetention(db.pool, keepAll(90))
  assert.deepEqual([await headOfLog(db), await first(), await beginOfLog(db)], [head, head, head - 1n])
})

test('it cleans up soon after the start, and at each beat of its cron expression', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const cleaned = async () => {
    await db.pool.query(`insert into dedupe_keys values ($1, gen_random_uuid(), gen_random_uuid(), now() - interval '1 day')`, [projectId])
    for (const limit = Date.now() + 20_000; (await count(workspace, 'dedupe_keys')) > 0; )
      assert.ok(Date.now() < limit, 'it was not removed')
  }
  const [never, atOnce] = [86_400_000, 0]
  const options = { db, log: createLog('silent'), retention: keepAll(90) }
  const starting = startJanitor({ ...options, times: { ...JANITOR_TIMES, first: { leastMs: atOnce, mostMs: atOnce } } })
  await cleaned()
  await starting.stop()
  const everySecond = { beat: '* * * * * *', jitterMs: 0, first: { leastMs: never, mostMs: never } }
  const beating = startJanitor({ ...options, times: everySecond })
  await cleaned()
  await cleaned()
  await beating.stop()
})

test('the expression beats once an hour', () => {
  const [first, second, third] = createTask(JANITOR_TIMES.beat, () => {}).getNextRuns(3)
  assert.deepEqual([second!.getTime() - first!.getTime(), third!.getTime() - second!.getTime()], [3_600_000, 3_600_000])
})
