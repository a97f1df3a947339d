import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionEvents, minutely, occurrencesOf, setColumns, storedTimes } from '../../test/schedule-rows.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { createMaterializer } from './materializer.ts'
import { createAfterRuns } from './rolling.ts'

const log = createLog('silent')
const afterRuns = (rig: SchedulerRig) => createAfterRuns({ pool: rig.db.engine, log, onChange() {} })

/** A ROLLING action whose first run was made; it is due since `lateMs`. */
async function rolling(rig: SchedulerRig, columns: Record<string, unknown> = {}, lateMs = 0): Promise<string> {
  const id = await minutely(rig, {
    cron_expression: null,
    every: 'PT5M',
    recurrence: 'ROLLING',
    next_run_at: new Date(Date.now() - lateMs),
  })
  await setColumns(rig, id, columns)
  await createMaterializer({ pool: rig.db.engine, db: rig.db, log, onMade() {} }).round()
  return id
}

async function finish(rig: SchedulerRig, id: string, at: Date): Promise<void> {
  await rig.db.pool.query("update invocations set status = 'SUCCEEDED', finished_at = $2 where id = $1", [id, at])
}

test('a ROLLING schedule goes on from the end of its run, and not before', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig)
  const [run] = await occurrencesOf(rig, id)
  const work = afterRuns(rig)
  await work.round()
  assert.equal((await storedTimes(rig, id)).next_run_at, null)
  const end = new Date(Date.now() - 40_000)
  await finish(rig, run!.id, end)
  await Promise.all([work.round(), afterRuns(rig).round()])
  assert.equal((await storedTimes(rig, id)).next_run_at?.getTime(), end.getTime() + 300_000)
})

test('an end that the clock, once wrong, put into the future counts as now', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig)
  const [run] = await occurrencesOf(rig, id)
  await finish(rig, run!.id, new Date(Date.now() + 30 * 86_400_000))
  await afterRuns(rig).round()
  assert.ok((await storedTimes(rig, id)).next_run_at!.getTime() < Date.now() + 305_000)
})

test('a missed run counts as ended, so that a downtime does not end the schedule', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig, {}, 3_600_000)
  assert.equal((await occurrencesOf(rig, id))[0]!.status, 'MISSED')
  await afterRuns(rig).round()
  const { next_run_at } = await storedTimes(rig, id)
  assert.ok(next_run_at!.getTime() > Date.now() + 290_000)
})

test('runs that someone asks for beside it neither hold it up nor move it', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig)
  const [run] = await occurrencesOf(rig, id)
  await invokeNow(rig.ctx, publicId('action', id))
  const end = new Date(Date.now() - 1_000)
  await finish(rig, run!.id, end)
  await afterRuns(rig).round()
  assert.equal((await storedTimes(rig, id)).next_run_at?.getTime(), end.getTime() + 300_000)
})

test('a ROLLING schedule ends with its window and with maxRuns, and does not when paused', async () => {
  await using rig = await schedulerRig()
  const now = Date.now()
  const cases: Record<string, unknown>[] = [
    { end_at: new Date(now + 200_000) },
    { end_at: new Date(now - 1) },
    { max_runs: 1, runs_made: 1 },
    { enabled: false },
  ]
  const work = afterRuns(rig)
  for (const columns of cases) {
    const id = await rolling(rig)
    const [run] = await occurrencesOf(rig, id)
    await setColumns(rig, id, columns)
    await finish(rig, run!.id, new Date(now))
    await work.round()
    await work.round()
    assert.equal((await storedTimes(rig, id)).next_run_at, null, JSON.stringify(columns))
  }
})

test('a schedule that has come to its end is passed over until it is edited', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig)
  const [run] = await occurrencesOf(rig, id)
  await setColumns(rig, id, { end_at: new Date(Date.now() + 200_000) })
  await finish(rig, run!.id, new Date())
  const work = afterRuns(rig)
  await work.round()
  await setColumns(rig, id, { end_at: null })
  await work.round()
  assert.equal((await storedTimes(rig, id)).next_run_at, null)
  await setColumns(rig, id, { updated_at: new Date(Date.now() + 1_000) })
  await work.round()
  assert.ok((await storedTimes(rig, id)).next_run_at)
})

test('a one-time action that is to go is deleted when its run has ended, with its event, and its history stays', async () => {
  await using rig = await schedulerRig()
  const actionOf = async (invocation: string) =>
    (await rig.db.pool.query<{ id: string }>('select action_id as id from invocations where id = $1', [invocation])).rows[0]!.id
  const make = async (columns: Record<string, unknown>) => {
    const { id } = await send(rig.ctx, { url: `${rig.target.url}/` })
    const action = await actionOf(id)
    await setColumns(rig, action, columns)
    return { id, action }
  }
  const going = await make({ delete_after_completion: true })
  const staying = await make({})
  const asked = await make({ delete_after_completion: true })
  const work = afterRuns(rig)
  await work.round()
  assert.equal((await storedTimes(rig, going.action)).deleted_at, null)
  await invokeNow(rig.ctx, publicId('action', asked.action))
  for (const { id } of [going, staying, asked]) await finish(rig, id, new Date())
  await Promise.all([work.round(), afterRuns(rig).round()])
  assert.ok((await storedTimes(rig, going.action)).deleted_at)
  assert.deepEqual(
    (await actionEvents(rig, going.action)).map(({ type }) => type),
    ['action.created', 'action.deleted'],
  )
  assert.equal((await rig.row(going.id)).status, 'SUCCEEDED')
  for (const { action } of [staying, asked]) assert.equal((await storedTimes(rig, action)).deleted_at, null)
})

test('a running scheduler goes on after each run and tidies up', async () => {
  await using rig = await schedulerRig()
  const id = await rolling(rig)
  const { id: once } = await send(rig.ctx, { url: `${rig.target.url}/` })
  await rig.db.pool.query(
    'update actions set delete_after_completion = true where id = (select action_id from invocations where id = $1)',
    [once],
  )
  await rig.schedule()
  await rig.ended([once])
  await rig.eventually(async () => {
    const { next_run_at } = await storedTimes(rig, id)
    return next_run_at ? { next_run_at } : 'no next time yet'
  })
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query("select from events where type = 'action.deleted'")
    return rows.length > 0 ? rows : 'not deleted yet'
  })
})
