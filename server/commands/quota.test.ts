import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { createActions } from './create-actions.ts'
import { deleteAction } from './delete-action.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { updateAction } from './update-action.ts'

const target = { url: 'https://example.com/hook' }
const daily = { cronExpression: '@daily', timezone: 'UTC' }
const recurring = { name: 'a', target, schedule: daily }
const exceeded = { code: 'QUOTA_EXCEEDED', field: 'enabled' }

const setQuota = ({ db, projectId }: Workspace, quota: number) =>
  db.pool.query('update projects set enabled_quota = $2 where id = $1', [projectId, quota])
const enabled = ({ db, projectId }: Workspace) =>
  db.prisma.action.count({ where: { projectId, enabled: true, deletedAt: null, kind: 'RECURRING' } })

test('the quota counts enabled recurring actions, and nothing else', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  await setQuota(workspace, 2)
  const first = publicId('action', (await createAction(ctx, recurring)).id)
  await createAction(ctx, { ...recurring, schedule: { every: 'hourly' } })
  await assert.rejects(createAction(ctx, recurring), exceeded)
  await assert.rejects(createAction(ctx, { ...recurring, key: 'k' }), exceeded)
  assert.equal((await eventTypes(workspace.db)).length, 2)

  const paused = publicId('action', (await createAction(ctx, { ...recurring, enabled: false })).id)
  const other = publicId('action', (await createAction(ctx, { name: 'b', target })).id)
  await createAction(ctx, { name: 'c', target, schedule: { scheduledAt: new Date(Date.now() + 60_000) } })
  await assert.rejects(resume(ctx, paused), exceeded)
  await assert.rejects(updateAction(ctx, other, { schedule: daily }), exceeded)
  assert.equal((await createAction(await otherProject(workspace), recurring)).id.length, 36)

  await updateAction(ctx, first, { name: 'still', schedule: { every: 'daily' } })
  await pause(ctx, first)
  await resume(ctx, paused)
  await assert.rejects(resume(ctx, first), exceeded)
  await deleteAction(ctx, paused)
  await updateAction(ctx, other, { schedule: daily })
  assert.equal(await enabled(workspace), 2)
})

test('by key: what is enabled stays, what becomes enabled is counted', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  await setQuota(workspace, 1)
  await createAction(ctx, { ...recurring, key: 'a' })
  await createAction(ctx, { ...recurring, key: 'a', name: 'b' })
  await createAction(ctx, { ...recurring, key: 'b', enabled: false })
  await assert.rejects(createAction(ctx, { ...recurring, key: 'b', enabled: true }), exceeded)
  await createAction(ctx, { ...recurring, key: 'a', enabled: false })
  await createAction(ctx, { ...recurring, key: 'b', enabled: true })
  assert.equal(await enabled(workspace), 1)
})

test('createActions stores as many as there is room for', async () => {
  await using workspace = await openWorkspace()
  await setQuota(workspace, 3)
  const results = await createActions(workspace.ctx, [
    recurring,
    { name: 'on demand', target },
    { ...recurring, schedule: { cronExpression: '* *', timezone: 'UTC' } },
    recurring,
    { ...recurring, enabled: false },
    { ...recurring, key: 'k' },
    { ...recurring, key: 'l' },
    recurring,
  ])
  assert.deepEqual(
    results.map((item) => ('error' in item ? item.error.code : 'stored')),
    ['stored', 'stored', 'INVALID_CRON', 'stored', 'stored', 'QUOTA_EXCEEDED', 'QUOTA_EXCEEDED', 'stored'],
  )
  assert.equal(await enabled(workspace), 3)
})

test('callers at the edge of the quota at once never pass it', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  await setQuota(workspace, 4)
  const paused = await Promise.all(Array.from({ length: 3 }, () => createAction(ctx, { ...recurring, enabled: false })))
  const demanded = await Promise.all(Array.from({ length: 3 }, () => createAction(ctx, { name: 'a', target })))
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 3 }, () => createAction(ctx, recurring)),
    ...Array.from({ length: 3 }, (_, index) => createAction(ctx, { ...recurring, key: `k${index}` })),
    ...paused.map(({ id }) => resume(ctx, publicId('action', id))),
    ...demanded.map(({ id }) => updateAction(ctx, publicId('action', id), { schedule: daily })),
  ])
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'QUOTA_EXCEEDED')
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 4)
  assert.equal(await enabled(workspace), 4)
})
