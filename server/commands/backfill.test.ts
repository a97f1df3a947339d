import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import type { ScheduleInput } from '../domain/action-input.ts'
import { publicId } from '../domain/ids.ts'
import { backfill } from './backfill.ts'
import { cancelBackfill } from './cancel-backfill.ts'
import { createAction } from './create-action.ts'
import { deleteAction } from './delete-action.ts'

const span = { from: new Date('2026-03-10T00:00:00Z'), to: new Date('2026-03-10T23:00:00Z') }
const hourly = { cronExpression: '0 * * * *', timezone: 'UTC' }

async function makeAction({ ctx }: Workspace, schedule: ScheduleInput | null = hourly): Promise<string> {
  return publicId('action', (await createAction(ctx, { name: 'a', target: { url: 'https://example.com/hook' }, schedule })).id)
}

test('a backfill is stored with what it will look at, by whom', async () => {
  await using workspace = await openWorkspace()
  const { id } = await backfill(workspace.ctx, await makeAction(workspace), span)
  const row = await workspace.db.prisma.backfill.findUniqueOrThrow({ where: { id } })
  assert.deepEqual(
    [row.status, row.total, row.made, row.skipped, row.fromAt, row.toAt, row.nextAt, row.actorKind, row.finishedAt],
    ['RUNNING', 24, 0, 0, span.from, span.to, span.from, 'TOKEN', null],
  )
  assert.deepEqual((await eventTypes(workspace.db)).slice(-1), ['backfill.created'])
})

test('what is refused leaves nothing behind', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace)
  const before = await eventTypes(db)
  const refused = (of: string, { from, to }: { from?: Date; to?: Date }, error: object) =>
    assert.rejects(backfill(ctx, of, { ...span, ...(from && { from }), ...(to && { to }) }), error)
  await refused(action, { to: new Date(Date.now() + 60_000) }, { code: 'BAD_USER_INPUT', field: 'to' })
  await refused(action, { from: span.to }, { code: 'BAD_USER_INPUT', field: 'from' })
  await refused(action, { from: new Date('2026-01-01T00:00:00Z') }, { code: 'BAD_USER_INPUT', field: 'to', message: /at most 1,000 runs/ })
  await refused(action, { from: new Date(Number.NaN) }, { code: 'BAD_USER_INPUT', field: 'from' })
  await refused(publicId('action', crypto.randomUUID()), {}, { code: 'NOT_FOUND', message: 'Action not found.' })
  assert.deepEqual(await eventTypes(db), before)
  await refused(await makeAction(workspace, null), {}, { code: 'BAD_USER_INPUT', field: 'actionId' })
  await refused(
    await makeAction(workspace, { scheduledAt: new Date(Date.now() + 60_000) }),
    {},
    { code: 'BAD_USER_INPUT', field: 'actionId' },
  )
  await refused(await makeAction(workspace, { every: 'hourly', recurrence: 'ROLLING' }), {}, { code: 'BAD_USER_INPUT', field: 'actionId' })
  assert.equal(await db.prisma.backfill.count(), 0)
})

test('one at a time per action, whoever comes first', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace)
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => backfill(ctx, action, span)))
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
  const [first] = await db.prisma.backfill.findMany()
  const id = publicId('backfill', first!.id)
  await assert.rejects(backfill(ctx, action, span), { code: 'INVALID_TRANSITION', message: new RegExp(`\\(${id}\\).*cancel`) })
  await backfill(ctx, await makeAction(workspace), span)
  await cancelBackfill(ctx, id)
  await backfill(ctx, action, span)
})

test("another project's action and backfill answer as ones that do not exist", async () => {
  await using workspace = await openWorkspace()
  const action = await makeAction(workspace)
  const { id } = await backfill(workspace.ctx, action, span)
  const other = await otherProject(workspace)
  await assert.rejects(backfill(other, action, span), { code: 'NOT_FOUND', message: 'Action not found.' })
  for (const unknown of [publicId('backfill', id), publicId('backfill', crypto.randomUUID()), action, '']) {
    await assert.rejects(cancelBackfill(other, unknown), { code: 'NOT_FOUND', message: 'Backfill not found.' })
  }
  await deleteAction(workspace.ctx, action)
  await assert.rejects(backfill(workspace.ctx, action, span), { code: 'NOT_FOUND' })
  assert.equal((await workspace.db.prisma.backfill.findUniqueOrThrow({ where: { id } })).status, 'RUNNING')
})
