import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScheduleInput } from './action-input.ts'
import { editSchedule, firstRun, parseSchedule, sameSchedule } from './action-schedule.ts'
import { publicId } from './ids.ts'

const NOW = Date.parse('2026-03-01T12:00:00.789Z')
const SECOND = Date.parse('2026-03-01T12:00:00Z')
const parse = (input: ScheduleInput) => parseSchedule(input, NOW)
const cron: ScheduleInput = { cronExpression: '30 2 * * *', timezone: 'Europe/Berlin' }
const uuid = '0193b3a0-0000-7000-8000-000000000001'

function refusal(input: unknown): [code: string, field: string] {
  const started = performance.now()
  try {
    parse(input as ScheduleInput)
  } catch (error) {
    assert.ok(performance.now() - started <= 50)
    const { code, field, message } = error as { code: string; field: string; message: string }
    assert.match(message, /^.{10,200}\.$/)
    return [code, field]
  }
  throw new Error(`accepted ${JSON.stringify(input)}`)
}

test('a cron schedule with everything', () => {
  const plain = {
    kind: 'RECURRING',
    cronExpression: '30 2 * * *',
    every: null,
    recurrence: null,
    anchorAt: null,
    timezone: 'Europe/Berlin',
    dstPolicy: 'ONCE',
    startAt: null,
    endAt: null,
    spreadSeconds: 0,
    calendarId: null,
    calendarRule: null,
  }
  assert.deepEqual(parse(cron), plain)
  const more = { startAt: '2020-01-01T00:00:00+01:00', endAt: new Date(NOW), dstPolicy: 'LITERAL', spreadSeconds: 3_600 } as const
  assert.deepEqual(parse({ ...cron, ...more, calendarId: publicId('calendar', uuid) }), {
    ...plain,
    startAt: Date.parse('2019-12-31T23:00:00Z'),
    endAt: NOW,
    dstPolicy: 'LITERAL',
    spreadSeconds: 3_600,
    calendarId: uuid,
    calendarRule: 'SKIP',
  })
  const next = parse({ ...cron, calendarId: publicId('calendar', uuid), calendarRule: 'NEXT_BUSINESS_DAY' })
  assert.equal(next.kind === 'RECURRING' && next.calendarRule, 'NEXT_BUSINESS_DAY')
})

test('an interval counts from its start, or from the second in which it is saved; its zone is UTC by default', () => {
  const fixed = parse({ every: 'PT90M' })
  assert.ok(fixed.kind === 'RECURRING')
  assert.deepEqual(
    [fixed.every, fixed.recurrence, fixed.anchorAt, fixed.timezone, fixed.cronExpression],
    ['PT1H30M', 'FIXED', SECOND, 'UTC', null],
  )
  assert.equal(firstRun(fixed, null, NOW), SECOND + 90 * 60_000)
  const started = parse({ every: 'daily', startAt: '2026-05-01T09:00:00+02:00', timezone: 'Europe/Berlin' })
  assert.equal(firstRun(started, null, NOW), Date.parse('2026-05-01T07:00:00Z'))
  const rolling = parse({ every: 'hourly', recurrence: 'ROLLING' })
  assert.ok(rolling.kind === 'RECURRING' && rolling.anchorAt === null)
  assert.equal(firstRun(rolling, null, NOW), NOW + 3_600_000)
  const later = parse({ every: 'hourly', recurrence: 'ROLLING', startAt: '2026-05-01T09:00:00Z' })
  assert.equal(firstRun(later, null, NOW), Date.parse('2026-05-01T09:00:00Z'))
})

test('a one-time schedule at an instant, or at a local time of its zone', () => {
  const at = (scheduledAt: string, timezone?: string) => {
    const schedule = parse({ scheduledAt, timezone })
    assert.ok(schedule.kind === 'ONE_TIME')
    return [new Date(schedule.scheduledAt!).toISOString().slice(0, 19), schedule.timezone]
  }
  assert.deepEqual(at('2026-07-01T09:00:00+02:00'), ['2026-07-01T07:00:00', null])
  assert.deepEqual(at('2026-07-01T09:00:00+02:00', 'Asia/Calcutta'), ['2026-07-01T07:00:00', 'Asia/Kolkata'])
  assert.deepEqual(at('2026-07-01T09:00', 'Europe/Berlin'), ['2026-07-01T07:00:00', 'Europe/Berlin'])
  assert.deepEqual(at('2026-07-01T09:00:30.5', 'Europe/Berlin'), ['2026-07-01T07:00:30', 'Europe/Berlin'])
  assert.deepEqual(at('2026-03-29T02:30', 'Europe/Berlin')[0], '2026-03-29T01:30:00')
  assert.deepEqual(at('2026-10-25T02:30', 'Europe/Berlin')[0], '2026-10-25T00:30:00')
  assert.deepEqual(parseSchedule(null, NOW), { kind: 'ON_DEMAND' })
})

test('refusals name the field', () => {
  const at = '2026-07-01T09:00:00Z'
  const every = { every: 'PT5M' }
  for (const [input, field, code = 'INVALID_SCHEDULE'] of [
    [{}, 'cronExpression'],
    [{ timezone: 'UTC' }, 'cronExpression'],
    [{ ...cron, every: 'PT5M' }, 'every'],
    [{ ...cron, scheduledAt: at }, 'scheduledAt'],
    [{ ...every, scheduledAt: at }, 'scheduledAt'],
    [{ cronExpression: '0 0 * * *' }, 'timezone'],
    [{ cronExpression: '0 0 30 2 *', timezone: 'UTC' }, 'cronExpression', 'INVALID_CRON'],
    [{ cronExpression: '* '.repeat(5_000), timezone: 'UTC' }, 'cronExpression', 'INVALID_CRON'],
    [{ ...cron, timezone: 'europe/berlin' }, 'timezone', 'INVALID_TIMEZONE'],
    [{ ...every, timezone: 'Mars/Base' }, 'timezone', 'INVALID_TIMEZONE'],
    [{ scheduledAt: at, timezone: 'z'.repeat(10_000) }, 'timezone', 'INVALID_TIMEZONE'],
    [{ ...cron, recurrence: 'ROLLING' }, 'recurrence'],
    [{ ...every, recurrence: 'SOMETIMES' }, 'recurrence'],
    [{ ...every, dstPolicy: 'LITERAL' }, 'dstPolicy'],
    [{ ...cron, dstPolicy: 'TWICE' }, 'dstPolicy'],
    [{ every: 'PT30S' }, 'every'],
    [{ every: 'P'.repeat(10_000) }, 'every'],
    [{ ...cron, startAt: '2026-07-01T09:00:00Z', endAt: '2026-07-01T08:59:59Z' }, 'endAt'],
    [{ ...cron, startAt: '2026-07-01T09:00' }, 'startAt'],
    [{ ...cron, startAt: 'x'.repeat(10_000) }, 'startAt'],
    [{ ...cron, endAt: '2026-02-30T09:00:00Z' }, 'endAt'],
    [{ ...cron, endAt: new Date(Number.NaN) }, 'endAt'],
    [{ ...cron, startAt: '1969-12-31T23:59:59Z' }, 'startAt'],
    [{ ...cron, spreadSeconds: -1 }, 'spreadSeconds'],
    [{ ...cron, spreadSeconds: 3_601 }, 'spreadSeconds'],
    [{ ...cron, spreadSeconds: 1.5 }, 'spreadSeconds'],
    [{ ...cron, calendarRule: 'SKIP' }, 'calendarId'],
    [{ ...cron, calendarId: publicId('calendar', uuid), calendarRule: 'NEVER' }, 'calendarRule'],
    [{ ...cron, calendarId: publicId('action', uuid) }, 'calendarId', 'NOT_FOUND'],
    [{ scheduledAt: at, startAt: at }, 'startAt'],
    [{ scheduledAt: at, endAt: at }, 'endAt'],
    [{ scheduledAt: at, spreadSeconds: 5 }, 'spreadSeconds'],
    [{ scheduledAt: at, dstPolicy: 'ONCE' }, 'dstPolicy'],
    [{ scheduledAt: at, recurrence: 'FIXED' }, 'recurrence'],
    [{ scheduledAt: at, calendarId: publicId('calendar', uuid) }, 'calendarId'],
    [{ scheduledAt: '2026-07-01T09:00' }, 'scheduledAt'],
    [{ scheduledAt: '2026-07-01T09:00.5', timezone: 'UTC' }, 'scheduledAt'],
    [{ scheduledAt: '2026-02-28T09:00:00Z' }, 'scheduledAt'],
    [{ scheduledAt: '2026-02-28T09:00', timezone: 'Europe/Berlin' }, 'scheduledAt'],
  ] as [unknown, string, string?][]) {
    if (field === 'calendarId' && code === 'NOT_FOUND') {
      assert.throws(() => parse(input as ScheduleInput), { code, field: 'schedule.calendarId' })
    } else assert.deepEqual(refusal(input), [code, `schedule.${field}`], JSON.stringify(input).slice(0, 200))
  }
})

test('an edit keeps the anchor of an interval unless its length, start, zone or recurrence changes', () => {
  const before = parse({ every: 'PT1H' })
  const later = NOW + 600_500
  const anchor = (input: ScheduleInput) => {
    const after = editSchedule(input, before, later)
    return after.kind === 'RECURRING' ? after.anchorAt : undefined
  }
  assert.equal(anchor({ every: 'hourly' }), SECOND)
  assert.equal(anchor({ every: 'PT60M', timezone: 'UTC', spreadSeconds: 5, endAt: '2030-01-01T00:00:00Z' }), SECOND)
  const moved = Math.floor(later / 1000) * 1000
  assert.equal(anchor({ every: 'PT2H' }), moved)
  assert.equal(anchor({ every: 'PT1H', timezone: 'Europe/Berlin' }), moved)
  assert.equal(anchor({ every: 'PT1H', startAt: '2027-01-01T00:00:00Z' }), Date.parse('2027-01-01T00:00:00Z'))
  assert.equal(anchor({ every: 'PT1H', recurrence: 'ROLLING' }), null)
  assert.equal(anchor(cron), null)
})

test('an edit judges a scheduledAt anew only when it is another instant', () => {
  const before = parse({ scheduledAt: '2026-07-01T09:00', timezone: 'Europe/Berlin' })
  const afterwards = Date.parse('2027-01-01T00:00:00Z')
  const kept = editSchedule({ scheduledAt: '2026-07-01T09:00', timezone: 'Europe/Berlin' }, before, afterwards)
  assert.deepEqual(kept, before)
  assert.deepEqual(editSchedule({ scheduledAt: '2026-07-01T07:00:00Z' }, before, afterwards), { ...before, timezone: null })
  const past = { scheduledAt: '2026-07-01T09:00', timezone: 'UTC' }
  assert.throws(() => editSchedule(past, before, afterwards), { code: 'INVALID_SCHEDULE', field: 'schedule.scheduledAt' })
  const stray = { scheduledAt: '2026-07-01T07:00:00Z', endAt: '2030-01-01T00:00:00Z' }
  assert.throws(() => editSchedule(stray, before, afterwards), { code: 'INVALID_SCHEDULE', field: 'schedule.endAt' })
})

test('two schedules are the same when they agree in everything', () => {
  const every = { every: 'PT1H', startAt: '2026-07-01T09:00:00Z' }
  assert.ok(sameSchedule(parse(cron), parse({ ...cron, dstPolicy: 'ONCE' })))
  assert.ok(sameSchedule(parse(every), parseSchedule(every, NOW + 5_000)))
  const once = parse({ scheduledAt: '2026-07-01T09:00:00Z' })
  assert.ok(sameSchedule(once, { ...once }))
  const others: ScheduleInput[] = [
    { ...cron, timezone: 'UTC' },
    { ...cron, dstPolicy: 'LITERAL' },
    { ...cron, startAt: '2026-07-01T09:00:00Z' },
    { ...cron, endAt: '2026-07-01T09:00:00Z' },
    { ...cron, spreadSeconds: 1 },
    { ...cron, calendarId: publicId('calendar', uuid) },
    { ...cron, cronExpression: '31 2 * * *' },
    every,
  ]
  for (const other of others) assert.ok(!sameSchedule(parse(cron), parse(other)), JSON.stringify(other))
  assert.ok(!sameSchedule(parse(every), parse({ ...every, recurrence: 'ROLLING' })))
  assert.ok(!sameSchedule(once, { kind: 'ON_DEMAND' }))
})
