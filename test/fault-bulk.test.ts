import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bulkRetry } from '../server/commands/bulk-retry.ts'
import { createAction } from '../server/commands/create-action.ts'
import { transaction } from '../server/store/database.ts'
import { driveBulk } from '../server/store/drive-bulk.ts'
import { addHistory } from './history.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

const HOUR_MS = 3_600_000

/** So many runs of one action that failed an hour ago. */
async function failures({ ctx, db, target }: SchedulerRig, count: number) {
  const { id } = await createAction(ctx, { name: 'job', target: { url: `${target.url}/` }, retryable: true })
  const runs = Array.from({ length: count }, (_, n) => ({ status: 'FAILED' as const, at: Date.now() - HOUR_MS + n }))
  return { action: id, ids: await addHistory(db.pool, { projectId: ctx.projectId, actionId: id }, runs) }
}

async function made({ db }: SchedulerRig) {
  const { rows } = await db.pool.query<{ runs: number; originals: number; over: number; succeeded: number }>(
    `select count(*)::int as runs, count(distinct retry_of_id)::int as originals, (count(*) filter (where finished_at is not null))::int as over,
       (count(*) filter (where status = 'SUCCEEDED'))::int as succeeded
     from invocations where trigger = 'RETRY'`,
  )
  return rows[0]!
}

test('kill -9 of a server in the middle of a bulk retry: another one goes on, none is doubled, none is lost', async () => {
  const count = 800
  await using rig = await schedulerRig()
  await failures(rig, count)
  await using first = await startServer({ databaseUrl: rig.url })
  await using second = await startServer({ databaseUrl: rig.url })
  assert.notEqual(first.pid, second.pid)
  const { id } = await bulkRetry(rig.ctx, {})
  const operation = () => rig.db.prisma.bulkOperation.findUniqueOrThrow({ where: { id } })
  await rig.eventually(async () => ((await operation()).done >= 150 ? {} : 'fewer than 150 were made'))
  await first.stop('SIGKILL')
  const { status, done } = await operation()
  assert.equal(status, 'RUNNING', `it was over before the kill, with ${done}`)
  await rig.lapse()
  const end = await rig.eventually(async () => {
    const row = await operation()
    return row.status === 'RUNNING' ? `${JSON.stringify(row)} is still RUNNING` : row
  }, 60_000)
  assert.deepEqual([end.status, end.total, end.done, end.skipped], ['COMPLETED', count, count, 0])
  const runs = await rig.eventually(async () => {
    const row = await made(rig)
    return row.over === row.runs ? row : `${JSON.stringify(row)} are not over`
  }, 60_000)
  assert.deepEqual(runs, { runs: count, originals: count, over: count, succeeded: count })
  assert.equal(new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key'])).size, count)
})

test('a step that is cut off in the middle leaves nothing, and is done anew', async () => {
  await using rig = await schedulerRig()
  const { action } = await failures(rig, 60)
  const { id } = await bulkRetry(rig.ctx, {})
  await transaction(rig.db.engine, async (sql) => {
    await sql.query('select from actions where id = $1 for update', [action])
    // Waited for from here on: it can end before the answer to what ends it.
    const refused = assert.rejects(driveBulk(rig.db, id))
    const waiting = await rig.eventually(async () => {
      const { rows } = await rig.db.pool.query<{ pid: number }>('select pid from pg_locks where not granted')
      return rows[0] ?? 'the step has not come to the action yet'
    })
    await rig.db.pool.query('select pg_terminate_backend($1)', [waiting.pid])
    await refused
  })
  const { done, skipped, afterId } = await rig.db.prisma.bulkOperation.findUniqueOrThrow({ where: { id } })
  assert.deepEqual({ done, skipped, afterId, runs: (await made(rig)).runs }, { done: 0, skipped: 0, afterId: null, runs: 0 })
  assert.deepEqual(await driveBulk(rig.db, id), { done: 50, skipped: 0, next: 'GO_ON' })
  assert.deepEqual(await driveBulk(rig.db, id), { done: 10, skipped: 0, next: 'END' })
  assert.deepEqual(await made(rig), { runs: 60, originals: 60, over: 0, succeeded: 0 })
})
