import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addHistory, type PastRun } from '../../test/history.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { bulkCancel } from '../commands/bulk-cancel.ts'
import { bulkRetry } from '../commands/bulk-retry.ts'
import { createAction } from '../commands/create-action.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { send } from '../commands/send.ts'
import { stopBulkOperation } from '../commands/stop-bulk-operation.ts'
import { publicId } from '../domain/ids.ts'
import { addRetry } from '../store/add-retry.ts'
import { transaction } from '../store/database.ts'
import { driveBulk } from '../store/drive-bulk.ts'
import type { BulkOperation, Invocation } from '../store/generated/prisma/client.ts'

const HOUR_MS = 3_600_000
const past = (n: number) => Date.now() - HOUR_MS + n

async function onDemand({ ctx, target }: SchedulerRig, name = 'job') {
  const { id } = await createAction(ctx, { name, target: { url: `${target.url}/${name}` }, method: 'POST' })
  return { id, publicId: publicId('action', id), of: { projectId: ctx.projectId, actionId: id } }
}

const failures = (count: number, run: Partial<PastRun> = {}): PastRun[] =>
  Array.from({ length: count }, (_, n) => ({ status: 'FAILED', at: past(n), ...run }))

const operation = ({ db }: SchedulerRig, id: string): Promise<BulkOperation> => db.prisma.bulkOperation.findUniqueOrThrow({ where: { id } })

const figures = async (rig: SchedulerRig, id: string) => {
  const { status, total, done, skipped } = await operation(rig, id)
  return { status, total, done, skipped }
}

const over = (rig: SchedulerRig, id: string, timeoutMs?: number): Promise<BulkOperation> =>
  rig.eventually(async () => {
    const row = await operation(rig, id)
    return row.status === 'RUNNING' ? `${JSON.stringify(row)} is still RUNNING` : row
  }, timeoutMs)

const retries = ({ db }: SchedulerRig): Promise<Invocation[]> =>
  db.prisma.invocation.findMany({ where: { trigger: 'RETRY' }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })

test('bulk retry: everything that ended without success and matched, the oldest first, linked, and no more than that', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  const other = await onDemand(rig, 'other')
  const ids = await addHistory(rig.db.pool, action.of, [
    { status: 'FAILED', at: past(3) },
    { status: 'SUCCEEDED', at: past(1) },
    { status: 'MISSED', at: past(0) },
    { status: 'CANCELLED', at: past(2) },
    { status: 'PENDING', at: Date.now() + HOUR_MS },
  ])
  await addHistory(rig.db.pool, other.of, failures(2))
  const { id } = await bulkRetry(rig.ctx, { actionId: action.publicId })
  assert.deepEqual(await figures(rig, id), { status: 'RUNNING', total: 3, done: 0, skipped: 0 })
  await rig.schedule()
  const row = await over(rig, id)
  assert.ok(row.finishedAt)
  assert.deepEqual(await figures(rig, id), { status: 'COMPLETED', total: 3, done: 3, skipped: 0 })
  const made = await retries(rig)
  assert.deepEqual(
    made.map((run) => run.retryOfId),
    [ids[2], ids[3], ids[0]],
  )
  assert.deepEqual(
    (await rig.ended(made.map((run) => run.id))).map((run) => run.status),
    ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
  )
  assert.equal(rig.target.arrivals.length, 3)
  const { rows } = await rig.db.pool.query("select type, invocation_id from events where type like 'bulk.%' order by seq")
  assert.deepEqual(rows, [
    { type: 'bulk.created', invocation_id: null },
    { type: 'bulk.finished', invocation_id: ids[0] },
  ])
  // Another one finds what failed before done.
  const again = await bulkRetry(rig.ctx, { actionId: action.publicId })
  await over(rig, again.id)
  assert.deepEqual(await figures(rig, again.id), { status: 'COMPLETED', total: 3, done: 0, skipped: 3 })
})

test('bulk retry skips what has a retry that succeeded or is not over, repeats the newest of several that failed, and passes over a deleted action', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  const gone = await onDemand(rig, 'gone')
  const [doneId, openId, chainId] = await addHistory(rig.db.pool, action.of, failures(3))
  await addHistory(rig.db.pool, action.of, [
    { status: 'FAILED', at: past(10), retryOf: doneId! },
    { status: 'SUCCEEDED', at: past(11), retryOf: doneId! },
    { status: 'PENDING', at: Date.now() + HOUR_MS, retryOf: openId! },
  ])
  const [second] = await addHistory(rig.db.pool, action.of, [{ status: 'FAILED', at: past(12), retryOf: chainId! }])
  const [third] = await addHistory(rig.db.pool, action.of, [{ status: 'FAILED', at: past(13), retryOf: second! }])
  await addHistory(rig.db.pool, gone.of, failures(1))
  await deleteAction(rig.ctx, gone.publicId)
  await rig.schedule()
  const { id } = await bulkRetry(rig.ctx, {})
  await over(rig, id)
  assert.deepEqual(await figures(rig, id), { status: 'COMPLETED', total: 7, done: 1, skipped: 6 })
  assert.deepEqual(
    (await retries(rig)).map((run) => run.retryOfId),
    [third],
  )

  // A retry that does not match says nothing: what failed before it is repeated.
  const chain = await addHistory(rig.db.pool, action.of, failures(1, { errorCode: 'DNS_FAILED' }))
  await addHistory(rig.db.pool, action.of, [{ status: 'FAILED', at: past(20), retryOf: chain[0]!, errorCode: 'HTTP_502' }])
  const narrow = await bulkRetry(rig.ctx, { errorText: 'dns_' })
  await over(rig, narrow.id)
  assert.deepEqual(await figures(rig, narrow.id), { status: 'COMPLETED', total: 1, done: 1, skipped: 0 })
  assert.equal((await retries(rig)).at(-1)!.retryOfId, chain[0])
})

test('a replay does not flood the target: at most 200 of its runs are not over', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  await addHistory(rig.db.pool, action.of, failures(300))
  rig.target.answer = () => ({ hang: true })
  await rig.schedule({ concurrency: 8, perOrigin: 8 })
  const { id } = await bulkRetry(rig.ctx, { actionId: action.publicId })
  await rig.eventually(async () => ((await figures(rig, id)).done === 200 ? {} : 'fewer than 200 were made'))
  const step = await rig.eventually(async () => (await driveBulk(rig.db, id)) ?? 'the scheduler is at it')
  assert.deepEqual(step, { done: 0, skipped: 0, next: 'WAIT' })
  rig.target.answer = () => ({ status: 200 })
  rig.target.release()
  assert.equal((await over(rig, id)).done, 300)
  const { rows } = await rig.db.pool.query('select count(*)::int as left from bulk_runs')
  assert.deepEqual(rows, [{ left: 0 }])
})

test('stopped: nothing more is made, what was made goes on, and another may begin', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  await addHistory(rig.db.pool, action.of, failures(120))
  const { id } = await bulkRetry(rig.ctx, {})
  const bulkId = publicId('bulk', id)
  await assert.rejects(bulkRetry(rig.ctx, {}), {
    code: 'INVALID_TRANSITION',
    message: `Another bulk retry is under way (${bulkId}); wait for its end or stop it.`,
  })
  assert.deepEqual(await driveBulk(rig.db, id), { done: 50, skipped: 0, next: 'GO_ON' })
  assert.deepEqual(await stopBulkOperation(rig.ctx, bulkId), { id })
  assert.equal(await driveBulk(rig.db, id), undefined)
  assert.deepEqual(await figures(rig, id), { status: 'STOPPED', total: 120, done: 50, skipped: 0 })
  await assert.rejects(stopBulkOperation(rig.ctx, bulkId), { code: 'INVALID_TRANSITION', message: 'It already ended as STOPPED.' })
  await assert.rejects(stopBulkOperation(rig.ctx, publicId('bulk', crypto.randomUUID())), { code: 'NOT_FOUND' })
  await assert.rejects(stopBulkOperation(rig.ctx, publicId('action', action.id)), { code: 'NOT_FOUND' })
  await rig.schedule()
  await rig.ended((await retries(rig)).map((run) => run.id))
  const next = await bulkRetry(rig.ctx, {})
  await over(rig, next.id)
  assert.deepEqual(await figures(rig, next.id), { status: 'COMPLETED', total: 120, done: 70, skipped: 50 })
})

test('three servers drive a bulk retry and a bulk cancel: every invocation once', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  const other = await onDemand(rig, 'other')
  await addHistory(rig.db.pool, action.of, failures(400))
  const waiting = await addHistory(
    rig.db.pool,
    other.of,
    Array.from({ length: 500 }, () => ({ status: 'PENDING' as const, at: Date.now() + HOUR_MS })),
  )
  for (let n = 0; n < 3; n++) await rig.schedule()
  const [again, cancelled] = await Promise.all([
    bulkRetry(rig.ctx, { actionId: action.publicId }),
    bulkCancel(rig.ctx, { actionId: other.publicId }),
  ])
  await Promise.all([over(rig, again.id), over(rig, cancelled.id)])
  assert.deepEqual(await figures(rig, again.id), { status: 'COMPLETED', total: 400, done: 400, skipped: 0 })
  assert.deepEqual(await figures(rig, cancelled.id), { status: 'COMPLETED', total: 500, done: 500, skipped: 0 })
  const made = await retries(rig)
  assert.deepEqual([made.length, new Set(made.map((run) => run.retryOfId)).size], [400, 400])
  await rig.ended(made.map((run) => run.id))
  const ended = await rig.db.prisma.invocation.findMany({ where: { id: { in: waiting } } })
  assert.ok(ended.every((run) => run.status === 'CANCELLED' && run.statusReason === 'USER'))
  const { rows } = await rig.db.pool.query("select count(*)::int as events from events where type = 'invocation.cancelled'")
  assert.deepEqual(rows, [{ events: 500 }])
})

test('bulk cancel: what was sent meanwhile is skipped, a row that someone holds is not lost, and what comes later stays', async () => {
  await using rig = await schedulerRig()
  const ids: string[] = []
  for (let n = 0; n < 4; n++) {
    const scheduledAt = new Date(Date.now() + HOUR_MS)
    ids.push((await send(rig.ctx, { url: `${rig.target.url}/`, scheduledAt, record: { type: 'order', id: String(n % 2) } })).id)
  }
  const { id } = await bulkCancel(rig.ctx, { recordType: 'order', recordId: '0' })
  const later = await send(rig.ctx, {
    url: `${rig.target.url}/`,
    scheduledAt: new Date(Date.now() + HOUR_MS),
    record: { type: 'order', id: '0' },
  })
  await transaction(rig.db.engine, async (sql) => {
    await sql.query('select from invocations where id = $1 for update', [ids[0]])
    assert.deepEqual(await driveBulk(rig.db, id), { done: 1, skipped: 0, next: 'GO_ON' })
    assert.deepEqual(await driveBulk(rig.db, id), { done: 0, skipped: 0, next: 'WAIT' })
    await sql.query(
      `update invocations set status = 'SUCCEEDED', finished_at = now(), attempt_count = 1, started_at = now(), dispatched_at = now() where id = $1`,
      [ids[0]],
    )
  })
  assert.equal((await driveBulk(rig.db, id))?.next, 'END')
  assert.deepEqual(await figures(rig, id), { status: 'COMPLETED', total: 2, done: 1, skipped: 1 })
  const states = await Promise.all([...ids, later.id].map(async (one) => (await rig.row(one)).status))
  assert.deepEqual(states, ['SUCCEEDED', 'PENDING', 'CANCELLED', 'PENDING', 'PENDING'])
})

test('a retry by hand and a bulk retry at the same moment: one of them sees the other', async () => {
  await using rig = await schedulerRig()
  const action = await onDemand(rig)
  const [failed] = await addHistory(rig.db.pool, action.of, failures(1))
  const { id } = await bulkRetry(rig.ctx, {})
  let driven: ReturnType<typeof driveBulk> | undefined
  await transaction(rig.db.engine, async (sql) => {
    await addRetry(sql, rig.ctx.projectId, rig.ctx.actor, failed!, { policyVersion: null, requestedBy: null })
    driven = driveBulk(rig.db, id)
    // It has come to the row that the retry by hand holds.
    await rig.eventually(async () => {
      const { rows } = await rig.db.pool.query("select from pg_locks where not granted and locktype in ('transactionid', 'tuple')")
      return rows.length > 0 ? {} : 'nobody waits'
    })
  })
  assert.deepEqual(await driven, { done: 0, skipped: 1, next: 'END' })
  assert.equal((await retries(rig)).length, 1)
})

test('filters that cannot match are refused', async () => {
  await using rig = await schedulerRig()
  await assert.rejects(bulkRetry(rig.ctx, { statuses: ['SUCCEEDED', 'PENDING'] }), {
    code: 'BAD_USER_INPUT',
    field: 'filter.statuses',
    message: 'Only invocations that are FAILED, CANCELLED or MISSED can be retried.',
  })
  await assert.rejects(bulkCancel(rig.ctx, { statuses: ['RUNNING'] }), {
    message: 'Only invocations that are AWAITING_APPROVAL, PENDING or RETRYING can be cancelled.',
  })
  await assert.rejects(bulkCancel(rig.ctx, { actionId: 'act_nonsense' }), { code: 'NOT_FOUND', field: 'filter.actionId' })
  await assert.rejects(bulkRetry(rig.ctx, { errorText: 'x'.repeat(201) }), { code: 'BAD_USER_INPUT', field: 'filter.errorText' })
})
