import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes } from '../../test/records.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import type { CreateActionInput, ScheduleInput, UpdateActionInput } from '../domain/action-input.ts'
import { publicId } from '../domain/ids.ts'
import { spreadOf } from '../domain/recurring.ts'
import { createAction } from './create-action.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { send } from './send.ts'
import { updateAction } from './update-action.ts'

const target = { url: 'https://example.com/hook' }
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const yearly: ScheduleInput = { cronExpression: '0 0 1 1 *', timezone: 'UTC' }

async function make({ ctx }: Workspace, input: Partial<CreateActionInput>): Promise<string> {
  return (await createAction(ctx, { name: 'a', target, ...input })).id
}

const edit = ({ ctx }: Workspace, id: string, input: UpdateActionInput) => updateAction(ctx, publicId('action', id), input)
const read = ({ db }: Workspace, id: string) => db.prisma.action.findUniqueOrThrow({ where: { id } })
const runOf = ({ db }: Workspace, id: string) => db.prisma.invocation.findUniqueOrThrow({ where: { id } })

/** An occurrence as the scheduler makes it, claimed by some server. */
async function occurrence({ db, projectId }: Workspace, actionId: string, nominal: Date, { status = 'PENDING', runAt = nominal } = {}) {
  const id = crypto.randomUUID()
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at,
       lease_owner, lease_until, started_at, dispatched_at, attempt_count, action_version)
     values ($1, $2, $3, $6::text::invocation_status, 'SCHEDULE', $4, $5, $4, 1, 'SYSTEM', now(), $1, now() + interval '1 minute',
       case when $6 = 'RUNNING' then now() end, case when $6 = 'RUNNING' then now() end, case when $6 = 'RUNNING' then 1 else 0 end,
       case when $6 = 'RUNNING' then 1 end)`,
    [id, projectId, actionId, nominal, runAt, status],
  )
  return id
}

/** The next full hour, far enough ahead that no test reaches it. */
const nextHour = () => new Date(Math.ceil((Date.now() + 2 * MINUTE) / HOUR) * HOUR)

test('all of a schedule and its policies is stored, and comes back', async () => {
  await using workspace = await openWorkspace()
  const now = Date.UTC(2030, 0, 15, 12)
  const { id } = await createAction(
    workspace.ctx,
    {
      name: 'a',
      target,
      schedule: {
        cronExpression: '30 9 * * *',
        timezone: 'Europe/Berlin',
        startAt: '2030-02-01T00:00:00Z',
        endAt: '2030-03-01T00:00:00Z',
        dstPolicy: 'LITERAL',
        spreadSeconds: 90,
      },
      overlapPolicy: 'QUEUE_ONE',
      catchUp: 'ALL',
      catchUpWindowSeconds: 60,
      maxRuns: 5,
    },
    now,
  )
  const { cronExpression, timezone, startAt, endAt, dstPolicy, spreadSeconds, nextRunAt, ...rest } = await read(workspace, id)
  assert.deepEqual([cronExpression, timezone, dstPolicy, spreadSeconds], ['30 9 * * *', 'Europe/Berlin', 'LITERAL', 90])
  assert.deepEqual([startAt, endAt], [new Date('2030-02-01T00:00:00Z'), new Date('2030-03-01T00:00:00Z')])
  assert.deepEqual(nextRunAt, new Date('2030-02-01T08:30:00Z'))
  assert.deepEqual(
    [rest.overlapPolicy, rest.catchUp, rest.catchUpWindowSeconds, rest.maxRuns, rest.runsMade, rest.deleteAfterCompletion],
    ['QUEUE_ONE', 'ALL', 60, 5, 0, false],
  )
})

test('an interval counts from when it was saved, and an edit that leaves it alone keeps that', async () => {
  await using workspace = await openWorkspace()
  const id = await make(workspace, { schedule: { every: 'PT90M' } })
  const made = await read(workspace, id)
  assert.deepEqual([made.every, made.recurrence, made.timezone, made.kind], ['PT1H30M', 'FIXED', 'UTC', 'RECURRING'])
  assert.equal(made.nextRunAt!.getTime() - made.anchorAt!.getTime(), 1.5 * HOUR)
  await workspace.db.pool.query(`update actions set anchor_at = anchor_at - interval '10 minutes' where id = $1`, [id])
  await edit(workspace, id, { schedule: { every: 'PT90M', spreadSeconds: 30 } })
  const edited = await read(workspace, id)
  assert.deepEqual([edited.anchorAt!.getTime() - made.anchorAt!.getTime(), edited.spreadSeconds], [-10 * MINUTE, 30])
  await edit(workspace, id, { schedule: { every: 'hourly' } })
  const moved = await read(workspace, id)
  assert.ok(moved.anchorAt! >= made.anchorAt!)
  assert.equal(moved.nextRunAt!.getTime() - moved.anchorAt!.getTime(), HOUR)
})

test('policies of a one-time action and of a lone send', async () => {
  await using workspace = await openWorkspace()
  const scheduledAt = new Date(Date.now() + HOUR)
  const once = await read(
    workspace,
    await make(workspace, { schedule: { scheduledAt }, deleteAfterCompletion: true, overlapPolicy: 'ALLOW' }),
  )
  assert.deepEqual([once.deleteAfterCompletion, once.overlapPolicy, once.scheduledAt], [true, 'ALLOW', scheduledAt])
  const { id } = await send(workspace.ctx, { ...target, deleteAfterCompletion: true })
  const { actionId, status } = await runOf(workspace, id)
  assert.deepEqual([(await read(workspace, actionId)).deleteAfterCompletion, status], [true, 'PENDING'])
  const plain = await runOf(workspace, (await send(workspace.ctx, target)).id)
  const { deleteAfterCompletion, overlapPolicy, catchUp, catchUpWindowSeconds, dstPolicy } = await read(workspace, plain.actionId)
  assert.deepEqual([deleteAfterCompletion, overlapPolicy, catchUp, catchUpWindowSeconds, dstPolicy], [false, 'SKIP', 'LATEST', 300, 'ONCE'])
})

test('an edit ends what was made ahead, unless the new schedule names the same time', async () => {
  await using workspace = await openWorkspace()
  const at = nextHour()
  const hourly: ScheduleInput = { cronExpression: '0 * * * *', timezone: 'UTC' }
  const [kept, ended] = [await make(workspace, { schedule: hourly }), await make(workspace, { schedule: hourly })]
  const [keptRun, endedRun] = [await occurrence(workspace, kept, at), await occurrence(workspace, ended, at)]
  await edit(workspace, kept, { schedule: { cronExpression: '*/30 * * * *', timezone: 'UTC' } })
  await edit(workspace, ended, { schedule: { cronExpression: '17 3 * * *', timezone: 'UTC' } })
  assert.deepEqual([(await runOf(workspace, keptRun)).status, (await runOf(workspace, keptRun)).leaseOwner], ['PENDING', keptRun])
  const { status, statusReason, leaseOwner } = await runOf(workspace, endedRun)
  assert.deepEqual([status, statusReason, leaseOwner], ['CANCELLED', 'SUPERSEDED', null])
  assert.ok((await eventTypes(workspace.db)).includes('invocation.cancelled'))
  // The time that has its row is not the next one.
  assert.notDeepEqual((await read(workspace, kept)).nextRunAt, at)
  assert.match((await read(workspace, ended)).nextRunAt!.toISOString(), /T03:17:00/)
})

test('what is due or under way outlives an edit', async () => {
  await using workspace = await openWorkspace()
  const id = await make(workspace, { schedule: { cronExpression: '* * * * *', timezone: 'UTC' } })
  const due = await occurrence(workspace, id, new Date(Date.now() - 5_000))
  const running = await occurrence(workspace, id, new Date(Date.now() - MINUTE), { status: 'RUNNING' })
  await edit(workspace, id, { schedule: yearly })
  assert.deepEqual([(await runOf(workspace, due)).status, (await runOf(workspace, running)).status], ['PENDING', 'RUNNING'])
})

test('another spread moves what was made ahead', async () => {
  await using workspace = await openWorkspace()
  const at = nextHour()
  const schedule: ScheduleInput = { cronExpression: '0 * * * *', timezone: 'UTC' }
  const id = await make(workspace, { schedule })
  const { nextRunAt } = await read(workspace, id)
  const run = await occurrence(workspace, id, at)
  await edit(workspace, id, { schedule: { ...schedule, spreadSeconds: 600 } })
  const { status, runAt, scheduledFor, leaseOwner } = await runOf(workspace, run)
  assert.deepEqual([status, runAt, scheduledFor, leaseOwner], ['PENDING', new Date(at.getTime() + spreadOf(id, 600)), at, null])
  assert.deepEqual((await read(workspace, id)).nextRunAt, nextRunAt, 'the nominal times are the same')
})

test('a rolling schedule: an edit or a resume while its run is under way waits for the end of that', async () => {
  await using workspace = await openWorkspace()
  const rolling: ScheduleInput = { every: 'PT1H', recurrence: 'ROLLING' }
  const id = await make(workspace, { schedule: rolling })
  const first = (await read(workspace, id)).nextRunAt!
  assert.ok(Math.abs(first.getTime() - Date.now() - HOUR) < MINUTE)
  await edit(workspace, id, { schedule: { ...rolling, spreadSeconds: 10 } })
  assert.deepEqual((await read(workspace, id)).nextRunAt, first, 'a spread does not start it anew')
  const run = await occurrence(workspace, id, new Date(Date.now() - MINUTE), { status: 'RUNNING' })
  await edit(workspace, id, { schedule: { ...rolling, every: 'PT2H' } })
  assert.equal((await read(workspace, id)).nextRunAt, null)
  await pause(workspace.ctx, publicId('action', id))
  await resume(workspace.ctx, publicId('action', id))
  assert.equal((await read(workspace, id)).nextRunAt, null)
  await workspace.db.pool.query(
    `update invocations set status = 'SUCCEEDED', finished_at = now(), lease_owner = null, lease_until = null where id = $1`,
    [run],
  )
  await pause(workspace.ctx, publicId('action', id))
  await resume(workspace.ctx, publicId('action', id))
  assert.ok((await read(workspace, id)).nextRunAt!.getTime() > Date.now() + HOUR)
})

test('maxRuns: spent runs end the schedule, another maximum or schedule starts it anew', async () => {
  await using workspace = await openWorkspace()
  const id = await make(workspace, { schedule: yearly, maxRuns: 2 })
  const spend = () => workspace.db.pool.query('update actions set runs_made = 2, next_run_at = null where id = $1', [id])
  await spend()
  await pause(workspace.ctx, publicId('action', id))
  await resume(workspace.ctx, publicId('action', id))
  assert.deepEqual([(await read(workspace, id)).nextRunAt, (await read(workspace, id)).runsMade], [null, 2])
  await edit(workspace, id, { name: 'b', schedule: yearly })
  assert.equal((await read(workspace, id)).nextRunAt, null, 'an edit of something else changes nothing')
  await edit(workspace, id, { maxRuns: 3 })
  const again = await read(workspace, id)
  assert.deepEqual([again.runsMade, again.maxRuns], [0, 3])
  assert.match(again.nextRunAt!.toISOString(), /-01-01T00:00:00.000Z$/)
  await spend()
  await edit(workspace, id, { schedule: { cronExpression: '0 0 1 2 *', timezone: 'UTC' } })
  assert.match((await read(workspace, id)).nextRunAt!.toISOString(), /-02-01T00:00:00.000Z$/)
  await edit(workspace, id, { schedule: null })
  assert.deepEqual([(await read(workspace, id)).maxRuns, (await read(workspace, id)).kind], [null, 'ON_DEMAND'])
})

test('a schedule that is edited while paused begins when it is resumed', async () => {
  await using workspace = await openWorkspace()
  const id = await make(workspace, { schedule: yearly, enabled: false })
  await edit(workspace, id, { schedule: { cronExpression: '0 0 1 2 *', timezone: 'UTC' } })
  assert.equal((await read(workspace, id)).nextRunAt, null)
  await resume(workspace.ctx, publicId('action', id))
  assert.match((await read(workspace, id)).nextRunAt!.toISOString(), /-02-01T00:00:00.000Z$/)
})
