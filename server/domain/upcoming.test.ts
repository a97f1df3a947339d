import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule } from '../../test/schedule-rule.ts'
import { type RecurringSchedule, spreadOf } from './recurring.ts'
import { actionDays, type ComingSchedule, comingRuns, localDaysBetween } from './upcoming.ts'

const ids = [1, 2, 3].map((last) => `0192f0c0-0000-7000-8000-00000000000${last}`) as [string, string, string]
const FROM = Date.UTC(2030, 2, 30)
const HOUR = 3_600_000

const cron = (cronExpression: string, more: Partial<RecurringSchedule> = {}) => cronRule(cronExpression, 'UTC', more)
const coming = (actionId: string, schedule: RecurringSchedule, nextRunAt: number, more: Partial<ComingSchedule> = {}): ComingSchedule => ({
  actionId,
  schedule,
  calendar: null,
  nextRunAt,
  left: null,
  ...more,
})

test('runs of several schedules come in the order they start, from the first that has no row', () => {
  const schedules = [coming(ids[0], cron('0 * * * *'), FROM + 2 * HOUR), coming(ids[1], cron('30 */2 * * *'), FROM + HOUR / 2)]
  const runs = comingRuns(schedules, FROM, FROM + 4 * HOUR, 100)
  assert.deepEqual(
    runs.map(({ actionId, at }) => [ids.indexOf(actionId), (at - FROM) / HOUR]),
    [
      [1, 0.5],
      [0, 2],
      [1, 2.5],
      [0, 3],
      [0, 4],
    ],
  )
  assert.deepEqual(comingRuns(schedules, FROM, FROM + 4 * HOUR, 2), runs.slice(0, 2))
})

test('the spread counts: a nominal time before the span may start inside it', () => {
  const spread = spreadOf(ids[0], 3_600)
  const runs = comingRuns([coming(ids[0], cron('0 * * * *', { spreadSeconds: 3_600 }), FROM)], FROM + 1, FROM + HOUR, 10)
  assert.deepEqual(runs[0], { actionId: ids[0], at: FROM, effectiveAt: FROM + spread })
})

test('no more runs than are left', () => {
  const one = coming(ids[0], cron('* * * * *'), FROM, { left: 3 })
  assert.equal(comingRuns([one], FROM, FROM + HOUR, 100).length, 3)
  assert.equal(comingRuns([one], FROM + 60_000, FROM + HOUR, 100).length, 2, 'what runs before the span is spent')
  assert.equal(comingRuns([one], FROM + HOUR, FROM + 2 * HOUR, 100).length, 0)
  const days = localDaysBetween(FROM, FROM + 24 * HOUR, 'UTC')
  assert.equal(
    [...actionDays(one, days)].reduce((sum, day) => sum + (day?.runs ?? 0), 0),
    3,
  )
})

test('a rolling schedule goes on from its cursor', () => {
  const rolling = cron('', { cronExpression: null, every: 'P1D', recurrence: 'ROLLING' })
  const one = coming(ids[0], rolling, FROM + 7 * HOUR)
  const days = localDaysBetween(FROM, FROM + 48 * HOUR - 1, 'UTC')
  assert.deepEqual(
    comingRuns([one], FROM, FROM + 48 * HOUR, 10).map(({ at }) => (at - FROM) / HOUR),
    [7, 31],
  )
  assert.deepEqual(
    [...actionDays(one, days)].map((day) => day && (day.firstAt - FROM) / HOUR),
    [7, 31],
  )
})

test('days are those of the zone, also the one on which the clocks change', () => {
  // 31 March 2030 has 23 hours in Berlin.
  const from = Date.parse('2030-03-30T12:00:00+01:00')
  const to = Date.parse('2030-04-01T12:00:00+02:00')
  const days = localDaysBetween(from, to, 'Europe/Berlin')
  assert.deepEqual(
    days.map(({ date, from, to }) => [date, (to - from) / HOUR]),
    [
      ['2030-03-30', 12],
      ['2030-03-31', 23],
      ['2030-04-01', 12 + 1 / HOUR],
    ],
  )
  const counted = [...actionDays(coming(ids[0], cron('0 * * * *'), from), days)]
  assert.deepEqual(
    counted.map((day) => day?.runs),
    [12, 23, 13],
  )
  assert.equal(counted[0]?.firstAt, from)
  assert.equal(counted[2]?.lastAt, to)
  const daily = [...actionDays(coming(ids[0], cron('0 0 1 4 *'), from), days)]
  assert.deepEqual(
    daily.map((day) => day?.runs),
    [undefined, undefined, 1],
  )
})
