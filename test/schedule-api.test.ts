import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { internalId } from '../server/domain/ids.ts'
import { spreadOf } from '../server/domain/recurring.ts'
import { type ApiServer, startApi } from './api-server.ts'

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

const DAY = 86_400_000
const SCHEDULE = `schedule {
  cronExpression every recurrence anchorAt timezone scheduledAt startAt endAt dstPolicy spreadSeconds calendarRule description calendar { id name }
}`
const POLICIES = 'overlapPolicy catchUp catchUpWindowSeconds maxRuns runsMade deleteAfterCompletion completed warnings'
const target = { url: 'https://api.example.com/hook' }

// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
async function ask(query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await api.graphql(query, variables)
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}

async function makeAction(input: object, fields = 'id'): Promise<{ id: string; [field: string]: unknown }> {
  const { createAction } = await ask(`mutation ($input: CreateActionInput!) { createAction(input: $input) { ${fields} } }`, {
    input: { name: 'a', target, ...input },
  })
  return createAction
}

async function makeCalendar(input: object = {}): Promise<string> {
  const made = await ask('mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { id } }', {
    input: { name: crypto.randomUUID(), ...input },
  })
  return made.createCalendar.id
}

/** A run of the action that took that long. */
async function ran(actionId: string, seconds: number): Promise<void> {
  await api.db.pool.query(
    `insert into invocations (id, project_id, action_id, action_version, status, trigger, run_at, sort_at, max_attempts, actor_kind, created_at,
       attempt_count, started_at, finished_at, dispatched_at)
     select gen_random_uuid(), project_id, id, 1, 'SUCCEEDED', 'MANUAL', now(), now(), 1, 'SYSTEM', now(), 1, now() - $2 * interval '1 second', now(), now()
     from actions where id = $1`,
    [internalId('action', actionId), seconds],
  )
}

test('an action answers with all of its schedule and its policies', async () => {
  const calendarId = await makeCalendar({ name: 'weekends', weekdays: [6, 7] })
  const action = await makeAction(
    {
      schedule: { cronExpression: '0 9 * * *', timezone: 'Europe/Berlin', endAt: '2099-01-01T00:00:00Z', spreadSeconds: 60, calendarId },
      overlapPolicy: 'CANCEL_OTHER',
      catchUp: 'NONE',
      catchUpWindowSeconds: 10,
      maxRuns: 2,
    },
    `${SCHEDULE} ${POLICIES} id nextRunAt nextRuns(count: 9) { at effectiveAt local }`,
  )
  // biome-ignore lint/suspicious/noExplicitAny: it is what was asked for
  const { id, schedule, nextRuns, nextRunAt, warnings, ...rest } = action as any
  const { description, ...columns } = schedule
  assert.deepEqual(columns, {
    cronExpression: '0 9 * * *',
    every: null,
    recurrence: null,
    anchorAt: null,
    timezone: 'Europe/Berlin',
    scheduledAt: null,
    startAt: null,
    endAt: '2099-01-01T00:00:00.000Z',
    dstPolicy: 'ONCE',
    spreadSeconds: 60,
    calendarRule: 'SKIP',
    calendar: { id: calendarId, name: 'weekends' },
  })
  assert.match(description, /09:00.*Europe\/Berlin/)
  assert.deepEqual(rest, {
    overlapPolicy: 'CANCEL_OTHER',
    catchUp: 'NONE',
    catchUpWindowSeconds: 10,
    maxRuns: 2,
    runsMade: 0,
    deleteAfterCompletion: false,
    completed: false,
  })
  const runs = nextRuns as { at: string; effectiveAt: string; local: string }[]
  assert.equal(runs.length, 2, 'no more than it may still make')
  assert.equal(nextRunAt, runs[0]!.at)
  const spread = spreadOf(internalId('action', id), 60)
  for (const { at, effectiveAt, local } of runs) {
    assert.equal(Date.parse(effectiveAt) - Date.parse(at), spread)
    assert.match(local, /T09:00:00$/)
    assert.ok(![0, 6].includes(new Date(at).getUTCDay()))
  }
})

test('an interval, a local time, and what an edit of the policies leaves', async () => {
  const rolling = await makeAction(
    { schedule: { every: 'every-30-minutes', recurrence: 'ROLLING' } },
    `id ${SCHEDULE} nextRuns(count: 2) { at }`,
  )
  const { every, recurrence, timezone, anchorAt } = rolling.schedule as Record<string, string>
  assert.deepEqual([every, recurrence, timezone, anchorAt], ['PT30M', 'ROLLING', 'UTC', null])
  const [first, second] = rolling.nextRuns as { at: string }[]
  assert.equal(Date.parse(second!.at) - Date.parse(first!.at), 30 * 60_000)
  const { updateAction } = await ask(
    `mutation ($id: ID!) { updateAction(id: $id, input: { catchUp: ALL, catchUpWindowSeconds: null }) { ${POLICIES} ${SCHEDULE} nextRuns(count: 2) { at } } }`,
    { id: rolling.id },
  )
  assert.deepEqual([updateAction.catchUp, updateAction.catchUpWindowSeconds, updateAction.overlapPolicy], ['ALL', 300, 'SKIP'])
  assert.deepEqual([updateAction.schedule, updateAction.nextRuns], [rolling.schedule, rolling.nextRuns])

  const local = await makeAction(
    { schedule: { scheduledAt: '2033-07-01T09:30', timezone: 'Europe/Berlin' } },
    `kind ${SCHEDULE} nextRunAt completed`,
  )
  assert.equal(local.nextRunAt, '2033-07-01T07:30:00.000Z')
  assert.deepEqual([local.kind, local.completed], ['ONE_TIME', false])
})

test('nextRunAt follows the cursor of the schedule: what has its row is not to come', async () => {
  const { id } = await makeAction({ schedule: { cronExpression: '0 * * * *', timezone: 'UTC' } })
  const read = async () =>
    (await ask('query ($id: ID!) { action(id: $id) { nextRunAt completed nextRuns(count: 2) { at } } }', { id })).action
  const [first, second] = (await read()).nextRuns
  await api.db.pool.query(`update actions set next_run_at = $2 where id = $1`, [internalId('action', id), second.at])
  assert.deepEqual(
    { ...(await read()), nextRuns: (await read()).nextRuns[0] },
    { nextRunAt: second.at, completed: false, nextRuns: second },
    first.at,
  )
  await api.db.pool.query(`update actions set next_run_at = null, max_runs = 1, runs_made = 1 where id = $1`, [internalId('action', id)])
  assert.deepEqual(await read(), { nextRunAt: null, completed: true, nextRuns: [] })
})

test('a preview shows every kind, and equals what the action then has', async () => {
  const calendarId = await makeCalendar({ weekdays: [1, 2, 3, 4, 5] })
  const schedules = [
    { cronExpression: '30 2 * * *', timezone: 'Europe/Berlin' },
    { cronExpression: '30 2 * * *', timezone: 'Europe/Berlin', dstPolicy: 'LITERAL' },
    { cronExpression: '0 12 * * *', timezone: 'America/New_York', calendarId },
    { cronExpression: '0 12 * * 3', timezone: 'America/New_York', calendarId, calendarRule: 'NEXT_BUSINESS_DAY' },
    { every: 'weekly', startAt: '2040-01-01T10:00:00Z' },
    { every: 'P1D', recurrence: 'ROLLING', startAt: '2040-01-01T10:00:00Z' },
    { scheduledAt: '2033-01-01T10:00:00Z', timezone: 'Asia/Tokyo' },
  ]
  for (const schedule of schedules) {
    const { schedulePreview } = await ask(
      'query ($schedule: ScheduleInput!) { schedulePreview(schedule: $schedule, count: 4) { description runs { at effectiveAt local offset note } } }',
      { schedule },
    )
    const action = await makeAction({ schedule }, 'id nextRuns(count: 4) { at effectiveAt local offset note } schedule { description }')
    assert.deepEqual(schedulePreview.runs, action.nextRuns, JSON.stringify(schedule))
    assert.equal(schedulePreview.description, (action.schedule as { description: string }).description)
    assert.equal(schedulePreview.runs.length, 'scheduledAt' in schedule ? 1 : 4)
  }
})

test('a preview for an action knows its spread and its anchor', async () => {
  const schedule = { every: 'PT7H', spreadSeconds: 3_000 }
  const { id, nextRuns } = await makeAction({ schedule }, 'id nextRuns(count: 3) { at effectiveAt }')
  const preview = (schedule: object) =>
    ask(
      'query ($schedule: ScheduleInput!, $id: ID) { schedulePreview(schedule: $schedule, actionId: $id, count: 3) { runs { at effectiveAt } } }',
      {
        schedule,
        id,
      },
    )
  assert.deepEqual((await preview(schedule)).schedulePreview.runs, nextRuns)
})

test('a warning when runs take longer than the time between them, read once for all actions of a page', async () => {
  const slow = await makeAction({ schedule: { cronExpression: '* * * * *', timezone: 'UTC' } })
  const quick = await makeAction({ schedule: { cronExpression: '* * * * *', timezone: 'UTC' } })
  for (let runs = 0; runs < 20; runs++) await ran(slow.id, 90)
  for (let runs = 0; runs < 99; runs++) await ran(quick.id, 1)
  await ran(quick.id, 90)
  const QUERY = '{ actions(first: 2) { edges { node { id warnings schedule { calendar { id } } nextRunAt } } } }'
  api.statements()
  const { actions } = await ask(QUERY)
  const statements = api.statements().length
  const [second, first] = actions.edges.map(({ node }: { node: { id: string; warnings: string[] } }) => node)
  assert.deepEqual([first.id, second.id], [slow.id, quick.id])
  assert.match(first.warnings.join(), /60 s apart.*90 s/)
  assert.deepEqual(second.warnings, [])
  await ask(QUERY.replace('first: 2', 'first: 20'))
  assert.equal(api.statements().length, statements, 'more actions take no more statements')
  const { schedulePreview } = await ask(
    'query ($id: ID) { schedulePreview(schedule: { cronExpression: "* * * * *", timezone: "UTC" }, actionId: $id) { warnings } }',
    { id: slow.id },
  )
  assert.deepEqual(schedulePreview.warnings, first.warnings)
})

test('calendars: pages, edits, nodes and how many actions use one', async () => {
  const ids = [await makeCalendar({ dates: ['2031-01-02', '2031-01-01'] }), await makeCalendar()]
  await makeAction({ schedule: { cronExpression: '@daily', timezone: 'UTC', calendarId: ids[0] } })
  const FIELDS = 'id name dates weekdays actionCount createdAt updatedAt'
  const page = await ask(`{ calendars(first: 1) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`)
  assert.deepEqual([page.calendars.edges[0].node.id, page.calendars.pageInfo.hasNextPage], [ids[1], true])
  const next = await ask(`query ($after: String) { calendars(first: 1, after: $after) { edges { node { ${FIELDS} } } } }`, {
    after: page.calendars.pageInfo.endCursor,
  })
  const [{ node }] = next.calendars.edges
  assert.deepEqual([node.id, node.dates, node.weekdays, node.actionCount], [ids[0], ['2031-01-01', '2031-01-02'], [], 1])
  const edited = await ask(`mutation ($id: ID!) { updateCalendar(id: $id, input: { weekdays: [7] }) { ${FIELDS} } }`, { id: ids[0] })
  assert.deepEqual([edited.updateCalendar.weekdays, edited.updateCalendar.dates, edited.updateCalendar.name], [[7], node.dates, node.name])
  assert.deepEqual(await ask('mutation ($id: ID!) { deleteCalendar(id: $id) }', { id: ids[1] }), { deleteCalendar: ids[1] })
  const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Calendar { name } } }', { ids })
  assert.deepEqual(nodes, [{ id: ids[0], name: node.name }, null])
})

test('what is to come of the whole project: runs, days and busy minutes', async () => {
  await using project = await startApi()
  const call = async (query: string, variables: object = {}) => {
    const { data, errors } = await project.graphql(query, variables)
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data
  }
  const make = async (name: string, input: object) => {
    const { createAction } = await call('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
      input: { name, target, ...input },
    })
    return createAction.id as string
  }
  const cron = (cronExpression: string, more: object = {}) => ({ schedule: { cronExpression, timezone: 'UTC', ...more } })
  await make('hourly', cron('0 * * * *'))
  await make('daily', cron('0 12 * * *'))
  await make('thrice', { ...cron('0 12 * * *'), maxRuns: 3 })
  const paused = await make('paused', { ...cron('* * * * *'), enabled: false })
  const tomorrow = new Date(Math.ceil((Date.now() + 60_000) / DAY) * DAY)
  const in12 = new Date(tomorrow.getTime() + DAY / 2)
  const once = await make('once', { schedule: { scheduledAt: in12 } })
  const span = { from: tomorrow, to: new Date(tomorrow.getTime() + DAY - 1) }

  const RUNS = `query ($from: DateTime, $to: DateTime, $first: Int) {
    upcomingRuns(from: $from, to: $to, first: $first) { truncated runs { at effectiveAt invocationId action { id name } } } }`
  const { upcomingRuns } = await call(RUNS, { ...span, first: 1_000 })
  assert.equal(upcomingRuns.truncated, false)
  assert.equal(upcomingRuns.runs.length, 24 + 1 + 1 + 1)
  const noon = upcomingRuns.runs.filter(({ at }: { at: string }) => Date.parse(at) === in12.getTime())
  assert.deepEqual(noon.map(({ action }: { action: { name: string } }) => action.name).sort(), ['daily', 'hourly', 'once', 'thrice'])
  const { invocationId } = noon.find(({ action }: { action: { id: string } }) => action.id === once)
  assert.match(invocationId, /^inv_/)
  const few = await call(RUNS, { ...span, first: 5 })
  assert.deepEqual([few.upcomingRuns.truncated, few.upcomingRuns.runs], [true, upcomingRuns.runs.slice(0, 5)])

  const DAYS = `query ($from: DateTime, $to: DateTime, $timezone: String) { upcomingDays(from: $from, to: $to, timezone: $timezone) {
    truncated days { date runs actionCount actions(first: 2) { runs firstAt lastAt action { name } } } } }`
  const month = { from: tomorrow, to: new Date(tomorrow.getTime() + 30 * DAY - 1) }
  const { upcomingDays } = await call(DAYS, month)
  assert.equal(upcomingDays.truncated, false)
  assert.deepEqual(
    upcomingDays.days.map(({ runs }: { runs: number }) => runs),
    [27, ...Array(28).fill(25), 25].map((runs, day) => runs + (day > 0 && day < 3 && runs === 25 ? thriceOn(day) : 0)),
  )
  const [first] = upcomingDays.days
  assert.deepEqual([first.date, first.actionCount, first.actions.length], [tomorrow.toISOString().slice(0, 10), 4, 2])
  assert.deepEqual(first.actions[0], {
    runs: 24,
    firstAt: tomorrow.toISOString(),
    lastAt: new Date(tomorrow.getTime() + 23 * 3_600_000).toISOString(),
    action: { name: 'hourly' },
  })
  const zoned = await call(DAYS, { ...month, timezone: 'Pacific/Kiritimati' })
  assert.equal(zoned.upcomingDays.days.length, 31, 'days that begin at another instant touch one date more')

  const BUSY = 'query ($from: DateTime) { busiestMinutes(from: $from, first: 3) { at runs actions { name } } }'
  const { busiestMinutes } = await call(BUSY, { from: tomorrow })
  assert.deepEqual(busiestMinutes.length, 1, 'minutes with a single run are not busy')
  assert.deepEqual([busiestMinutes[0].at, busiestMinutes[0].runs], [in12.toISOString(), 4])
  assert.deepEqual(busiestMinutes[0].actions.map(({ name }: { name: string }) => name).sort(), ['daily', 'hourly', 'once', 'thrice'])

  await project.db.pool.query(`update projects set execution_mode = 'SCHEDULES_PAUSED'`)
  const none = await call(RUNS, span)
  assert.deepEqual([none.upcomingRuns.runs, (await call(BUSY)).busiestMinutes], [[], []])
  assert.ok(paused)

  /** Its three runs start at the next noon, which is today's or tomorrow's. */
  function thriceOn(day: number): number {
    const firstNoon = in12.getTime() - DAY > Date.now() ? -1 : 0
    return day - firstNoon < 3 ? 1 : 0
  }
})
