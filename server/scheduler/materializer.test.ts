import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  actionEvents,
  minutely,
  type OccurrenceRow,
  occurrencesOf,
  publicAction,
  setColumns,
  standStill,
  storedTimes,
} from '../../test/schedule-rows.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { pause } from '../commands/pause.ts'
import { resume } from '../commands/resume.ts'
import { spreadOf } from '../domain/recurring.ts'
import { createLog } from '../log.ts'
import { createMaterializer } from './materializer.ts'

const log = createLog('silent')
const materializer = (rig: SchedulerRig) => createMaterializer({ pool: rig.db.engine, db: rig.db, log, onMade() {} })

async function stale(rig: SchedulerRig, minutes: number, columns: Record<string, unknown> = {}): Promise<string> {
  const id = await minutely(rig)
  await standStill(rig, id, minutes)
  await setColumns(rig, id, columns)
  return id
}

async function allRounds(rig: SchedulerRig): Promise<void> {
  const work = materializer(rig)
  while (await work.round());
}

const ran = (runs: OccurrenceRow[]) => runs.filter(({ status }) => status === 'PENDING').length

test('after a downtime the newest occurrence runs and the others are recorded, each with its event', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 180)
  await allRounds(rig)
  const runs = await occurrencesOf(rig, id)
  assert.equal(runs.length, 180)
  const newest = runs.pop()!
  assert.deepEqual([newest.status, newest.status_reason, newest.events], ['PENDING', null, ['invocation.created']])
  for (const { status, status_reason, events } of runs) {
    assert.deepEqual([status, status_reason, events], ['MISSED', 'SCHEDULER_DOWN', ['invocation.missed']])
  }
  const { next_run_at, runs_made } = await storedTimes(rig, id)
  assert.ok(next_run_at!.getTime() === newest.scheduled_for.getTime() + 60_000)
  assert.equal(runs_made, 1)
})

test('LATEST passes over an older occurrence that had its row before the downtime, and ALL does not', async () => {
  await using rig = await schedulerRig()
  for (const [catch_up, status] of [
    ['LATEST', 'MISSED'],
    ['ALL', 'PENDING'],
  ] as const) {
    const id = await stale(rig, 3, { catch_up })
    await rig.db.pool.query(
      `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at, exclusive)
       select gen_random_uuid(), project_id, id, 'PENDING', 'SCHEDULE', at, at, at, 1, 'SYSTEM', at - interval '2 seconds', true
       from actions, lateral (select next_run_at - interval '1 minute' as at) t where id = $1`,
      [id],
    )
    await allRounds(rig)
    const [before, ...made] = await occurrencesOf(rig, id)
    assert.equal(before!.status, status)
    assert.equal(made.at(-1)!.status, 'PENDING')
    if (status === 'MISSED') assert.deepEqual([before!.status_reason, before!.events], ['SCHEDULER_DOWN', ['invocation.missed']])
  }
})

test('every policy with its window, on the table', async () => {
  await using rig = await schedulerRig()
  const cases = [
    { catch_up: 'LATEST', catch_up_window_seconds: 300, runs: 1 },
    { catch_up: 'LATEST', catch_up_window_seconds: 20, runs: 0 },
    { catch_up: 'ALL', catch_up_window_seconds: 299, runs: 5 },
    { catch_up: 'NONE', catch_up_window_seconds: 3_600, runs: 0 },
    { catch_up: 'ALL', catch_up_window_seconds: 3_600, runs: 20 },
  ]
  for (const { runs, ...columns } of cases) {
    const id = await stale(rig, 20, columns)
    await allRounds(rig)
    const made = await occurrencesOf(rig, id)
    assert.deepEqual([made.length, ran(made)], [20, runs], JSON.stringify(columns))
    assert.equal((await storedTimes(rig, id)).runs_made, runs)
  }
})

test('400 days of minutes leave 1,000 missed rows, one for the rest, and one run', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 400 * 1440)
  await allRounds(rig)
  const runs = await occurrencesOf(rig, id)
  assert.equal(runs.length, 1_002)
  assert.equal(ran(runs), 1)
  assert.equal(runs[0]!.missed_count, 400 * 1440 - 1_002)
  assert.ok(runs.slice(1).every(({ missed_count }) => missed_count === null))
})

test('the clock set back repeats nothing, and what was made stays as it is', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 3)
  await allRounds(rig)
  const before = await occurrencesOf(rig, id)
  const { runs_made } = await storedTimes(rig, id)
  // As if the schedule stood before them again.
  await rig.db.pool.query(`update actions set next_run_at = next_run_at - interval '3 minutes' where id = $1`, [id])
  await allRounds(rig)
  assert.deepEqual((await occurrencesOf(rig, id)).slice(0, before.length), before)
  assert.ok((await storedTimes(rig, id)).runs_made - runs_made <= 1)
  // As seen from an hour before: nothing is due.
  const { rowCount } = await rig.db.pool.query(`update actions set next_run_at = next_run_at + interval '1 hour' where id = $1`, [id])
  assert.equal(rowCount, 1)
  const { next_run_at } = await storedTimes(rig, id)
  assert.equal(await materializer(rig).round(), false)
  assert.deepEqual((await storedTimes(rig, id)).next_run_at, next_run_at)
})

test('several servers make each occurrence once', async () => {
  await using rig = await schedulerRig()
  const ids = await Promise.all(Array.from({ length: 200 }, () => stale(rig, 60, { catch_up: 'ALL', catch_up_window_seconds: 86_400 })))
  await Promise.all(Array.from({ length: 4 }, () => allRounds(rig)))
  await allRounds(rig)
  const { rows } = await rig.db.pool.query<{ runs: number; events: number; made: number }>(
    `select count(*)::int as runs, (select count(*)::int from events where type = 'invocation.created') as events,
       (select sum(runs_made)::int from actions) as made from invocations where action_id = any ($1)`,
    [ids],
  )
  assert.deepEqual(rows[0], { runs: 12_000, events: 12_000, made: 12_000 })
})

test('resuming an action or its project replays nothing', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 60)
  await pause(rig.ctx, publicAction(id), 'closed')
  await allRounds(rig)
  await resume(rig.ctx, publicAction(id))
  await allRounds(rig)
  assert.deepEqual(await occurrencesOf(rig, id), [])
  assert.ok((await storedTimes(rig, id)).next_run_at!.getTime() > Date.now() - 1_000)
})

test('while the schedules of a project rest nothing of it is made, and others go on', async () => {
  await using rig = await schedulerRig()
  for (const mode of ['SCHEDULES_PAUSED', 'ALL_PAUSED']) {
    const id = await stale(rig, 3)
    await rig.db.pool.query('update projects set execution_mode = $1', [mode])
    await allRounds(rig)
    assert.deepEqual(await occurrencesOf(rig, id), [])
    await rig.db.pool.query("update projects set execution_mode = 'ACTIVE'")
    await allRounds(rig)
    assert.ok((await occurrencesOf(rig, id)).length >= 3)
  }
})

test('who pauses a project waits for the rows that are being made, so that he sees them all', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 2)
  const pausing = await rig.db.pool.connect()
  try {
    await pausing.query('begin')
    await pausing.query("update projects set execution_mode = 'SCHEDULES_PAUSED'")
    // Passes over what somebody is pausing, and does not wait for him.
    await allRounds(rig)
    assert.deepEqual(await occurrencesOf(rig, id), [])
    await pausing.query('commit')
  } finally {
    pausing.release()
  }
  await allRounds(rig)
  assert.deepEqual(await occurrencesOf(rig, id), [])
})

test('an occurrence starts later by the spread of its action, and is late by that time only', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 10, { spread_seconds: 3_600, catch_up: 'ALL' })
  const spread = spreadOf(id, 3_600)
  await allRounds(rig)
  const runs = await occurrencesOf(rig, id)
  assert.ok(spread > 0 && spread < 3_600_000)
  for (const { run_at, scheduled_for, status } of runs) {
    assert.equal(run_at.getTime(), scheduled_for.getTime() + spread)
    assert.equal(status, Date.now() - run_at.getTime() < 300_000 ? 'PENDING' : 'MISSED')
  }
})

test('days that a calendar excludes make no rows', async () => {
  await using rig = await schedulerRig()
  const calendar = crypto.randomUUID()
  await rig.db.pool.query(
    `insert into calendars (id, project_id, name, dates, weekdays, created_at, updated_at)
     values ($1, $2, 'closed', array[(now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date - 1], '{}', now(), now())`,
    [calendar, rig.ctx.projectId],
  )
  const id = await minutely(rig, { cron_expression: '0 0 * * *', calendar_id: calendar, calendar_rule: 'SKIP' })
  await rig.db.pool.query(
    `update actions set next_run_at = date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '4 days' where id = $1`,
    [id],
  )
  await allRounds(rig)
  const days = (await occurrencesOf(rig, id)).map(({ scheduled_for }) => Math.floor((Date.now() - scheduled_for.getTime()) / 86_400_000))
  assert.deepEqual(days, [4, 3, 2])
})

test('maxRuns ends the schedule, and a row that was there already does not count', async () => {
  await using rig = await schedulerRig()
  const all = { catch_up: 'ALL', catch_up_window_seconds: 3_600 }
  const id = await stale(rig, 5, { ...all, max_runs: 3 })
  await allRounds(rig)
  assert.equal((await occurrencesOf(rig, id)).length, 3)
  assert.deepEqual(await storedTimes(rig, id), { next_run_at: null, runs_made: 3, deleted_at: null })
  const other = await stale(rig, 5, all)
  await allRounds(rig)
  const [oldest, second] = await occurrencesOf(rig, other)
  await setColumns(rig, other, { max_runs: 5, runs_made: 0, next_run_at: oldest!.scheduled_for })
  await rig.db.pool.query('delete from invocations where id = any ($1)', [[oldest!.id, second!.id]])
  await allRounds(rig)
  const { runs_made, next_run_at } = await storedTimes(rig, other)
  assert.equal(runs_made, 2)
  assert.ok(next_run_at)
})

test('a ROLLING schedule has one run at a time', async () => {
  await using rig = await schedulerRig()
  const id = await stale(rig, 2, { recurrence: 'ROLLING', catch_up_window_seconds: 120 })
  await allRounds(rig)
  const runs = await occurrencesOf(rig, id)
  assert.deepEqual(
    runs.map(({ status }) => status),
    ['PENDING'],
  )
  assert.equal((await storedTimes(rig, id)).next_run_at, null)
})

test('rows whose action runs one at a time are marked so', async () => {
  await using rig = await schedulerRig()
  const [one, many] = [await stale(rig, 1), await stale(rig, 1, { overlap_policy: 'ALLOW' })]
  await allRounds(rig)
  assert.deepEqual([(await occurrencesOf(rig, one))[0]!.exclusive, (await occurrencesOf(rig, many))[0]!.exclusive], [true, false])
})

test('a paused or deleted action and one that cannot be worked out make nothing and hold up nobody', async () => {
  await using rig = await schedulerRig()
  const [paused, deleted, broken, good] = [await stale(rig, 2), await stale(rig, 2), await stale(rig, 2), await stale(rig, 2)]
  await setColumns(rig, paused, { enabled: false })
  await setColumns(rig, deleted, { deleted_at: new Date() })
  await setColumns(rig, broken, { timezone: 'Mars/Olympus', cron_expression: '* * * * *', every: null, recurrence: null })
  const work = materializer(rig)
  for (let n = 0; n < 3; n++) await work.round()
  for (const id of [paused, deleted, broken]) assert.equal((await occurrencesOf(rig, id)).length, 0)
  assert.ok((await occurrencesOf(rig, good)).length >= 2)
  const told = (await actionEvents(rig, broken)).filter(({ type }) => type === 'action.rescheduled')
  assert.equal(told.length, 1)
  assert.match(told[0]!.note!, /cannot be worked out.*timezone/)
  // Mended by an edit, it runs without a restart.
  await setColumns(rig, broken, { timezone: 'UTC', updated_at: new Date(Date.now() + 1_000) })
  await work.round()
  assert.ok((await occurrencesOf(rig, broken)).length > 0)
})

test('ten thousand schedules that are due in the same minute get their rows, each once', async () => {
  await using rig = await schedulerRig()
  await rig.db.pool.query(
    `insert into actions (id, project_id, name, kind, url, cron_expression, timezone, next_run_at, created_at, updated_at)
     select gen_random_uuid(), $1, 'a', 'RECURRING', 'http://127.0.0.1:1/', (n % 60) || ' * * * *', 'Europe/Berlin',
       date_trunc('hour', now()) + (n % 60 - 60) * interval '1 minute', now(), now()
     from generate_series(1, 10000) n`,
    [rig.ctx.projectId],
  )
  await allRounds(rig)
  const { rows } = await rig.db.pool.query<{ left: number }>(
    `select count(*)::int as left from actions where next_run_at <= now() or not exists (select from invocations i where i.action_id = actions.id)`,
  )
  assert.equal(rows[0]!.left, 0)
})
