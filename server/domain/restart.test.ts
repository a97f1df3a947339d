import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule } from '../../test/schedule-rule.ts'
import { type RecurringSchedule, spreadOf } from './recurring.ts'
import { restart, type StandingRun } from './restart.ts'

const ACTION = '0192f0c0-0000-7000-8000-000000000001'
const at = (time: string) => Date.parse(`2030-03-05T${time}Z`)
const NOW = at('09:00:00')

const hourly = cronRule('0 * * * *')
const rolling: RecurringSchedule = { ...hourly, cronExpression: null, every: 'PT1H', recurrence: 'ROLLING' }

const run = (time: string, more: Partial<StandingRun> = {}): StandingRun => ({
  id: time,
  scheduledFor: at(time),
  runAt: at(time),
  ahead: true,
  over: false,
  ...more,
})

test('a run made ahead stays where the schedule names its time, and ends elsewhere', () => {
  const runs = [run('10:00:00'), run('10:30:00')]
  assert.deepEqual(restart(ACTION, hourly, null, runs, NOW), { nextRunAt: at('11:00:00'), end: ['10:30:00'], move: [] })
})

test('what is due, or is over, is left alone', () => {
  const runs = [run('08:30:00', { ahead: false }), run('08:15:00', { ahead: false, over: true })]
  assert.deepEqual(restart(ACTION, hourly, null, runs, NOW), { nextRunAt: at('10:00:00'), end: [], move: [] })
})

test('a time that has its row, such as one that was skipped, is passed over', () => {
  const skipped = ['10:00:00', '11:00:00'].map((time) => run(time, { ahead: false, over: true }))
  assert.equal(restart(ACTION, hourly, null, skipped, NOW).nextRunAt, at('12:00:00'))
})

test('a run made ahead starts by the new spread', () => {
  const spread = { ...hourly, spreadSeconds: 600 }
  const offset = spreadOf(ACTION, 600)
  assert.ok(offset > 0)
  assert.deepEqual(restart(ACTION, spread, null, [run('10:00:00')], NOW).move, [{ id: '10:00:00', runAt: at('10:00:00') + offset }])
  const kept = run('10:00:00', { runAt: at('10:00:00') + offset })
  assert.deepEqual(restart(ACTION, spread, null, [kept], NOW).move, [])
  const past = run('09:00:00', { runAt: NOW + offset })
  assert.deepEqual(restart(ACTION, hourly, null, [past], NOW + 1).move, [{ id: '09:00:00', runAt: NOW + 1 }], 'never in the past')
})

test('a calendar that excludes the day ends what was made ahead of it', () => {
  const calendar = { dates: new Set(['2030-03-05']), weekdays: new Set<number>() }
  const skipping = { ...hourly, calendarId: ACTION, calendarRule: 'SKIP' as const }
  assert.deepEqual(restart(ACTION, skipping, calendar, [run('10:00:00')], NOW), {
    nextRunAt: Date.parse('2030-03-06T00:00:00Z'),
    end: ['10:00:00'],
    move: [],
  })
})

test('a rolling schedule waits for the end of the run that is under way', () => {
  assert.equal(restart(ACTION, rolling, null, [], NOW).nextRunAt, at('10:00:00'))
  const underWay = run('08:00:00', { ahead: false })
  assert.equal(restart(ACTION, rolling, null, [underWay], NOW).nextRunAt, null)
  const ahead = restart(ACTION, rolling, null, [run('09:30:00')], NOW)
  assert.deepEqual(ahead, { nextRunAt: at('10:00:00'), end: ['09:30:00'], move: [] })
})

test('other kinds have no next time', () => {
  assert.deepEqual(restart(ACTION, { kind: 'ON_DEMAND' }, null, [], NOW), { nextRunAt: null, end: [], move: [] })
})
