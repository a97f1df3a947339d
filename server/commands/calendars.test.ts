import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createAction } from './create-action.ts'
import { createActions } from './create-actions.ts'
import { createCalendar } from './create-calendar.ts'
import { deleteAction } from './delete-action.ts'
import { deleteCalendar } from './delete-calendar.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { updateAction } from './update-action.ts'
import { updateCalendar } from './update-calendar.ts'

const target = { url: 'https://example.com/hook' }
/** New Year's Day, whatever day it is today. */
const yearly = { cronExpression: '0 9 1 1 *', timezone: 'UTC' }
const nextYear = new Date().getUTCFullYear() + 1
const newYear = (year: number, day = 1) => new Date(Date.UTC(year, 0, day, 9))

async function calendar({ ctx }: Workspace, input: { dates?: string[]; weekdays?: number[] }, name = 'holidays'): Promise<string> {
  return publicId('calendar', (await createCalendar(ctx, { name, ...input })).id)
}
async function action({ ctx }: Workspace, calendarId: string, more: object = {}): Promise<string> {
  return (await createAction(ctx, { name: 'a', target, schedule: { ...yearly, calendarId }, ...more })).id
}
const nextOf = async ({ db }: Workspace, id: string) => (await db.prisma.action.findUniqueOrThrow({ where: { id } })).nextRunAt
const notes = async ({ db }: Workspace) =>
  (await db.pool.query<{ note: string }>(`select note from events where note is not null order by seq`)).rows.map(({ note }) => note)

test('an action runs by its calendar from the first time on', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const calendarId = await calendar(workspace, { dates: [`${nextYear}-01-01`] })
  const skipping = await action(workspace, calendarId)
  const moving = await action(workspace, calendarId, { schedule: { ...yearly, calendarId, calendarRule: 'NEXT_BUSINESS_DAY' }, key: 'k' })
  assert.deepEqual([await nextOf(workspace, skipping), await nextOf(workspace, moving)], [newYear(nextYear + 1), newYear(nextYear, 2)])
  for (const id of [skipping, moving]) {
    await pause(ctx, publicId('action', id))
    await resume(ctx, publicId('action', id))
  }
  assert.deepEqual([await nextOf(workspace, skipping), await nextOf(workspace, moving)], [newYear(nextYear + 1), newYear(nextYear, 2)])
  await updateAction(ctx, publicId('action', skipping), { schedule: yearly })
  assert.deepEqual(await nextOf(workspace, skipping), newYear(nextYear))
  await updateAction(ctx, publicId('action', skipping), { schedule: { ...yearly, calendarId } })
  assert.deepEqual(await nextOf(workspace, skipping), newYear(nextYear + 1))
})

test('an edit of a calendar moves the next runs of its actions, and says so', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const calendarId = await calendar(workspace, {})
  const [running, paused, spent] = [
    await action(workspace, calendarId),
    await action(workspace, calendarId),
    await action(workspace, calendarId),
  ]
  await pause(ctx, publicId('action', paused))
  await db.pool.query('update actions set max_runs = 1, runs_made = 1, next_run_at = null where id = $1', [spent])
  await updateCalendar(ctx, calendarId, { name: 'other' })
  assert.deepEqual(await notes(workspace), [], 'a new name moves nothing')
  await updateCalendar(ctx, calendarId, { dates: [`${nextYear}-01-01`] })
  assert.deepEqual(
    [await nextOf(workspace, running), await nextOf(workspace, paused), await nextOf(workspace, spent)],
    [newYear(nextYear + 1), null, null],
  )
  const [from, to] = [newYear(nextYear).toISOString(), newYear(nextYear + 1).toISOString()]
  assert.deepEqual(await notes(workspace), [`Calendar "other" was changed: the next run moved from ${from} to ${to}.`])
  await updateCalendar(ctx, calendarId, { dates: null })
  assert.deepEqual(await nextOf(workspace, running), newYear(nextYear))
})

test('what was made ahead of a day that a calendar now excludes is cancelled', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const calendarId = await calendar(workspace, {})
  const id = await action(workspace, calendarId, { schedule: { cronExpression: '0 * * * *', timezone: 'UTC', calendarId } })
  const at = await nextOf(workspace, id)
  const run = crypto.randomUUID()
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at)
     select $1, project_id, id, 'PENDING', 'SCHEDULE', next_run_at, next_run_at + interval '1 hour', next_run_at, 1, 'SYSTEM', now() from actions where id = $2`,
    [run, id],
  )
  await updateCalendar(ctx, calendarId, { dates: ['1999-01-01'] })
  assert.equal((await db.prisma.invocation.findUniqueOrThrow({ where: { id: run } })).status, 'PENDING')
  await updateCalendar(ctx, calendarId, { dates: [at!.toISOString().slice(0, 10)] })
  const { status, statusReason } = await db.prisma.invocation.findUniqueOrThrow({ where: { id: run } })
  assert.deepEqual([status, statusReason], ['CANCELLED', 'SUPERSEDED'])
})

test('a calendar in use cannot be deleted; a deleted action does not use it', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const calendarId = await calendar(workspace, { weekdays: [6, 7] })
  const ids = [await action(workspace, calendarId), await action(workspace, calendarId)]
  await assert.rejects(deleteCalendar(ctx, calendarId), { code: 'INVALID_TRANSITION', message: /^2 actions use/ })
  await updateAction(ctx, publicId('action', ids[0]!), { schedule: null })
  await assert.rejects(deleteCalendar(ctx, calendarId), { code: 'INVALID_TRANSITION', message: /^1 action uses/ })
  await deleteAction(ctx, publicId('action', ids[1]!))
  await deleteCalendar(ctx, calendarId)
  assert.equal(await db.prisma.calendar.count(), 0)
  await assert.rejects(deleteCalendar(ctx, calendarId), { code: 'NOT_FOUND' })
})

test('an unknown calendar and one of another project are not found, and nothing is stored', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const theirs = publicId('calendar', (await createCalendar(await otherProject(workspace), { name: 'theirs' })).id)
  const missing = { code: 'NOT_FOUND', field: 'schedule.calendarId' }
  const { id } = await createAction(ctx, { name: 'mine', target })
  for (const calendarId of [theirs, publicId('calendar', crypto.randomUUID()), 'cal_x', publicId('action', id)]) {
    await assert.rejects(action(workspace, calendarId), missing)
    await assert.rejects(action(workspace, calendarId, { key: 'k' }), missing)
    await assert.rejects(updateAction(ctx, publicId('action', id), { schedule: { ...yearly, calendarId } }), missing)
    const [result, other] = await createActions(ctx, [
      { name: 'a', target, schedule: { ...yearly, calendarId } },
      { name: 'b', target, key: 'k', schedule: { ...yearly, calendarId } },
    ])
    for (const item of [result!, other!]) assert.equal('error' in item && item.error.field, 'schedule.calendarId')
    if (calendarId !== theirs) continue
    await assert.rejects(updateCalendar(ctx, calendarId, { name: 'a' }), { code: 'NOT_FOUND' })
    await assert.rejects(deleteCalendar(ctx, calendarId), { code: 'NOT_FOUND' })
  }
  assert.equal(await db.prisma.action.count(), 1)
})

test('a name is taken once per project, also by an edit', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  await calendar(workspace, {}, 'a')
  const second = await calendar(workspace, {}, 'b')
  const taken = { code: 'BAD_USER_INPUT', field: 'name' }
  await assert.rejects(createCalendar(ctx, { name: 'a' }), taken)
  await assert.rejects(updateCalendar(ctx, second, { name: 'a' }), taken)
  await createCalendar(await otherProject(workspace), { name: 'a' })
})

test('actions stored while their calendar is edited go by its new days', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const calendarId = await calendar(workspace, {})
  const before = await action(workspace, calendarId)
  await Promise.all([
    ...Array.from({ length: 6 }, () => action(workspace, calendarId)),
    updateCalendar(ctx, calendarId, { dates: [`${nextYear}-01-01`] }),
    updateAction(ctx, publicId('action', before), { schedule: { ...yearly, calendarId, spreadSeconds: 5 } }),
    ...Array.from({ length: 6 }, () => action(workspace, calendarId)),
  ])
  const rows = await db.prisma.action.findMany()
  assert.equal(rows.length, 13)
  for (const { nextRunAt } of rows) assert.deepEqual(nextRunAt, newYear(nextYear + 1))
})
