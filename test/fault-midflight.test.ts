import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAction } from '../server/commands/create-action.ts'
import { deleteAction } from '../server/commands/delete-action.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { pause } from '../server/commands/pause.ts'
import { updateAction } from '../server/commands/update-action.ts'
import { publicId } from '../server/domain/ids.ts'
import { schedulerRig } from './scheduler-rig.ts'

test('F30: paused, edited and deleted while its run is under way: the run ends as it began and is recorded, and none follows', async () => {
  await using rig = await schedulerRig()
  const { ctx, db, target } = rig
  await rig.schedule()
  const { id } = await createAction(ctx, {
    name: 'a',
    target: { url: `${target.url}/before?hang=1` },
    schedule: { cronExpression: '0 0 1 1 *', timezone: 'UTC' },
  })
  const action = publicId('action', id)
  const run = await invokeNow(ctx, action)
  await target.arrived()
  await pause(ctx, action, 'while it runs')
  await updateAction(ctx, action, { target: { url: `${target.url}/after` } })
  await deleteAction(ctx, action)
  target.release()
  const ended = await rig.until(run.id, ({ status }) => status !== 'RUNNING')
  assert.deepEqual([ended.status, ended.attempt_count], ['SUCCEEDED', 1])
  assert.equal((await rig.attempts(run.id)).length, 1)
  assert.deepEqual(
    target.arrivals.map(({ url }) => url),
    ['/before?hang=1'],
  )
  const { rows } = await db.pool.query(
    `select (select count(*)::int from invocations where action_id = $1) as runs, next_run_at is not null and enabled and deleted_at is null as "goesOn"
     from actions where id = $1`,
    [id],
  )
  assert.deepEqual(rows, [{ runs: 1, goesOn: false }])
})
