import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { occurrencesBetween } from '../domain/schedule.ts'
import { CATCH_UP_WINDOW_MS, MISSED_KEPT, PLAN_AHEAD_MS, plan } from './plan.ts'

const MINUTE = 60_000
const at = (text: string) => Date.parse(`2026-03-10T${text}Z`)
const every = (cronExpression: string, timezone = 'UTC') => ({ cronExpression, timezone })
const said = ({ runs, nextRunAt }: ReturnType<typeof plan>) => ({
  runs: runs.map(({ scheduledFor, status }) => `${new Date(scheduledFor).toISOString().slice(11, 16)} ${status}`),
  next: nextRunAt === null ? null : new Date(nextRunAt).toISOString().slice(11, 16),
})

test('an occurrence gets its row two seconds before its time', () => {
  const schedule = every('*/5 * * * *')
  assert.deepEqual(said(plan(schedule, at('12:05:00'), at('12:04:57'))), { runs: [], next: '12:05' })
  assert.deepEqual(said(plan(schedule, at('12:05:00'), at('12:04:58'))), { runs: ['12:05 PENDING'], next: '12:10' })
})

test('a short stop costs nothing: the newest missed occurrence runs, with the one to come', () => {
  assert.deepEqual(said(plan(every('* * * * *'), at('12:00:00'), at('12:02:59'))), {
    runs: ['12:00 MISSED', '12:01 MISSED', '12:02 PENDING', '12:03 PENDING'],
    next: '12:04',
  })
})

test('after five minutes it is too late, also for the newest', () => {
  const schedule = every('0 12 * * *')
  const noon = at('12:00:00')
  assert.equal(plan(schedule, noon, noon + CATCH_UP_WINDOW_MS).runs[0]!.status, 'PENDING')
  const late = plan(schedule, noon, noon + CATCH_UP_WINDOW_MS + 1)
  assert.deepEqual(late.runs, [{ scheduledFor: noon, status: 'MISSED', statusReason: 'SCHEDULER_DOWN' }])
  assert.equal(late.nextRunAt, noon + 24 * 60 * MINUTE)
})

test('a long stop leaves a thousand rows, the newest, and takes no time', () => {
  const now = at('12:00:30')
  const begun = performance.now()
  const { runs, unrecorded, nextRunAt } = plan(every('* * * * *'), now - 400 * 24 * 60 * MINUTE, now)
  assert.ok(performance.now() - begun < 2_000)
  assert.equal(runs.filter(({ status }) => status === 'MISSED').length, MISSED_KEPT)
  assert.deepEqual(runs.at(-1), { scheduledFor: at('12:00:00'), status: 'PENDING', statusReason: null })
  assert.equal(unrecorded, true)
  assert.equal(nextRunAt, at('12:01:00'))
})

test('a rare schedule is searched far enough back', () => {
  const now = Date.parse('2026-06-01T00:00:00Z')
  const { runs, unrecorded } = plan(every('0 0 1 1 *'), Date.parse('2020-01-01T00:00:00Z'), now)
  assert.equal(runs.length, 7)
  assert.equal(unrecorded, false)
})

test('every occurrence is planned exactly once, however often and late the beats come', () => {
  const start = at('00:00:00')
  const beat = fc.integer({ min: 1, max: 20 * MINUTE })
  const expression = fc.constantFrom('* * * * *', '*/7 * * * *', '0 * * * *', '13 1,2 * * *')
  fc.assert(
    fc.property(expression, fc.array(beat, { minLength: 1, maxLength: 40 }), (cronExpression, beats) => {
      const schedule = every(cronExpression, 'America/New_York')
      const planned: number[] = []
      let now = start
      let next: number | null = occurrencesBetween(schedule, start - 1, start + 400 * 24 * 60 * MINUTE, 1)[0]!
      for (const pause of beats) {
        now += pause
        const { runs, nextRunAt }: ReturnType<typeof plan> = plan(schedule, next!, now)
        for (const { scheduledFor, status } of runs) {
          planned.push(scheduledFor)
          if (scheduledFor > now) assert.equal(status, 'PENDING')
        }
        next = nextRunAt
      }
      assert.deepEqual(planned, occurrencesBetween(schedule, start - 1, now + PLAN_AHEAD_MS, 100_000))
    }),
    { numRuns: 200 },
  )
})
