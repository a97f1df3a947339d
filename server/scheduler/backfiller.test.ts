import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { backfill } from '../commands/backfill.ts'
import { cancelBackfill } from '../commands/cancel-backfill.ts'
import { createAction } from '../commands/create-action.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { pause } from '../commands/pause.ts'
import { retry } from '../commands/retry.ts'
import { updateAction } from '../commands/update-action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { publicId } from '../domain/ids.ts'
import { readBackfillProgress } from '../store/backfill-progress.ts'
import type { Backfill, Invocation } from '../store/generated/prisma/client.ts'

const HOUR_MS = 3_600_000
/** A day that is over, with 24 hourly times: from midnight to 23:00. */
const DAY = { from: new Date('2026-03-10T00:00:00Z'), to: new Date('2026-03-10T23:59:59Z') }
const hourOf = (n: number) => new Date(DAY.from.getTime() + n * HOUR_MS)

async function hourly({ ctx, target }: SchedulerRig, input: Partial<CreateActionInput> = {}) {
  const { id } = await createAction(ctx, {
    name: 'hourly',
    target: { url: `${target.url}/` },
    schedule: { cronExpression: '0 * * * *', timezone: 'UTC' },
    ...input,
  })
  return { id, publicId: publicId('action', id) }
}

const runsOf = ({ db }: SchedulerRig, backfillId: string): Promise<Invocation[]> =>
  db.prisma.invocation.findMany({ where: { backfillId }, orderBy: { scheduledFor: 'asc' } })

const figures = async ({ db }: SchedulerRig, id: string) => (await readBackfillProgress(db.pool, [id])).get(id)!

const ended = (rig: SchedulerRig, id: string): Promise<Backfill> =>
  rig.eventually(async () => {
    const row = await rig.db.prisma.backfill.findUniqueOrThrow({ where: { id } })
    return row.status === 'RUNNING' ? `${JSON.stringify(row)} is still RUNNING` : row
  })

/** A run of the schedule as it ended on that day. */
async function occurrence({ db, ctx }: SchedulerRig, actionId: string, at: Date, status: 'SUCCEEDED' | 'FAILED' | 'MISSED') {
  const id = crypto.randomUUID()
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, outcome, status_reason, trigger, scheduled_for, run_at, sort_at, max_attempts,
       finished_at, actor_kind, created_at)
     values ($1, $2, $3, $5::text::invocation_status, nullif($5, 'SUCCEEDED')::invocation_status,
       case when $5 = 'MISSED' then 'SCHEDULER_DOWN'::status_reason end, 'SCHEDULE', $4, $4, $4, 1, $4, 'SYSTEM', $4)`,
    [id, ctx.projectId, actionId, at, status],
  )
  return id
}

test('a day of hourly runs, one after another, each with its own nominal time', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const action = await hourly(rig)
  const { id } = await backfill(rig.ctx, action.publicId, DAY)
  const row = await ended(rig, id)
  assert.equal(row.status, 'COMPLETED')
  assert.ok(row.finishedAt)
  const runs = await runsOf(rig, id)
  assert.deepEqual(
    runs.map((run) => run.scheduledFor),
    Array.from({ length: 24 }, (_, n) => hourOf(n)),
  )
  for (const run of runs) {
    assert.deepEqual([run.status, run.trigger, run.exclusive, run.sortAt], ['SUCCEEDED', 'BACKFILL', false, run.scheduledFor])
  }
  assert.deepEqual(
    rig.target.arrivals.map(({ headers }) => headers['x-forte-scheduled-for']),
    runs.map((run) => run.scheduledFor!.toISOString()),
  )
  // One began when the one before had ended.
  for (const [n, run] of runs.entries()) if (n > 0) assert.ok(run.createdAt >= runs[n - 1]!.finishedAt!)
  assert.deepEqual(await figures(rig, id), { total: 24, made: 24, skipped: 0, succeeded: 24, failed: 0, cancelled: 0, waiting: 0 })
  const { rows: events } = await rig.db.pool.query("select type, invocation_id from events where type like 'backfill.%' order by seq")
  assert.deepEqual(events, [
    { type: 'backfill.created', invocation_id: null },
    { type: 'backfill.finished', invocation_id: runs.at(-1)!.id },
  ])
})

test('ten at a time where the action allows overlap', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const action = await hourly(rig, { overlapPolicy: 'ALLOW' })
  rig.target.answer = () => ({ hang: true })
  const { id } = await backfill(rig.ctx, action.publicId, DAY)
  await rig.target.arrived(10)
  assert.deepEqual(await figures(rig, id), { total: 24, made: 10, skipped: 0, succeeded: 0, failed: 0, cancelled: 0, waiting: 24 })
  rig.target.release()
  assert.equal((await ended(rig, id)).status, 'COMPLETED')
  assert.equal(rig.target.arrivals.length, 24)
  assert.equal(new Set(rig.target.arrivals.map(({ headers }) => headers['x-forte-scheduled-for'])).size, 24)
})

test('passes over what succeeded, also by a repetition, and repeats what was missed or has failed', async () => {
  await using rig = await schedulerRig()
  const action = await hourly(rig, { overlapPolicy: 'ALLOW' })
  for (let n = 0; n < 24; n++) if (n % 2 === 0) await occurrence(rig, action.id, hourOf(n), 'SUCCEEDED')
  await occurrence(rig, action.id, hourOf(1), 'MISSED')
  const failed = await occurrence(rig, action.id, hourOf(3), 'FAILED')
  await rig.schedule()
  await rig.ended([(await retry(rig.ctx, publicId('invocation', failed))).id])
  const { id } = await backfill(rig.ctx, action.publicId, DAY)
  assert.equal((await ended(rig, id)).status, 'COMPLETED')
  assert.deepEqual(await figures(rig, id), { total: 24, made: 11, skipped: 13, succeeded: 11, failed: 0, cancelled: 0, waiting: 0 })
  const hours = (await runsOf(rig, id)).map((run) => run.scheduledFor!.getUTCHours())
  assert.deepEqual(hours, [1, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23])

  const again = await backfill(rig.ctx, action.publicId, DAY)
  assert.equal((await ended(rig, again.id)).status, 'COMPLETED')
  assert.deepEqual(await figures(rig, again.id), { total: 24, made: 0, skipped: 24, succeeded: 0, failed: 0, cancelled: 0, waiting: 0 })
})

test('goes on after a run that failed, and while the action is paused', async () => {
  await using rig = await schedulerRig()
  const action = await hourly(rig)
  await pause(rig.ctx, action.publicId)
  await rig.schedule()
  rig.target.answer = ({ headers }) => ({ status: headers['x-forte-scheduled-for'] === hourOf(1).toISOString() ? 500 : 200 })
  const { id } = await backfill(rig.ctx, action.publicId, { from: hourOf(0), to: hourOf(3) })
  assert.equal((await ended(rig, id)).status, 'COMPLETED')
  assert.deepEqual(await figures(rig, id), { total: 4, made: 4, skipped: 0, succeeded: 3, failed: 1, cancelled: 0, waiting: 0 })
})

test('cancelled midway: what waits is cancelled, what is under way ends by itself, nothing more is made', async () => {
  await using rig = await schedulerRig()
  await rig.schedule({ concurrency: 4 })
  const action = await hourly(rig, { overlapPolicy: 'ALLOW' })
  rig.target.answer = () => ({ hang: true })
  const { id } = await backfill(rig.ctx, action.publicId, DAY)
  await rig.target.arrived(4)
  await rig.eventually(async () => ((await figures(rig, id)).made === 10 ? {} : 'fewer than ten were made'))
  const backfillId = publicId('backfill', id)
  assert.deepEqual(await cancelBackfill(rig.ctx, backfillId), { id })
  await assert.rejects(cancelBackfill(rig.ctx, backfillId), { code: 'INVALID_TRANSITION', message: 'It already ended as CANCELLED.' })
  assert.deepEqual(await figures(rig, id), { total: 24, made: 10, skipped: 0, succeeded: 0, failed: 0, cancelled: 20, waiting: 4 })
  rig.target.release()
  const runs = await rig.ended((await runsOf(rig, id)).map((run) => run.id))
  assert.equal(runs.length, 10)
  assert.equal(runs.filter((run) => run.status === 'SUCCEEDED').length, 4)
  assert.equal(runs.filter((run) => run.status === 'CANCELLED' && run.status_reason === 'USER').length, 6)
  assert.equal(rig.target.arrivals.length, 4)
  // Another one may begin at once.
  await ended(rig, (await backfill(rig.ctx, action.publicId, { from: hourOf(0), to: hourOf(1) })).id)
  assert.equal((await runsOf(rig, id)).length, 10)
})

test('three servers drive two backfills: every time once', async () => {
  await using rig = await schedulerRig()
  for (let n = 0; n < 3; n++) await rig.schedule()
  const one = await hourly(rig)
  const many = await hourly(rig, { overlapPolicy: 'ALLOW', schedule: { cronExpression: '*/5 * * * *', timezone: 'UTC' } })
  const started = await Promise.all([backfill(rig.ctx, one.publicId, DAY), backfill(rig.ctx, many.publicId, DAY)])
  for (const { id } of started) assert.equal((await ended(rig, id)).status, 'COMPLETED')
  for (const [n, count] of [24, 288].entries()) {
    const runs = await runsOf(rig, started[n]!.id)
    assert.equal(runs.length, count)
    assert.ok(runs.every((run) => run.status === 'SUCCEEDED' && run.attemptCount === 1))
  }
  // The schedules themselves go on: one of them may be due just now.
  const made = new Set((await Promise.all(started.map(({ id }) => runsOf(rig, id)))).flat().map(({ id }) => publicId('invocation', id)))
  const keys = rig.target.arrivals.map(({ headers }) => String(headers['idempotency-key'])).filter((key) => made.has(key))
  assert.equal(keys.length, 312)
  assert.equal(new Set(keys).size, 312)
  const runs = await runsOf(rig, started[0]!.id)
  for (const [n, run] of runs.entries()) if (n > 0) assert.ok(run.createdAt >= runs[n - 1]!.finishedAt!, 'two ran beside each other')
})

test('an edit of the schedule counts from the next run on; a deleted action ends it', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const action = await hourly(rig)
  rig.target.answer = () => ({ hang: true })
  const { id } = await backfill(rig.ctx, action.publicId, DAY)
  await rig.target.arrived(1)
  await updateAction(rig.ctx, action.publicId, { schedule: { cronExpression: '0 */6 * * *', timezone: 'UTC' } })
  rig.target.release()
  assert.equal((await ended(rig, id)).status, 'COMPLETED')
  assert.deepEqual(
    (await runsOf(rig, id)).map((run) => run.scheduledFor!.getUTCHours()),
    [0, 6, 12, 18],
  )
  assert.equal((await figures(rig, id)).total, 4)

  const other = await hourly(rig)
  const second = await backfill(rig.ctx, other.publicId, DAY)
  await deleteAction(rig.ctx, other.publicId)
  assert.equal((await ended(rig, second.id)).status, 'CANCELLED')
  const left = (await runsOf(rig, second.id)).map((run) => run.id)
  for (const run of await rig.ended(left)) assert.ok(['SUCCEEDED', 'CANCELLED'].includes(run.status))
})
