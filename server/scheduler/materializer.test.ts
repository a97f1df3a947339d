import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { createAction } from '../commands/create-action.ts'
import { createLog } from '../log.ts'
import { createMaterializer } from './materializer.ts'

const log = createLog('silent')
const materializer = (rig: SchedulerRig) => createMaterializer({ pool: rig.db.engine, log, onMade() {} })

/** An action every minute whose schedule stood still since `minutes` ago. */
async function stale(rig: SchedulerRig, minutes: number): Promise<string> {
  const { id } = await createAction(rig.ctx, {
    name: 'every minute',
    target: { url: `${rig.target.url}/` },
    schedule: { cronExpression: '* * * * *', timezone: 'UTC' },
  })
  await rig.db.pool.query(
    `update actions set next_run_at = date_trunc('minute', clock_timestamp()) - ($2 - 1) * interval '1 minute' where id = $1`,
    [id, minutes],
  )
  return id
}

const runsOf = async (rig: SchedulerRig, id: string) =>
  (
    await rig.db.pool.query<{ status: string; status_reason: string | null; scheduled_for: Date; events: string[] }>(
      `select status, status_reason, scheduled_for, (select array_agg(type order by seq) from events e where e.invocation_id = i.id) as events
       from invocations i where action_id = $1 order by scheduled_for`,
      [id],
    )
  ).rows

test('after a downtime the newest occurrence runs and the others are recorded, each with its event', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 180)
  await materializer(rig).round()
  const runs = (await runsOf(rig, id)).filter(({ scheduled_for }) => scheduled_for.getTime() <= Date.now())
  assert.equal(runs.length, 180)
  const newest = runs.pop()!
  assert.deepEqual([newest.status, newest.status_reason, newest.events], ['PENDING', null, ['invocation.created']])
  for (const { status, status_reason, events } of runs) {
    assert.deepEqual([status, status_reason, events], ['MISSED', 'SCHEDULER_DOWN', ['invocation.missed']])
  }
  const { rows } = await rig.db.pool.query<{ ahead: number }>(
    `select extract(epoch from next_run_at - clock_timestamp())::float8 as ahead from actions where id = $1`,
    [id],
  )
  assert.ok(rows[0]!.ahead > 0 && rows[0]!.ahead <= 62)
})

test('several servers make each occurrence once', async () => {
  await using rig = await schedulerRig()
  const ids = await Promise.all(Array.from({ length: 30 }, () => stale(rig, 10)))
  await Promise.all(Array.from({ length: 4 }, () => materializer(rig).round()))
  await materializer(rig).round()
  for (const id of ids) {
    const runs = await runsOf(rig, id)
    assert.ok(runs.length >= 10 && runs.length <= 11)
    assert.ok(runs.every(({ events }) => events.length === 1))
  }
})

test('an occurrence that has its row keeps it', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 3)
  await materializer(rig).round()
  const before = await runsOf(rig, id)
  await rig.db.pool.query(`update actions set next_run_at = next_run_at - interval '3 minutes' where id = $1`, [id])
  await materializer(rig).round()
  assert.deepEqual((await runsOf(rig, id)).slice(0, before.length), before)
})

test('a paused or deleted action and one that cannot be worked out make nothing and hold up nobody', async () => {
  await using rig = await schedulerRig()
  const [paused, deleted, broken, good] = await Promise.all([1, 2, 3, 4].map(() => stale(rig, 2)))
  await rig.db.pool.query('update actions set enabled = false where id = $1', [paused])
  await rig.db.pool.query('update actions set deleted_at = clock_timestamp() where id = $1', [deleted])
  await rig.db.pool.query(`update actions set timezone = 'Mars/Olympus' where id = $1`, [broken])
  const work = materializer(rig)
  await work.round()
  await work.round()
  assert.deepEqual(await Promise.all([paused, deleted, broken].map(async (id) => (await runsOf(rig, id!)).length)), [0, 0, 0])
  assert.ok((await runsOf(rig, good!)).length >= 2)
})
