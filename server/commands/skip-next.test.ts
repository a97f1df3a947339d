import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { skipNext } from './skip-next.ts'

const target = { url: 'https://example.com/hook' }
const hourly = { cronExpression: '0 * * * *', timezone: 'UTC' }
const HOUR_MS = 3_600_000

async function makeAction({ ctx }: Workspace, input: Partial<CreateActionInput> = {}) {
  const { id } = await createAction(ctx, { name: 'a', target, schedule: hourly, ...input })
  return { id, publicId: publicId('action', id) }
}

const nextOf = async ({ db }: Workspace, id: string) => (await db.prisma.action.findUniqueOrThrow({ where: { id } })).nextRunAt!
const runOf = ({ db }: Workspace, id: string) => db.prisma.invocation.findUniqueOrThrow({ where: { id } })

test('the next time gets a row that is cancelled, and the schedule goes on after it', async () => {
  await using workspace = await openWorkspace()
  const action = await makeAction(workspace)
  const next = await nextOf(workspace, action.id)
  const { id } = await skipNext(workspace.ctx, action.publicId)
  const run = await runOf(workspace, id)
  assert.deepEqual(
    [run.status, run.statusReason, run.trigger, run.scheduledFor, run.sortAt, run.actorKind],
    ['CANCELLED', 'USER', 'SCHEDULE', next, next, 'TOKEN'],
  )
  assert.equal((await nextOf(workspace, action.id)).getTime(), next.getTime() + HOUR_MS)
  const { rows } = await workspace.db.pool.query('select type from events where invocation_id = $1', [id])
  assert.deepEqual(rows, [{ type: 'invocation.cancelled' }])
  // Again: the one after.
  const { id: second } = await skipNext(workspace.ctx, action.publicId)
  assert.equal((await runOf(workspace, second)).scheduledFor!.getTime(), next.getTime() + HOUR_MS)
})

test('what was skipped stays so after a pause, and is not skipped twice', async () => {
  await using workspace = await openWorkspace()
  const action = await makeAction(workspace)
  const next = await nextOf(workspace, action.id)
  await skipNext(workspace.ctx, action.publicId)
  // The cursor as it is set by whoever computes it from now alone.
  await workspace.db.pool.query('update actions set next_run_at = $2 where id = $1', [action.id, next])
  const { id } = await skipNext(workspace.ctx, action.publicId)
  assert.equal((await runOf(workspace, id)).scheduledFor!.getTime(), next.getTime() + HOUR_MS)
  await pause(workspace.ctx, action.publicId)
  await assert.rejects(skipNext(workspace.ctx, action.publicId), { code: 'INVALID_TRANSITION', message: /paused.*resumed/ })
  await resume(workspace.ctx, action.publicId)
  assert.equal((await nextOf(workspace, action.id)).getTime(), next.getTime() + 2 * HOUR_MS)
})

test('a run that was made ahead is cancelled itself; the end of the schedule is the end of skipping', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const at = new Date(Date.now() + HOUR_MS)
  const once = await makeAction(workspace, { schedule: { scheduledAt: at } })
  const { id } = await skipNext(ctx, once.publicId)
  assert.deepEqual([(await runOf(workspace, id)).status, (await runOf(workspace, id)).scheduledFor], ['CANCELLED', at])
  await assert.rejects(skipNext(ctx, once.publicId), { code: 'INVALID_TRANSITION', message: 'No run is to come that could be skipped.' })

  const action = await makeAction(workspace)
  const next = await nextOf(workspace, action.id)
  const ahead = crypto.randomUUID()
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at,
       lease_owner, lease_until)
     select $1, project_id, id, 'PENDING', 'SCHEDULE', next_run_at, next_run_at, next_run_at, 1, 'SYSTEM', now(), $1, now() + interval '1 minute'
     from actions where id = $2`,
    [ahead, action.id],
  )
  await db.pool.query("update actions set next_run_at = next_run_at + interval '1 hour' where id = $1", [action.id])
  assert.deepEqual(await skipNext(ctx, action.publicId), { id: ahead })
  assert.equal((await runOf(workspace, ahead)).status, 'CANCELLED')
  assert.equal((await nextOf(workspace, action.id)).getTime(), next.getTime() + HOUR_MS)
})

test('an action on demand, one of another project and a deleted one are refused', async () => {
  await using workspace = await openWorkspace()
  const { id } = await createAction(workspace.ctx, { name: 'a', target })
  await assert.rejects(skipNext(workspace.ctx, publicId('action', id)), { code: 'BAD_USER_INPUT', field: 'actionId' })
  const action = await makeAction(workspace)
  await assert.rejects(skipNext(await otherProject(workspace), action.publicId), { code: 'NOT_FOUND' })
  assert.equal(await workspace.db.prisma.invocation.count(), 0)
})
