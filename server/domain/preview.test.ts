import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule, intervalRule } from '../../test/schedule-rule.ts'
import type { ActionSchedule } from './action-schedule.ts'
import { previewRuns, previewSchedule } from './preview.ts'
import type { Calendar, RecurringSchedule } from './recurring.ts'
import { slowerThanInterval } from './schedule-warnings.ts'

const WEEKENDS: Calendar = { dates: new Set(['2026-05-01']), weekdays: new Set([6, 7]) }
const preview = (schedule: ActionSchedule, from: string, calendar: Calendar | null = null) =>
  previewSchedule(schedule, calendar, Date.parse(from), 2, 0)
const describe = (schedule: ActionSchedule) => preview(schedule, '2026-01-01T00:00:00Z').description

test('a run has its instant, local time, offset, and the time at which it starts', () => {
  const schedule = cronRule('30 9 * * *', 'Asia/Kolkata', { spreadSeconds: 60 })
  const [run] = previewRuns(schedule, null, Date.parse('2025-01-01T00:00:00Z'), 1, 12_345)
  const at = Date.parse('2025-01-01T04:00:00Z')
  assert.deepEqual(run, { at, local: '2025-01-01T09:30:00', offset: '+05:30', effectiveAt: at + 12_345, note: null })
})

test('notes say where the clocks moved, merged or repeated a run', () => {
  const notes = (expression: string, zone: string, from: string, more?: Partial<RecurringSchedule>) =>
    preview(cronRule(expression, zone, more), from).runs.map(({ note }) => note)
  assert.deepEqual(notes('30 2 * * *', 'America/New_York', '2025-03-08T12:00:00Z'), [
    'The clocks go forward and 02:30 on 2025-03-09 does not exist; it runs at 03:30 instead.',
    null,
  ])
  assert.deepEqual(notes('30 2,3 * * *', 'America/New_York', '2025-03-08T12:00:00Z'), [
    'The clocks go forward and 02:30 on 2025-03-09 does not exist; it falls together with the run at 03:30 and runs once.',
    null,
  ])
  assert.deepEqual(notes('15 0,23 * * *', 'America/Nuuk', '2024-03-30T12:00:00Z'), [
    'The clocks go forward and 23:15 on 2024-03-30 does not exist; it falls together with the run at 00:15 on 2024-03-31 and runs once.',
    null,
  ])
  assert.deepEqual(notes('0 0 30 12 *', 'Pacific/Apia', '2011-01-01T00:00:00Z'), [
    'The clocks go forward and 00:00 on 2011-12-30 does not exist; it runs at 00:00 on 2011-12-31 instead.',
    null,
  ])
  assert.deepEqual(notes('30 1 * * *', 'Europe/London', '2025-10-25T12:00:00Z'), [
    'The clocks go back and 01:30 on 2025-10-26 happens twice; it runs the first time only.',
    null,
  ])
  const twice = ['first', 'second'].map((which) => `The clocks go back and 01:30 on 2025-10-26 happens twice; this is the ${which} time.`)
  assert.deepEqual(notes('30 1 * * *', 'Europe/London', '2025-10-25T12:00:00Z', { dstPolicy: 'LITERAL' }), twice)
  assert.deepEqual(notes('30 * * * *', 'Europe/London', '2025-10-26T00:00:00Z'), twice)
  const daily = intervalRule('P1D', '2025-10-24T01:30:00Z', { timezone: 'Europe/Berlin' })
  assert.deepEqual(
    preview({ ...daily, anchorAt: Date.parse('2025-10-24T00:30:00Z') }, '2025-10-25T12:00:00Z').runs.map(({ local, offset, note }) => [
      local,
      offset,
      note,
    ]),
    [
      ['2025-10-26T02:30:00', '+02:00', 'The clocks go back and 02:30 on 2025-10-26 happens twice; it runs the first time only.'],
      ['2025-10-27T02:30:00', '+01:00', null],
    ],
  )
})

test('notes say which run a calendar moved, and with which it falls together', () => {
  const moved = (expression: string, from: string, more?: Partial<RecurringSchedule>) =>
    preview(cronRule(expression, 'Europe/Berlin', { calendarRule: 'NEXT_BUSINESS_DAY', ...more }), from, WEEKENDS).runs.map(
      ({ local, note }) => [local, note],
    )
  assert.deepEqual(moved('0 9 1 * *', '2026-04-15T00:00:00Z'), [
    ['2026-05-04T09:00:00', 'Moved from Friday 2026-05-01, which the calendar excludes.'],
    ['2026-06-01T09:00:00', null],
  ])
  assert.deepEqual(moved('0 9 * * 1,6,7', '2026-05-02T00:00:00Z'), [
    [
      '2026-05-04T09:00:00',
      'Falls together with what was moved from Saturday 2026-05-02 and Sunday 2026-05-03, which the calendar excludes.',
    ],
    [
      '2026-05-11T09:00:00',
      'Falls together with what was moved from Saturday 2026-05-09 and Sunday 2026-05-10, which the calendar excludes.',
    ],
  ])
  assert.deepEqual(moved('0 9 * * 6', '2026-05-02T00:00:00Z', { calendarRule: 'SKIP' }), [])
})

test('a schedule in words has its zone, window, interval and calendar, and a 24-hour clock', () => {
  assert.equal(describe(cronRule('@daily', 'Europe/Berlin')), 'At 00:00, Europe/Berlin')
  assert.equal(describe(cronRule('0 14 * * MON-FRI', 'Europe/Berlin')), 'At 14:00, Monday through Friday, Europe/Berlin')
  assert.equal(describe(cronRule('0 0 1W,15 * *')), 'By the cron expression 0 0 1W,15 * *, UTC')
  const window = { startAt: Date.parse('2026-01-31T08:00:00Z'), endAt: Date.parse('2026-12-31T22:59:59Z') }
  assert.equal(
    describe(cronRule('*/5 * * * *', 'Europe/Berlin', { ...window, calendarRule: 'SKIP', spreadSeconds: 60 })),
    'Every 5 minutes, from 2026-01-31 09:00, until 2026-12-31 23:59:59, not on days that the calendar excludes, up to 60 s later, Europe/Berlin',
  )
  assert.equal(describe(intervalRule('PT30M', '2026-05-01T09:00:00Z')), 'Every 30 minutes from 2026-05-01 09:00, UTC')
  assert.equal(
    describe(intervalRule('P1D', window.startAt, { startAt: window.startAt, timezone: 'Asia/Tokyo' })),
    'Every day from 2026-01-31 17:00, Asia/Tokyo',
  )
  assert.equal(describe(intervalRule('P1DT12H', '2026-05-01T09:00:00Z')), 'Every 1 day and 12 hours from 2026-05-01 09:00, UTC')
  assert.equal(describe(intervalRule('PT1H', 0, { recurrence: 'ROLLING', anchorAt: null })), '1 hour after the end of each run, UTC')
  assert.equal(
    describe({ kind: 'ONE_TIME', scheduledAt: Date.parse('2030-07-01T08:00:00Z'), timezone: 'Europe/Berlin' }),
    'Once, on 2030-07-01 at 10:00:00, Europe/Berlin',
  )
  assert.equal(describe({ kind: 'ON_DEMAND' }), 'On demand')
})

const warnings = (schedule: ActionSchedule, calendar: Calendar | null = null) =>
  preview(schedule, '2026-01-01T00:00:00Z', calendar).warnings

test('warns where other cron programs differ, where months are skipped and where a step starts anew', () => {
  assert.match(warnings(cronRule('0 0 */2 * 1'))[0]!, /either/)
  assert.match(warnings(cronRule('0 0 13 * */2'))[0]!, /either/)
  assert.match(warnings(cronRule('0 0 31 * *'))[0]!, /skipped/)
  assert.deepEqual(warnings(cronRule('*/45 * * * *')), ['"*/45" starts anew every hour: the last gap is 15 minutes, not 45.'])
  assert.deepEqual(warnings(cronRule('0 */7 * * *')), ['"*/7" starts anew every day: the last gap is 3 hours, not 7.'])
  assert.deepEqual(warnings(cronRule('10/25 * * * *')), ['"10/25" starts anew every hour: the last gap is 35 minutes, not 25.'])
  assert.deepEqual(warnings(cronRule('0 0 1 */5 *')), ['"*/5" starts anew every year: the last gap is 2 months, not 5.'])
  for (const plain of [
    '0 0 13 * 5',
    '0 0 */2 * *',
    '0 0 ? * 1',
    '0 0 28 * *',
    '*/5 * * * *',
    '5/20 */6 * * *',
    '50/45 0 * * *',
    '0-40/7 0 * * *',
  ]) {
    assert.deepEqual(warnings(cronRule(plain)), [], plain)
  }
})

test('warns of local times that the clocks skip or repeat within two years', () => {
  const berlin = (expression: string, more?: Partial<RecurringSchedule>) => warnings(cronRule(expression, 'Europe/Berlin', more))
  const gap = 'The clocks go forward and 02:30 on 2026-03-29 does not exist; it runs at 03:30 instead.'
  const overlap = 'The clocks go back and 02:30 on 2026-10-25 happens twice; it runs the first time only.'
  assert.deepEqual(berlin('30 2 * * *'), [gap, overlap])
  assert.deepEqual(berlin('30 2 * * *', { dstPolicy: 'LITERAL' }), [
    'The clocks go forward and 02:30 on 2026-03-29 does not exist; it does not run then.',
    'The clocks go back and 02:30 on 2026-10-25 happens twice; it runs both times.',
  ])
  assert.deepEqual(warnings(cronRule('30 2 * * *', 'America/New_York')), [
    'The clocks go forward and 02:30 on 2026-03-08 does not exist; it runs at 03:30 instead.',
  ])
  const daily = intervalRule('P1D', '2026-01-01T01:30:00Z', { timezone: 'Europe/Berlin' })
  assert.deepEqual(warnings(daily), [gap, overlap])
  assert.deepEqual(berlin('30 2 * * *', { endAt: Date.parse('2026-03-01') }), [])
  for (const quiet of ['30 3 * * *', '30 2 * * 1', '30 * * * *']) assert.deepEqual(berlin(quiet), [], quiet)
  assert.deepEqual(warnings({ ...daily, every: 'PT24H' }), [])
})

test('warns of a start in the past, of a schedule that never runs again, of a wide spread', () => {
  const past = Date.parse('2025-12-31T00:00:00Z')
  assert.deepEqual(warnings(cronRule('0 0 * * *', 'UTC', { startAt: past })), [
    'startAt lies in the past; runs before now are not made up for.',
  ])
  assert.deepEqual(warnings(cronRule('0 0 * * *', 'UTC', { endAt: past })), ['It never runs again: no time is left before endAt.'])
  assert.deepEqual(warnings(cronRule('0 0 * * 6', 'UTC', { calendarRule: 'SKIP' }), WEEKENDS), [
    'It never runs: the calendar excludes every day on which it would.',
  ])
  assert.match(warnings(cronRule('*/5 * * * *', 'UTC', { spreadSeconds: 301 }))[0]!, /301 s is wider than the 300 s/)
  assert.match(warnings(intervalRule('PT1M', 0, { spreadSeconds: 61 }))[0]!, /61 s is wider than the 60 s/)
  assert.deepEqual(warnings(cronRule('*/5 * * * *', 'UTC', { spreadSeconds: 300 })), [])
})

test('says when the runs of a schedule take longer than the time between them', () => {
  assert.match(slowerThanInterval(60_001, cronRule('* * * * *'))!, /only 60 s apart.*more than 60 s/)
  assert.equal(slowerThanInterval(601_000, cronRule('55 23,0 * * *')), null)
  assert.match(slowerThanInterval(11 * 60_000, cronRule('0,50 * * * *'))!, /only 600 s apart/)
  assert.match(slowerThanInterval(11 * 60_000, cronRule('55,5 0,23 * * *'))!, /only 600 s apart/)
  assert.match(slowerThanInterval(61_000, intervalRule('PT1M', 0))!, /only 60 s apart/)
  assert.equal(slowerThanInterval(60_000, cronRule('* * * * *')), null)
  assert.equal(slowerThanInterval(1e9, intervalRule('PT1M', 0, { recurrence: 'ROLLING' })), null)
  assert.equal(slowerThanInterval(1e9, { kind: 'ON_DEMAND' }), null)
})

test('count is 1 to 100', () => {
  assert.equal(previewRuns(cronRule('* * * * *'), null, 0, 100, 0).length, 100)
  for (const count of [0, 101, -1, 1.5, Number.NaN]) {
    assert.throws(() => previewRuns(cronRule('* * * * *'), null, 0, count, 0), { code: 'BAD_USER_INPUT', field: 'count' })
  }
})

test('a one-time run previews in its zone, in UTC without one, until it is past; of a repeated time it says which', () => {
  const at = Date.parse('2030-07-01T08:00:00Z')
  const once = (timezone: string | null, scheduledAt: number | null = at): ActionSchedule => ({ kind: 'ONE_TIME', scheduledAt, timezone })
  const local = { at, local: '2030-07-01T10:00:00', offset: '+02:00', effectiveAt: at, note: null }
  assert.deepEqual(previewRuns(once('Europe/Berlin'), null, at, 5, 0), [local])
  assert.equal(previewRuns(once(null), null, 0, 5, 0)[0]!.offset, '+00:00')
  assert.deepEqual(previewRuns(once(null), null, at + 1, 5, 0), [])
  assert.equal(previewRuns(once(null, null), null, 77, 5, 0)[0]!.at, 77)
  const notes = ['2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z'].map(
    (text) => previewRuns(once('Europe/Berlin', Date.parse(text)), null, 0, 1, 0)[0]!.note,
  )
  assert.deepEqual(
    notes,
    ['first', 'second'].map((which) => `The clocks go back and 02:30 on 2025-10-26 happens twice; this is the ${which} time.`),
  )
  assert.deepEqual(previewRuns({ kind: 'ON_DEMAND' }, null, 0, 5, 0), [])
})
