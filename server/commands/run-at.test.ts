import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { openWorkspace, otherProject } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { pause } from './pause.ts'
import { runAt } from './run-at.ts'

test('an extra run is sent at its time and not before, also while the action is paused', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const schedule = { cronExpression: '0 0 1 1 *', timezone: 'UTC' }
  const { id: actionId } = await createAction(rig.ctx, { name: 'yearly', target: { url: `${rig.target.url}/` }, schedule })
  const action = publicId('action', actionId)
  await pause(rig.ctx, action)
  const at = new Date(Date.now() + 900)
  const { id } = await runAt(rig.ctx, action, at)
  const made = await rig.db.prisma.invocation.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([made.trigger, made.scheduledFor, made.runAt, made.sortAt, made.exclusive], ['MANUAL', null, at, at, true])
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'SUCCEEDED')
  const [arrival] = rig.target.arrivals
  assert.ok(arrival!.at >= at.getTime() && arrival!.at < at.getTime() + 1_000)
  assert.equal(arrival!.headers['x-forte-scheduled-for'], at.toISOString())
})

test('a time that has passed, none at all and one too far ahead are refused; a moment ago is now', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id: actionId } = await createAction(ctx, { name: 'a', target: { url: 'https://example.com/hook' } })
  const action = publicId('action', actionId)
  const now = Date.now()
  for (const at of [
    new Date(now - 61_000),
    new Date(Number.NaN),
    'tomorrow',
    '2030-01-01T00:00:00',
    new Date(now + 11 * 366 * 86_400_000),
  ]) {
    await assert.rejects(runAt(ctx, action, at, now), { code: 'INVALID_SCHEDULE', field: 'at', message: /^at must/ })
  }
  await assert.rejects(runAt(await otherProject(workspace), action, new Date(now + 1_000)), { code: 'NOT_FOUND' })
  assert.equal(await db.prisma.invocation.count(), 0)
  const { id } = await runAt(ctx, action, new Date(now - 50_000), now)
  assert.deepEqual((await db.prisma.invocation.findUniqueOrThrow({ where: { id } })).runAt, new Date(now))
})
