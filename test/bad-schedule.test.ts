import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { type ApiServer, type GraphqlAnswer, startApi } from './api-server.ts'

let api: ApiServer
/** An action and a calendar of the caller's project, and a calendar of another one. */
let mine: { action: string; calendar: string }
let theirs: { calendar: string }

before(async () => {
  api = await startApi()
  const { data } = await api.graphql(`mutation { createCalendar(input: { name: "mine" }) { id }
    createAction(input: { name: "mine", target: { url: "https://api.example.com/" } }) { id } }`)
  mine = { action: data.createAction.id, calendar: data.createCalendar.id }
  const [project, calendar] = [newId(), newId()]
  await api.db.pool.query(`insert into projects (id, name, created_at) values ($1, 'other', now())`, [project])
  await api.db.pool.query(`insert into calendars (id, project_id, name, created_at, updated_at) values ($1, $2, 'theirs', now(), now())`, [
    calendar,
    project,
  ])
  theirs = { calendar: publicId('calendar', calendar) }
})
after(() => api[Symbol.asyncDispose]())

async function contents(): Promise<unknown> {
  const { rows } =
    await api.db.pool.query(`select (select json_agg(p) from projects p) projects, (select json_agg(c order by id) from calendars c) calendars,
    (select json_agg(a order by id) from actions a) actions, (select count(*) from invocations) invocations, (select count(*) from events) events`)
  return rows[0]
}

/** The refusal of what must change nothing. */
async function refusal(query: string, variables: object): Promise<{ code: string; field?: string | undefined }> {
  const before = await contents()
  const { status, errors }: GraphqlAnswer = await api.graphql(query, variables)
  assert.deepEqual(await contents(), before)
  assert.ok(status < 500, `status ${status}`)
  assert.ok(errors?.[0], 'it was not refused')
  const { message, extensions } = errors[0]
  assert.ok(message.length > 15 && message.length <= 500, message)
  return { code: extensions.code, field: extensions.field }
}

const CREATE = 'mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }'
const UPDATE = 'mutation ($id: ID!, $input: UpdateActionInput!) { updateAction(id: $id, input: $input) { id } }'
const PREVIEW = 'query ($schedule: ScheduleInput!) { schedulePreview(schedule: $schedule) { description } }'
const target = { url: 'https://api.example.com/' }
const daily = { cronExpression: '@daily', timezone: 'UTC' }
const soon = new Date(Date.now() + 3_600_000).toISOString()

describe('schedules', () => {
  const cases: [what: string, schedule: () => object, code: string, field: string][] = [
    ['nothing in it', () => ({}), 'INVALID_SCHEDULE', 'schedule.cronExpression'],
    ['a zone alone', () => ({ timezone: 'UTC' }), 'INVALID_SCHEDULE', 'schedule.cronExpression'],
    ['cron without a zone', () => ({ cronExpression: '@daily' }), 'INVALID_SCHEDULE', 'schedule.timezone'],
    ['cron and interval', () => ({ ...daily, every: 'PT1H' }), 'INVALID_SCHEDULE', 'schedule.every'],
    ['cron and a time', () => ({ ...daily, scheduledAt: soon }), 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
    ['interval and a time', () => ({ every: 'PT1H', scheduledAt: soon }), 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
    ['a never-firing date', () => ({ ...daily, cronExpression: '0 0 30 2 *' }), 'INVALID_CRON', 'schedule.cronExpression'],
    ['10 kB of expression', () => ({ ...daily, cronExpression: '0,'.repeat(5_000) }), 'INVALID_CRON', 'schedule.cronExpression'],
    ['10 kB of zone', () => ({ ...daily, timezone: 'A/'.repeat(5_000) }), 'INVALID_TIMEZONE', 'schedule.timezone'],
    ['a zone in the wrong case', () => ({ ...daily, timezone: 'europe/berlin' }), 'INVALID_TIMEZONE', 'schedule.timezone'],
    ['an unknown zone', () => ({ ...daily, timezone: 'Mars/Olympus' }), 'INVALID_TIMEZONE', 'schedule.timezone'],
    ['an interval in an unknown zone', () => ({ every: 'P1D', timezone: 'Mars/Olympus' }), 'INVALID_TIMEZONE', 'schedule.timezone'],
    [
      'end before start',
      () => ({ ...daily, startAt: '2031-01-02T00:00:00Z', endAt: '2031-01-01T00:00:00Z' }),
      'INVALID_SCHEDULE',
      'schedule.endAt',
    ],
    ['a start that is no time', () => ({ ...daily, startAt: 'tomorrow' }), 'BAD_USER_INPUT', 'schedule.startAt'],
    ['a window on one run', () => ({ scheduledAt: soon, endAt: '2099-01-01T00:00:00Z' }), 'INVALID_SCHEDULE', 'schedule.endAt'],
    ['a spread on one run', () => ({ scheduledAt: soon, spreadSeconds: 1 }), 'INVALID_SCHEDULE', 'schedule.spreadSeconds'],
    ['an interval below a minute', () => ({ every: 'PT59S' }), 'INVALID_SCHEDULE', 'schedule.every'],
    ['an interval that is none', () => ({ every: 'sometimes' }), 'INVALID_SCHEDULE', 'schedule.every'],
    ['an interval of 10 kB', () => ({ every: `P${'1'.repeat(10_000)}D` }), 'INVALID_SCHEDULE', 'schedule.every'],
    ['recurrence of a cron', () => ({ ...daily, recurrence: 'ROLLING' }), 'INVALID_SCHEDULE', 'schedule.recurrence'],
    ['LITERAL of an interval', () => ({ every: 'P1D', dstPolicy: 'LITERAL' }), 'INVALID_SCHEDULE', 'schedule.dstPolicy'],
    ['an unknown policy', () => ({ ...daily, dstPolicy: 'TWICE' }), 'BAD_USER_INPUT', 'schedule.dstPolicy'],
    ['a spread below 0', () => ({ ...daily, spreadSeconds: -1 }), 'INVALID_SCHEDULE', 'schedule.spreadSeconds'],
    ['a spread over an hour', () => ({ ...daily, spreadSeconds: 3_601 }), 'INVALID_SCHEDULE', 'schedule.spreadSeconds'],
    ['a rule without a calendar', () => ({ ...daily, calendarRule: 'SKIP' }), 'INVALID_SCHEDULE', 'schedule.calendarId'],
    ['a calendar on one run', () => ({ scheduledAt: soon, calendarId: mine.calendar }), 'INVALID_SCHEDULE', 'schedule.calendarId'],
    ['a malformed calendar', () => ({ ...daily, calendarId: 'x' }), 'NOT_FOUND', 'schedule.calendarId'],
    ['an unknown calendar', () => ({ ...daily, calendarId: publicId('calendar', newId()) }), 'NOT_FOUND', 'schedule.calendarId'],
    ["another project's calendar", () => ({ ...daily, calendarId: theirs.calendar }), 'NOT_FOUND', 'schedule.calendarId'],
    ['an id of another kind', () => ({ ...daily, calendarId: mine.action }), 'NOT_FOUND', 'schedule.calendarId'],
    ['a time in the past', () => ({ scheduledAt: '2020-01-01T00:00:00Z' }), 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
    ['a time without offset and zone', () => ({ scheduledAt: '2031-01-01T00:00:00' }), 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
    ['30 February', () => ({ scheduledAt: '2031-02-30T00:00:00Z' }), 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
    ['a time as a number', () => ({ scheduledAt: 1_925_000_000_000 }), 'BAD_USER_INPUT', 'schedule.scheduledAt'],
    ['NUL in a time', () => ({ scheduledAt: '2031-01-01T00:00:00Z\0' }), 'BAD_USER_INPUT', 'schedule.scheduledAt'],
    ['an unknown field', () => ({ ...daily, jitter: 3 }), 'BAD_USER_INPUT', 'schedule'],
  ]
  for (const [what, schedule, code, field] of cases) {
    test(what, async () => {
      const input = { schedule: schedule() }
      assert.deepEqual(await refusal(CREATE, { input: { name: 'a', target, ...input } }), { code, field })
      assert.deepEqual(await refusal(CREATE, { input: { name: 'a', key: 'k', target, ...input } }), { code, field })
      assert.deepEqual(await refusal(UPDATE, { id: mine.action, input }), { code, field })
      assert.deepEqual(await refusal(PREVIEW, input), { code, field })
    })
  }
  test('every expression and zone that is refused by name', async () => {
    const { invalid, invalidZones } = JSON.parse(readFileSync(new URL('cases/cron-invalid.json', import.meta.url), 'utf8'))
    const expressions: string[] = invalid.map(({ expr }: { expr: string }) => expr)
    assert.ok(expressions.length > 20 && invalidZones.length > 10)
    for (const cronExpression of expressions) {
      const { code, field } = await refusal(PREVIEW, { schedule: { ...daily, cronExpression } })
      assert.ok(['INVALID_CRON', 'BAD_USER_INPUT'].includes(code), `${code} for ${cronExpression}`)
      assert.equal(field, 'schedule.cronExpression', cronExpression)
    }
    for (const timezone of invalidZones) {
      const { code, field } = await refusal(PREVIEW, { schedule: { ...daily, timezone } })
      assert.ok(['INVALID_TIMEZONE', 'BAD_USER_INPUT'].includes(code), `${code} for ${timezone}`)
      assert.equal(field, 'schedule.timezone', timezone)
    }
  })
})

describe('policies', () => {
  const cases: [what: string, input: object, field: string][] = [
    ['no runs at all', { schedule: daily, maxRuns: 0 }, 'maxRuns'],
    ['runs of an action on demand', { maxRuns: 1 }, 'maxRuns'],
    ['runs of a one-time action', { schedule: { scheduledAt: soon }, maxRuns: 1 }, 'maxRuns'],
    ['2^31 runs', { schedule: daily, maxRuns: 2 ** 31 }, 'maxRuns'],
    ['deleting a recurring action', { schedule: daily, deleteAfterCompletion: true }, 'deleteAfterCompletion'],
    ['deleting an action on demand', { deleteAfterCompletion: true }, 'deleteAfterCompletion'],
    ['a window below 0', { schedule: daily, catchUpWindowSeconds: -1 }, 'catchUpWindowSeconds'],
    ['a window of a year', { schedule: daily, catchUpWindowSeconds: 31_536_000 }, 'catchUpWindowSeconds'],
    ['an unknown overlap policy', { schedule: daily, overlapPolicy: 'WAIT' }, 'overlapPolicy'],
    ['an unknown catch-up', { schedule: daily, catchUp: 'SOME' }, 'catchUp'],
  ]
  for (const [what, input, field] of cases) {
    test(what, async () => {
      assert.deepEqual(await refusal(CREATE, { input: { name: 'a', target, ...input } }), { code: 'BAD_USER_INPUT', field })
      assert.deepEqual(await refusal(UPDATE, { id: mine.action, input }), { code: 'BAD_USER_INPUT', field })
    })
  }
})

describe('calendars and what is to come', () => {
  const CREATE_CALENDAR = 'mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { id } }'
  const UPDATE_CALENDAR = 'mutation ($id: ID!, $input: UpdateCalendarInput!) { updateCalendar(id: $id, input: $input) { id } }'
  const cases: [what: string, input: object, field: string][] = [
    ['no name', { name: ' ' }, 'name'],
    ['a long name', { name: 'a'.repeat(201) }, 'name'],
    ['a day that does not exist', { name: 'a', dates: ['2031-02-29'] }, 'dates[0]'],
    ['a time for a day', { name: 'a', dates: ['2031-01-01', '2031-01-01T00:00:00Z'] }, 'dates[1]'],
    ['too many days', { name: 'a', dates: Array(1_001).fill('2031-01-01') }, 'dates'],
    ['weekday 0', { name: 'a', weekdays: [0] }, 'weekdays[0]'],
    ['every weekday', { name: 'a', weekdays: [1, 2, 3, 4, 5, 6, 7] }, 'weekdays'],
    ['NUL in a date', { name: 'a', dates: ['2031-01-0\0'] }, 'dates[0]'],
  ]
  for (const [what, input, field] of cases) {
    test(what, async () => {
      assert.deepEqual(await refusal(CREATE_CALENDAR, { input }), { code: 'BAD_USER_INPUT', field })
      assert.deepEqual(await refusal(UPDATE_CALENDAR, { id: mine.calendar, input }), { code: 'BAD_USER_INPUT', field })
    })
  }
  test('a name that is taken', async () => {
    assert.deepEqual(await refusal(CREATE_CALENDAR, { input: { name: 'mine' } }), { code: 'BAD_USER_INPUT', field: 'name' })
  })
  test('ids of others and of nothing', async () => {
    for (const id of [theirs.calendar, publicId('calendar', newId()), mine.action, 'x', '']) {
      assert.equal((await refusal(UPDATE_CALENDAR, { id, input: { name: 'a' } })).code, 'NOT_FOUND')
      assert.equal((await refusal('mutation ($id: ID!) { deleteCalendar(id: $id) }', { id })).code, 'NOT_FOUND')
    }
    assert.equal((await api.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: theirs.calendar })).data.node, null)
  })

  const queries: [query: string, field: string][] = [
    ['{ calendars(first: 0) { edges { cursor } } }', 'first'],
    ['{ calendars(after: "x") { edges { cursor } } }', 'after'],
    ['{ upcomingRuns(first: 0) { truncated } }', 'first'],
    ['{ upcomingRuns(first: 1001) { truncated } }', 'first'],
    ['{ upcomingRuns(to: "2020-01-01T00:00:00Z") { truncated } }', 'to'],
    ['{ upcomingRuns(to: "2099-01-01T00:00:00Z") { truncated } }', 'to'],
    ['{ upcomingDays(from: "2099-01-01T00:00:00Z", to: "2098-01-01T00:00:00Z") { truncated } }', 'to'],
    ['{ upcomingDays { days { actions(first: 51) { runs } } } }', 'first'],
    ['{ busiestMinutes(hours: 0) { at } }', 'hours'],
    ['{ busiestMinutes(hours: 49) { at } }', 'hours'],
    ['{ busiestMinutes(first: 61) { at } }', 'first'],
    ['{ schedulePreview(schedule: { every: "hourly" }, count: 0) { description } }', 'count'],
    ['{ schedulePreview(schedule: { every: "hourly" }, count: 101) { description } }', 'count'],
  ]
  for (const [query, field] of queries) {
    test(query, async () => assert.deepEqual(await refusal(query, {}), { code: 'BAD_USER_INPUT', field }))
  }
  test('more rows than an answer may hold', async () => {
    const runs = 'action { invocations(first: 100) { edges { cursor } } }'
    for (const query of [
      `{ upcomingRuns(first: 1000) { runs { ${runs} } } }`,
      `{ upcomingDays { days { actions(first: 50) { ${runs} } } } }`,
      '{ busiestMinutes(first: 60) { actions { invocations(first: 100) { edges { cursor } } } } }',
    ]) {
      assert.deepEqual(await refusal(query, {}), { code: 'BAD_USER_INPUT', field: 'first' }, query)
    }
  })
  test('a zone that is none, and the preview for an unknown action', async () => {
    assert.deepEqual(await refusal('{ upcomingDays(timezone: "Nowhere") { truncated } }', {}), {
      code: 'INVALID_TIMEZONE',
      field: 'timezone',
    })
    const query = 'query ($id: ID) { schedulePreview(schedule: { every: "hourly" }, actionId: $id) { description } }'
    for (const id of ['x', publicId('action', newId()), mine.calendar]) {
      assert.deepEqual(await refusal(query, { id }), { code: 'NOT_FOUND', field: 'actionId' })
    }
  })
})
