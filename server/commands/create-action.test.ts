import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes, markRunning } from '../../test/records.ts'
import { openWorkspace, otherProject } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { createActions } from './create-actions.ts'
import { deleteAction } from './delete-action.ts'
import { pause } from './pause.ts'

const target = { url: 'https://example.com/hook' }
const cron = { cronExpression: '0 9 * * *', timezone: 'Europe/Berlin' }
const inAnHour = () => new Date(Date.now() + 3_600_000)

test('each kind gets what it needs: a next time, a run, or nothing', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const now = Date.UTC(2030, 5, 1, 12)
  const scheduledAt = new Date(now + 3_600_000)
  const kinds = [
    { schedule: cron },
    { schedule: { scheduledAt } },
    {},
    { schedule: cron, enabled: false },
    { schedule: { scheduledAt }, enabled: false },
  ]
  const made = []
  for (const kind of kinds) {
    const { id } = await createAction(ctx, { name: 'a', target, ...kind }, now)
    made.push(await db.prisma.action.findUniqueOrThrow({ where: { id }, include: { invocations: true } }))
  }
  assert.deepEqual(
    made.map(({ kind, enabled, nextRunAt, invocations }) => [
      kind,
      enabled,
      nextRunAt?.toISOString(),
      invocations.map((run) => [run.runAt, run.held]),
    ]),
    [
      ['RECURRING', true, '2030-06-02T07:00:00.000Z', []],
      ['ONE_TIME', true, undefined, [[scheduledAt, false]]],
      ['ON_DEMAND', true, undefined, []],
      ['RECURRING', false, undefined, []],
      ['ONE_TIME', false, undefined, [[scheduledAt, true]]],
    ],
  )
})

test('the same key edits the action: a changed request is a new version and the old one is kept', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const input = { name: 'a', key: 'nightly', target, schedule: cron, body: { a: 1 } }
  const { id } = await createAction(ctx, input)
  assert.equal((await createAction(ctx, input)).id, id)
  assert.equal((await createAction(ctx, { ...input, body: { a: 2 }, name: 'b', enabled: false })).id, id)
  assert.equal((await createAction(ctx, { ...input, body: { a: 2 }, schedule: null })).id, id)
  const action = await db.prisma.action.findUniqueOrThrow({ where: { id }, include: { versions: true } })
  assert.deepEqual(
    [action.version, action.body, action.name, action.kind, action.enabled, action.versions.map(({ version, body }) => [version, body])],
    [2, '{"a":2}', 'a', 'ON_DEMAND', false, [[1, '{"a":1}']]],
  )
  assert.deepEqual(await eventTypes(db), ['action.created', 'action.updated', 'action.updated', 'action.paused', 'action.updated'])
  assert.notEqual((await createAction(await otherProject(workspace), input)).id, id)
  await deleteAction(ctx, publicId('action', id))
  assert.notEqual((await createAction(ctx, input)).id, id)
})

test('callers who store the same new key at once make one action', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const made = await Promise.all(Array.from({ length: 8 }, (_, index) => createAction(ctx, { name: `${index}`, key: 'k', target })))
  assert.equal(new Set(made.map(({ id }) => id)).size, 1)
  assert.equal(await db.prisma.action.count(), 1)
})

test('a keyed one-time action: repeating the call changes nothing, its run moves while it is pending, later it is refused', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const input = { name: 'a', key: 'k', target, schedule: { scheduledAt: inAnHour() } }
  const { id } = await createAction(ctx, input)
  await createAction(ctx, input)
  const moved = { ...input, schedule: { scheduledAt: new Date(Date.now() + 7_200_000) } }
  await createAction(ctx, moved)
  const [run, ...others] = await db.prisma.invocation.findMany({ where: { actionId: id } })
  assert.deepEqual([run!.runAt, others.length], [moved.schedule.scheduledAt, 0])
  await markRunning(db, run!.id)
  await createAction(ctx, moved)
  await assert.rejects(createAction(ctx, { ...input, body: 'new' }), { code: 'INVALID_SCHEDULE', field: 'schedule.scheduledAt' })
  assert.equal((await db.prisma.action.findUniqueOrThrow({ where: { id } })).body, null)
})

test('createActions stores the valid ones, in one transaction, and undoes only what is refused', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id: ran } = await createAction(ctx, { name: 'ran', key: 'ran', target, schedule: { scheduledAt: inAnHour() } })
  const run = await db.prisma.invocation.findFirstOrThrow({ where: { actionId: ran } })
  await markRunning(db, run.id)
  const nowhere = { serviceId: publicId('service', crypto.randomUUID()), path: '/' }
  const results = await createActions(ctx, [
    { name: 'plain', target },
    { name: '', target },
    { name: 'keyed', key: 'k', target },
    { name: 'no service', target: nowhere },
    { name: 'keyed, no service', key: 'n', target: nowhere },
    { name: 'edited', key: 'k', target, body: 'x' },
    { name: 'ran', key: 'ran', target, body: 'x', schedule: { scheduledAt: new Date(Date.now() + 7_200_000) } },
    { name: 'bad cron', key: 'c', target, schedule: { cronExpression: '* * *', timezone: 'UTC' } },
    { name: 'last', key: 'last', target },
  ])
  assert.deepEqual(
    results.map((item) => ('error' in item ? `${item.error.code} ${item.error.field}` : 'stored')),
    [
      'stored',
      'BAD_USER_INPUT name',
      'stored',
      'NOT_FOUND target.serviceId',
      'NOT_FOUND target.serviceId',
      'stored',
      'INVALID_SCHEDULE schedule.scheduledAt',
      'INVALID_CRON schedule.cronExpression',
      'stored',
    ],
  )
  const stored = await db.prisma.action.findMany({ orderBy: { id: 'asc' }, select: { name: true, version: true } })
  assert.deepEqual(stored.map(({ name, version }) => `${name} ${version}`).sort(), ['edited 2', 'last 1', 'plain 1', 'ran 1'])
  await assert.rejects(createActions(ctx, Array(1_001).fill({ name: 'a', target })), { code: 'BAD_USER_INPUT', field: 'inputs' })
})

test('bad input changes nothing', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await assert.rejects(createAction(ctx, { name: 'a', key: '', target }), { code: 'BAD_USER_INPUT', field: 'key' })
  await assert.rejects(createAction(ctx, { name: 'a', key: 'a\0', target }), { code: 'BAD_USER_INPUT', field: 'key' })
  await assert.rejects(createAction(ctx, { name: 'a', key: 'k', target: {} }), { code: 'INVALID_TARGET', field: 'target' })
  await assert.rejects(createAction(ctx, { name: 'a', target, headers: { 'x-acme-a': '' }, body: 'a\0' }), {
    code: 'BAD_USER_INPUT',
    field: 'body',
  })
  await assert.rejects(createAction({ ...ctx, headerPrefix: 'X-Acme' }, { name: 'a', target, headers: { 'x-acme-a': '' } }), {
    code: 'HEADER_FORBIDDEN',
  })
  await assert.rejects(pause(ctx, 'act_nonsense'), { code: 'NOT_FOUND' })
  assert.deepEqual(await eventTypes(db), [])
})
