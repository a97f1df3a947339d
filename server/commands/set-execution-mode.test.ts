import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { openWorkspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { invokeNow } from './invoke-now.ts'
import { pause } from './pause.ts'
import { send } from './send.ts'
import { setEnabledQuota } from './set-enabled-quota.ts'
import { setExecutionMode } from './set-execution-mode.ts'

/** Not every minute: one that passes by itself while a test is at work would add a run. What is due is said by `due`. */
const hourly = { cronExpression: '0 * * * *', timezone: 'UTC' }

async function makeAction(rig: SchedulerRig, schedule: object | null = hourly): Promise<string> {
  return (await createAction(rig.ctx, { name: 'a', target: { url: `${rig.target.url}/` }, schedule })).id
}

/** As if this were the time at which its next run is due. */
const due = (rig: SchedulerRig, id: string, ms = 0) =>
  rig.db.pool.query("update actions set next_run_at = clock_timestamp() + $2 * interval '1 millisecond' where id = $1", [id, ms])

const runsOf = ({ db }: SchedulerRig, actionId: string) =>
  db.prisma.invocation.findMany({ where: { actionId }, orderBy: { sortAt: 'asc' } })

test('schedules stop and go on: what was made ahead is missed, nothing is replayed, runs by hand go through', async () => {
  await using rig = await schedulerRig()
  const recurring = await makeAction(rig)
  const demand = await makeAction(rig, null)
  await rig.db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at)
     select gen_random_uuid(), project_id, id, 'PENDING', 'SCHEDULE', now() + interval '2 s', now() + interval '2 s', now() + interval '2 s', 1,
       'SYSTEM', now()
     from actions where id = $1`,
    [recurring],
  )
  const { id: once } = await send(rig.ctx, { url: `${rig.target.url}/`, scheduledAt: new Date(Date.now() + 60_000) })
  const { id: later } = await send(rig.ctx, { url: `${rig.target.url}/`, scheduledAt: new Date(Date.now() + 600_000) })
  await setExecutionMode(rig.ctx, 'SCHEDULES_PAUSED', 'Stock-taking')
  const [ahead] = await runsOf(rig, recurring)
  assert.deepEqual([ahead!.status, ahead!.statusReason], ['MISSED', 'PAUSED'])
  assert.equal((await rig.row(once)).status, 'PENDING')

  await due(rig, recurring, -90_000)
  await rig.db.pool.query(
    "update invocations set scheduled_for = now() - interval '1 s', run_at = now() - interval '1 s', sort_at = now() where id = $1",
    [once],
  )
  await rig.schedule()
  const [byHand] = await rig.ended([
    (await invokeNow(rig.ctx, publicId('action', demand))).id,
    (await send(rig.ctx, { url: `${rig.target.url}/` })).id,
    (await invokeNow(rig.ctx, publicId('action', recurring))).id,
  ])
  assert.equal(byHand!.status, 'SUCCEEDED')
  assert.equal(rig.target.arrivals.length, 3)

  await setExecutionMode(rig.ctx, 'ACTIVE')
  const missed = await rig.row(once)
  assert.deepEqual([missed.status, missed.status_reason], ['MISSED', 'PAUSED'])
  assert.equal((await rig.row(later)).status, 'PENDING')
  const action = await rig.db.prisma.action.findUniqueOrThrow({ where: { id: recurring } })
  assert.ok(action.nextRunAt!.getTime() > Date.now() - 2_500 && action.nextRunAt!.getUTCSeconds() === 0, 'counts from now')
  assert.equal(
    (await runsOf(rig, recurring)).filter(({ trigger }) => trigger === 'SCHEDULE').filter((r) => r.sortAt < new Date()).length,
    0,
  )

  const { rows } = await rig.db.pool.query("select note from events where type = 'project.updated' order by seq")
  assert.deepEqual(rows, [{ note: 'SCHEDULES_PAUSED: Stock-taking' }, { note: 'ACTIVE' }])
})

test('everything stops: nothing is sent and nothing is lost; what was asked for goes out afterwards', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const demand = await makeAction(rig, null)
  const recurring = await makeAction(rig)
  await setExecutionMode(rig.ctx, 'ALL_PAUSED')
  await due(rig, recurring)
  const { id: byHand } = await invokeNow(rig.ctx, publicId('action', demand))
  const { id: sent } = await send(rig.ctx, { url: `${rig.target.url}/` })
  // Whatever the scheduler does with them, it has done by the time at which a run elsewhere that came later is over.
  const other = { ...rig.ctx, projectId: crypto.randomUUID() }
  await rig.db.pool.query("insert into projects (id, name, created_at) values ($1, 'other', now())", [other.projectId])
  await rig.ended([(await send(other, { url: `${rig.target.url}/other` })).id])
  assert.deepEqual(
    rig.target.arrivals.map(({ url }) => url),
    ['/other'],
  )
  assert.equal((await rig.row(byHand)).status, 'PENDING')
  await setExecutionMode(rig.ctx, 'ACTIVE')
  for (const row of await rig.ended([byHand, sent])) assert.equal(row.status, 'SUCCEEDED')
  assert.equal(rig.target.arrivals.length, 3)
})

test('a paused action stays paused; the mode it has changes nothing', async () => {
  await using rig = await schedulerRig()
  const paused = await makeAction(rig)
  await pause(rig.ctx, publicId('action', paused))
  await setExecutionMode(rig.ctx, 'SCHEDULES_PAUSED')
  await setExecutionMode(rig.ctx, 'SCHEDULES_PAUSED', 'again')
  await setExecutionMode(rig.ctx, 'ALL_PAUSED')
  await setExecutionMode(rig.ctx, 'ACTIVE')
  assert.equal((await rig.db.prisma.action.findUniqueOrThrow({ where: { id: paused } })).nextRunAt, null)
  const { rows } = await rig.db.pool.query("select note from events where type = 'project.updated' order by seq")
  assert.deepEqual(rows, [{ note: 'SCHEDULES_PAUSED' }, { note: 'ALL_PAUSED' }, { note: 'ACTIVE' }])
  await assert.rejects(setExecutionMode(rig.ctx, 'ALL_PAUSED', 'x'.repeat(1_001)), { code: 'BAD_USER_INPUT', field: 'note' })
})

test('many schedules go on in one go', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx, projectId } = workspace
  await createAction(ctx, { name: 'a', target: { url: 'https://example.com/' }, schedule: hourly })
  await db.pool.query(
    `insert into actions (id, project_id, name, kind, url, method, cron_expression, timezone, next_run_at, created_at, updated_at)
     select gen_random_uuid(), project_id, name, kind, url, method, cron_expression, timezone, now() - interval '1 day', now(), now()
     from actions cross join generate_series(1, 1300)`,
  )
  await setExecutionMode(ctx, 'ALL_PAUSED')
  await setExecutionMode(ctx, 'ACTIVE')
  const { rows } = await db.pool.query('select count(*)::int as count from actions where project_id = $1 and next_run_at > now()', [
    projectId,
  ])
  assert.deepEqual(rows, [{ count: 1_301 }])
})

test('the quota is a whole number', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  const quota = async () => (await db.prisma.project.findUniqueOrThrow({ where: { id: projectId } })).enabledQuota
  for (const wrong of [0, -1, 1.5, 1_000_001, Number.NaN]) {
    await assert.rejects(setEnabledQuota(ctx, wrong), { code: 'BAD_USER_INPUT', field: 'quota' })
  }
  assert.equal(await quota(), 500)
  await setEnabledQuota(ctx, 7)
  assert.equal(await quota(), 7)
})
