import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionEvents, minutely, setColumns, storedTimes } from '../../test/schedule-rows.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { createLog } from '../log.ts'
import { readNoted } from '../store/installation.ts'
import { createReconciler } from './reconciler.ts'

const log = createLog('silent')
const HOUR_MS = 3_600_000

const reconcile = (rig: SchedulerRig, zoneData = '2026a') => createReconciler({ pool: rig.db.engine, log, zoneData, onMoved() {} }).round()

/** Daily, hours away from now. */
async function daily(rig: SchedulerRig, columns: Record<string, unknown> = {}): Promise<{ id: string; right: Date }> {
  const right = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 5 * HOUR_MS)
  const id = await minutely(rig, { cron_expression: `0 ${right.getUTCHours()} * * *`, next_run_at: right })
  await setColumns(rig, id, columns)
  return { id, right }
}

const notes = async (rig: SchedulerRig, id: string) =>
  (await actionEvents(rig, id)).filter(({ type }) => type === 'action.rescheduled').map(({ note }) => note)

test('a changed zone rule moves the next run, and an event says from when to when and why', async () => {
  await using rig = await schedulerRig()
  await reconcile(rig, '2025b')
  // As it was stored under rules by which the same local time was an hour later.
  const { id, right } = await daily(rig)
  const old = new Date(right.getTime() + HOUR_MS)
  await setColumns(rig, id, { next_run_at: old })
  assert.equal(await reconcile(rig, '2026a'), 1)
  assert.deepEqual((await storedTimes(rig, id)).next_run_at, right)
  assert.deepEqual(await notes(rig, id), [
    `The time-zone data changed from 2025b to 2026a: next run moved from ${old.toISOString()} to ${right.toISOString()}.`,
  ])
  assert.equal(await readNoted(rig.db.pool, 'tzdata'), '2026a')
  assert.equal(await reconcile(rig, '2026a'), 0)
  assert.equal((await notes(rig, id)).length, 1)
})

test('a next time that was lost is mended, with an event', async () => {
  await using rig = await schedulerRig()
  const { id, right } = await daily(rig, { next_run_at: null })
  assert.equal(await reconcile(rig), 1)
  assert.deepEqual((await storedTimes(rig, id)).next_run_at, right)
  assert.deepEqual(await notes(rig, id), [
    `The stored next run was not what the schedule says: next run moved from none to ${right.toISOString()}.`,
  ])
})

test('what is right, over, paused, deleted, due or ROLLING is left alone', async () => {
  await using rig = await schedulerRig()
  const past = new Date(Date.now() - HOUR_MS)
  const soon = new Date(Date.now() + 1_000)
  const cases: Record<string, unknown>[] = [
    {},
    { next_run_at: null, end_at: past },
    { next_run_at: null, max_runs: 3, runs_made: 3 },
    { next_run_at: null, enabled: false },
    { next_run_at: null, deleted_at: past },
    { next_run_at: past },
    { next_run_at: soon },
    { next_run_at: null, cron_expression: null, every: 'PT1H', recurrence: 'ROLLING' },
  ]
  const ids: string[] = []
  for (const columns of cases) ids.push((await daily(rig, columns)).id)
  const before = await Promise.all(ids.map((id) => storedTimes(rig, id)))
  assert.equal(await reconcile(rig), 0)
  assert.deepEqual(await Promise.all(ids.map((id) => storedTimes(rig, id))), before)
})

test('an occurrence that has its row, such as a skipped one, is not gone back to', async () => {
  await using rig = await schedulerRig()
  const { id, right } = await daily(rig)
  await rig.db.pool.query(
    `insert into invocations (id, project_id, action_id, status, outcome, status_reason, trigger, scheduled_for, run_at, sort_at, max_attempts,
       finished_at, actor_kind, created_at)
     values (gen_random_uuid(), $1, $2, 'CANCELLED', 'CANCELLED', 'USER', 'SCHEDULE', $3, $3, $3, 1, now(), 'SYSTEM', now())`,
    [rig.ctx.projectId, id, right],
  )
  const after = new Date(right.getTime() + 24 * HOUR_MS)
  await setColumns(rig, id, { next_run_at: after })
  assert.equal(await reconcile(rig), 0)
  await setColumns(rig, id, { next_run_at: null })
  assert.equal(await reconcile(rig), 1)
  assert.deepEqual((await storedTimes(rig, id)).next_run_at, after)
})

test('one schedule that cannot be worked out does not keep others from being mended', async () => {
  await using rig = await schedulerRig()
  const broken = await daily(rig, { next_run_at: null, timezone: 'Mars/Olympus' })
  const { id, right } = await daily(rig, { next_run_at: null })
  assert.equal(await reconcile(rig), 1)
  assert.equal((await storedTimes(rig, broken.id)).next_run_at, null)
  assert.deepEqual((await storedTimes(rig, id)).next_run_at, right)
})

test('a round that was broken off does not count as done', async () => {
  await using rig = await schedulerRig()
  await reconcile(rig, '2025b')
  const { id } = await daily(rig, { next_run_at: null })
  const stopped = createReconciler({ pool: rig.db.engine, log, zoneData: '2026a', onMoved() {} })
  stopped.stop()
  assert.equal(await stopped.round(), 0)
  assert.equal(await readNoted(rig.db.pool, 'tzdata'), '2025b')
  await reconcile(rig, '2026a')
  assert.match((await notes(rig, id))[0]!, /^The time-zone data changed from 2025b to 2026a/)
})

test('a scheduler that starts mends what was lost', async () => {
  await using rig = await schedulerRig()
  const { id, right } = await daily(rig, { next_run_at: null })
  await rig.schedule()
  await rig.eventually(async () => {
    const { next_run_at } = await storedTimes(rig, id)
    return next_run_at?.getTime() === right.getTime() ? { next_run_at } : `next is ${next_run_at?.toISOString()}`
  })
  assert.equal(await readNoted(rig.db.pool, 'tzdata'), process.versions.tz)
})
