import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes, failRun, markRunning } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { publicId } from '../domain/ids.ts'
import { openHeaders } from '../store/action-headers.ts'
import { createAction } from './create-action.ts'
import { deleteAction } from './delete-action.ts'
import { invokeNow } from './invoke-now.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { updateAction } from './update-action.ts'

const target = { url: 'https://example.com/hook' }
const cron = { cronExpression: '*/5 * * * *', timezone: 'UTC' }
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)

async function makeAction({ ctx }: Workspace, input: Partial<CreateActionInput> = {}) {
  const { id } = await createAction(ctx, { name: 'a', target, ...input })
  return { id, publicId: publicId('action', id) }
}

/** An occurrence as the scheduler makes it ahead, claimed by some server. */
async function materialize({ db, projectId }: Workspace, actionId: string, at: Date): Promise<string> {
  const id = crypto.randomUUID()
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at,
       lease_owner, lease_until)
     values ($1, $2, $3, 'PENDING', 'SCHEDULE', $4, $4, $4, 1, 'SYSTEM', now(), $1, now() + interval '1 minute')`,
    [id, projectId, actionId, at],
  )
  return id
}

const runsOf = ({ db }: Workspace, actionId: string) => db.prisma.invocation.findMany({ where: { actionId }, orderBy: { id: 'asc' } })
const actionOf = ({ db }: Workspace, id: string) => db.prisma.action.findUniqueOrThrow({ where: { id }, include: { versions: true } })

test('pause and resume of a recurring action: what was made ahead is missed, nothing is replayed, runs by hand go on', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace, { schedule: cron })
  const ahead = await materialize(workspace, action.id, inHours(0.01))
  const { id: asked } = await invokeNow(ctx, action.publicId)
  await pause(ctx, action.publicId, ' holidays ')
  const paused = await actionOf(workspace, action.id)
  assert.deepEqual([paused.enabled, paused.pauseNote, paused.nextRunAt], [false, 'holidays', null])
  const missed = await db.prisma.invocation.findUniqueOrThrow({ where: { id: ahead } })
  assert.deepEqual([missed.status, missed.statusReason, missed.leaseOwner], ['MISSED', 'PAUSED', null])
  assert.equal((await db.prisma.invocation.findUniqueOrThrow({ where: { id: asked } })).status, 'PENDING')
  assert.ok((await invokeNow(ctx, action.publicId)).id, 'a paused action can be run by hand')

  await resume(ctx, action.publicId)
  const resumed = await actionOf(workspace, action.id)
  assert.deepEqual([resumed.enabled, resumed.pauseNote], [true, null])
  assert.ok(resumed.nextRunAt! > new Date() && resumed.nextRunAt! <= new Date(Date.now() + 300_000))
  await db.pool.query("update actions set next_run_at = '2020-01-01' where id = $1", [action.id])
  await resume(ctx, action.publicId)
  assert.equal((await actionOf(workspace, action.id)).nextRunAt?.getUTCFullYear(), 2020, 'resuming what is not paused changes nothing')
  assert.deepEqual(
    (await eventTypes(db)).filter((type) => type !== 'invocation.created'),
    ['action.created', 'action.paused', 'invocation.missed', 'action.resumed'],
  )
})

test('pause and resume of a one-time action: its run is held, and kept if its time is still ahead', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const [kept, late] = [
    await makeAction(workspace, { schedule: { scheduledAt: inHours(1) } }),
    await makeAction(workspace, { schedule: { scheduledAt: inHours(1) } }),
  ]
  await db.pool.query("update invocations set lease_owner = id, lease_until = now() + interval '1 minute'")
  for (const { publicId } of [kept, late]) await pause(ctx, publicId)
  for (const run of await db.prisma.invocation.findMany()) assert.deepEqual([run.status, run.held, run.leaseOwner], ['PENDING', true, null])
  await db.pool.query("update invocations set run_at = now() - interval '1 second' where action_id = $1", [late.id])
  for (const { publicId } of [kept, late]) await resume(ctx, publicId)
  const [keptRun] = await runsOf(workspace, kept.id)
  const [lateRun] = await runsOf(workspace, late.id)
  assert.deepEqual([keptRun!.status, keptRun!.held], ['PENDING', false])
  assert.deepEqual([lateRun!.status, lateRun!.statusReason], ['MISSED', 'PAUSED'])
})

test('an edit of the request is a new version; nothing else is', async () => {
  await using workspace = await openWorkspace()
  const action = await makeAction(workspace, { headers: { a: 'b' }, schedule: cron })
  const { nextRunAt } = await actionOf(workspace, action.id)
  await updateAction(workspace.ctx, action.publicId, { name: 'b', tags: ['x'], retryable: true, schedule: cron })
  const same = await actionOf(workspace, action.id)
  assert.deepEqual(
    [same.version, same.versions.length, same.name, same.tags, same.maxAttempts, same.nextRunAt],
    [1, 0, 'b', ['x'], 3, nextRunAt],
  )
  await updateAction(workspace.ctx, action.publicId, { headers: null, method: 'GET' })
  const edited = await actionOf(workspace, action.id)
  const kept = openHeaders(workspace.db.vault, action.id, edited.versions[0]!.headers)
  assert.deepEqual([edited.version, edited.headers, edited.method, kept], [2, null, 'GET', { a: 'b' }])
})

test('schedules: recurring to another, to none, to one time and back', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const action = await makeAction(workspace, { schedule: cron })
  await updateAction(ctx, action.publicId, { schedule: { cronExpression: '0 0 1 1 *', timezone: 'UTC' } })
  assert.match((await actionOf(workspace, action.id)).nextRunAt!.toISOString(), /-01-01T00:00:00.000Z$/)
  await updateAction(ctx, action.publicId, { schedule: null })
  const onDemand = await actionOf(workspace, action.id)
  assert.deepEqual([onDemand.kind, onDemand.cronExpression, onDemand.nextRunAt], ['ON_DEMAND', null, null])

  const scheduledAt = inHours(1)
  await updateAction(ctx, action.publicId, { schedule: { scheduledAt } })
  assert.deepEqual(
    (await runsOf(workspace, action.id)).map((run) => [run.status, run.scheduledFor, run.trigger]),
    [['PENDING', scheduledAt, 'SCHEDULE']],
  )
  await updateAction(ctx, action.publicId, { schedule: cron })
  assert.deepEqual(
    (await runsOf(workspace, action.id)).map((run) => [run.status, run.statusReason]),
    [['CANCELLED', 'SUPERSEDED']],
  )
  assert.equal((await actionOf(workspace, action.id)).kind, 'RECURRING')
  await assert.rejects(updateAction(ctx, action.publicId, { schedule: { scheduledAt } }), { code: 'INVALID_SCHEDULE' })
  assert.equal((await actionOf(workspace, action.id)).kind, 'RECURRING', 'that time already has a run')
})

test('a one-time run can be moved until it begins', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace, { schedule: { scheduledAt: inHours(1) } })
  await db.pool.query("update invocations set lease_owner = id, lease_until = now() + interval '1 minute'")
  const scheduledAt = inHours(2)
  await updateAction(ctx, action.publicId, { schedule: { scheduledAt } })
  const [run] = await runsOf(workspace, action.id)
  assert.deepEqual([run!.scheduledFor, run!.runAt, run!.sortAt, run!.leaseOwner], [scheduledAt, scheduledAt, scheduledAt, null])
  assert.ok((await eventTypes(db)).includes('invocation.updated'))
  await markRunning(db, run!.id)
  await assert.rejects(updateAction(ctx, action.publicId, { body: 'x', schedule: { scheduledAt: inHours(3) } }), {
    code: 'INVALID_SCHEDULE',
    field: 'schedule.scheduledAt',
  })
  assert.equal((await actionOf(workspace, action.id)).version, 1)
  await updateAction(ctx, action.publicId, { name: 'b', schedule: { scheduledAt } })
})

test('deleting cancels what was not sent, frees the key and hides the action', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const action = await makeAction(workspace, { key: 'k', retryable: true })
  const ids: string[] = []
  for (let runs = 0; runs < 3; runs++) ids.push((await invokeNow(ctx, action.publicId)).id)
  const [pending, retrying, running] = ids as [string, string, string]
  for (const id of [retrying, running]) await markRunning(db, id)
  await failRun(db, retrying, 'RETRYING')
  assert.deepEqual(await deleteAction(ctx, action.publicId), { id: action.id })
  const byId = new Map((await runsOf(workspace, action.id)).map((run) => [run.id, [run.status, run.statusReason, run.errorCode]]))
  assert.deepEqual(byId.get(pending), ['CANCELLED', 'ACTION_DELETED', null])
  assert.deepEqual(byId.get(retrying), ['CANCELLED', 'ACTION_DELETED', null])
  assert.deepEqual(byId.get(running), ['RUNNING', null, null])
  for (const work of [deleteAction, pause, resume, invokeNow]) await assert.rejects(work(ctx, action.publicId), { code: 'NOT_FOUND' })
  await assert.rejects(updateAction(ctx, action.publicId, { name: 'b' }), { code: 'NOT_FOUND' })
})

test("another project's action answers as one that does not exist", async () => {
  await using workspace = await openWorkspace()
  const other = await otherProject(workspace)
  const action = await makeAction(workspace)
  const answers = await Promise.allSettled(
    [action.publicId, publicId('action', crypto.randomUUID()), publicId('invocation', action.id), 'x'].flatMap((id) => [
      updateAction(other, id, { name: 'b' }),
      deleteAction(other, id),
      pause(other, id),
      resume(other, id),
      invokeNow(other, id),
    ]),
  )
  for (const answer of answers) {
    assert.ok(answer.status === 'rejected')
    assert.deepEqual([answer.reason.code, answer.reason.message, answer.reason.field], ['NOT_FOUND', 'Action not found.', undefined])
  }
})
