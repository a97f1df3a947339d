import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScheduleViewFragment } from '../../../../sdk/generated/operations.ts'
import { USUAL } from '../../schedule/presets.ts'
import { EMPTY_RUN_POLICIES, emptySchedule, runPolicyInput, scheduleDraftOf, scheduleInput } from './schedule-draft.ts'

const NOW = Date.UTC(2026, 0, 5, 9)
const ZONE = 'America/New_York'

const whole: ScheduleViewFragment = {
  description: 'Every 2 days',
  cronExpression: null,
  every: 'P2D',
  recurrence: 'ROLLING',
  anchorAt: null,
  scheduledAt: null,
  timezone: ZONE,
  startAt: '2026-03-08T07:30:00.000Z',
  endAt: '2026-12-31T17:00:00.000Z',
  dstPolicy: 'ONCE',
  spreadSeconds: 120,
  calendar: { id: 'cal_1', name: 'Holidays' },
  calendarRule: 'NEXT_BUSINESS_DAY',
}

test('what stands at its default is left out', () => {
  assert.deepEqual(scheduleInput(emptySchedule(ZONE, NOW)), { cronExpression: '0 9 * * *', timezone: ZONE })
})

test('a schedule comes out of the form as it went in', () => {
  assert.deepEqual(scheduleInput(scheduleDraftOf(whole, 'UTC', NOW)), {
    every: 'P2D',
    recurrence: 'ROLLING',
    timezone: ZONE,
    startAt: '2026-03-08T03:30:00-04:00',
    endAt: '2026-12-31T12:00:00-05:00',
    spreadSeconds: 120,
    calendarId: 'cal_1',
    calendarRule: 'NEXT_BUSINESS_DAY',
  })
})

test('what the clocks do is asked of an expression alone: an interval is refused with it', () => {
  const cron = { ...emptySchedule(ZONE, NOW), dstPolicy: 'LITERAL' as const }
  assert.equal(scheduleInput(cron)?.dstPolicy, 'LITERAL')
  assert.equal(scheduleInput({ ...cron, rhythm: { ...USUAL, preset: 'cron' } })?.dstPolicy, 'LITERAL')
  assert.equal(scheduleInput({ ...cron, rhythm: { ...USUAL, preset: 'interval' } })?.dstPolicy, undefined)
})

test('a single time is one of its own zone', () => {
  const draft = { ...emptySchedule(ZONE, NOW), when: 'once' as const, onceAt: '2026-07-01T09:00' }
  assert.deepEqual(scheduleInput(draft), { scheduledAt: '2026-07-01T09:00:00-04:00', timezone: ZONE })
  assert.equal(scheduleInput({ ...draft, onceAt: '' }), null)
  const read = scheduleDraftOf({ ...whole, every: null, recurrence: null, scheduledAt: '2026-07-01T13:00:00.000Z' }, 'UTC', NOW)
  assert.deepEqual([read.when, read.onceAt, read.rhythm], ['once', '2026-07-01T09:00', USUAL])
})

test('policies that mean nothing for this kind of schedule are put back', () => {
  const set = { ...EMPTY_RUN_POLICIES, overlapPolicy: 'ALLOW' as const, maxRuns: '7', deleteAfterCompletion: true }
  assert.deepEqual(runPolicyInput({ ...set, when: 'recurring' }), {
    overlapPolicy: 'ALLOW',
    catchUp: 'LATEST',
    catchUpWindowSeconds: 300,
    maxRuns: 7,
    deleteAfterCompletion: false,
  })
  const once = runPolicyInput({ ...set, when: 'once' })
  assert.deepEqual(once, { overlapPolicy: null, catchUp: null, catchUpWindowSeconds: null, maxRuns: null, deleteAfterCompletion: true })
  assert.equal(runPolicyInput({ ...set, catchUp: 'NONE', when: 'recurring' }).catchUpWindowSeconds, null)
  assert.equal(runPolicyInput({ ...set, maxRuns: 'seven', when: 'recurring' }).maxRuns, -1)
})
