import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { cancel } from '../commands/cancel.ts'
import { createAction } from '../commands/create-action.ts'
import { skipNext } from '../commands/skip-next.ts'
import { publicId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { createMaterializer } from './materializer.ts'

test('against servers that make the same runs: each time has one row, and as many are cancelled as were skipped', async () => {
  await using rig = await schedulerRig()
  const { db, ctx } = rig
  // Near enough to be made ahead now, so both want it.
  const schedule = { every: 'PT1M', startAt: new Date(Date.now() + 1_900) }
  const target = { url: 'https://example.com/hook' }
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await createAction(ctx, { name: 'a', target, schedule })).id))
  const log = createLog('silent')
  const servers = Array.from({ length: 3 }, () => createMaterializer({ pool: db.engine, db, log, onMade() {} }))
  const skipped = await Promise.all([
    ...ids.map(async (id) => (await skipNext(ctx, publicId('action', id))).id),
    ...servers.map(async (server) => {
      while (await server.round());
      return ''
    }),
  ])
  const chosen = new Set(skipped.filter(Boolean))
  assert.equal(chosen.size, 20)
  const rows = await db.prisma.invocation.findMany({ where: { actionId: { in: ids } } })
  for (const actionId of ids) {
    const own = rows.filter((row) => row.actionId === actionId)
    assert.equal(own.filter(({ status }) => status === 'CANCELLED').length, 1)
    assert.equal(own.filter(({ id }) => chosen.has(id)).length, 1)
    assert.equal(new Set(own.map(({ scheduledFor }) => scheduledFor!.getTime())).size, own.length)
    const next = (await db.prisma.action.findUniqueOrThrow({ where: { id: actionId } })).nextRunAt!
    assert.ok(own.every(({ scheduledFor }) => scheduledFor! < next))
  }
  await assert.rejects(cancel(ctx, publicId('invocation', [...chosen][0]!)), { code: 'INVALID_TRANSITION' })
})
