import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule } from '../../test/schedule-rule.ts'
import type { ActionSchedule } from './action-schedule.ts'
import { backfillTimes, stepBackfill, timesToLookAt } from './backfill.ts'

const HOURLY = cronRule('0 * * * *')
const HOUR = 3_600_000
const NOW = Date.parse('2026-03-11T12:00:00Z')
const MIDNIGHT = Date.parse('2026-03-10T00:00:00Z')

test('both ends of the span count', () => {
  assert.deepEqual(backfillTimes(HOURLY, null, MIDNIGHT, MIDNIGHT + 2 * HOUR, NOW), [MIDNIGHT, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR])
  assert.deepEqual(backfillTimes(HOURLY, null, MIDNIGHT + 1, MIDNIGHT + 2 * HOUR - 1, NOW), [MIDNIGHT + HOUR])
})

test('what is refused, with the field and what would be right', () => {
  const refused = (schedule: ActionSchedule, from: number, to: number, field: string, message: RegExp) =>
    assert.throws(() => backfillTimes(schedule, null, from, to, NOW), { code: 'BAD_USER_INPUT', field, message })
  refused({ kind: 'ON_DEMAND' }, MIDNIGHT, NOW, 'actionId', /recurring schedule.*invokeNow/)
  refused({ ...HOURLY, cronExpression: null, every: 'PT1H', recurrence: 'ROLLING' }, MIDNIGHT, NOW, 'actionId', /ROLLING.*invokeNow/)
  refused(HOURLY, MIDNIGHT, NOW + 1, 'to', /has passed/)
  refused(HOURLY, Number.NaN, NOW, 'from', /existing time/)
  refused(HOURLY, MIDNIGHT, Number.NaN, 'to', /has passed/)
  refused(HOURLY, MIDNIGHT, MIDNIGHT, 'from', /before to/)
  refused(HOURLY, MIDNIGHT + 1, MIDNIGHT + HOUR - 1, 'from', /longer span/)
  // The 1,000th time is named, and taken.
  const from = Date.parse('2026-01-20T00:00:00Z')
  const last = from + 999 * HOUR
  refused(HOURLY, from, NOW, 'to', new RegExp(`at most 1,000 runs; set to to ${new Date(last).toISOString()} or earlier`))
  assert.equal(backfillTimes(HOURLY, null, from, last, NOW).length, 1_000)
})

test('a step passes over what is done and makes as many runs as there is room', () => {
  const times = [1, 2, 3, 4, 5]
  assert.deepEqual(stepBackfill(times, new Set([1, 3]), 1), { make: [2], skipped: 2, nextAt: 4 })
  assert.deepEqual(stepBackfill(times, new Set([1, 3]), 10), { make: [2, 4, 5], skipped: 2, nextAt: null })
  assert.deepEqual(stepBackfill(times, new Set(times), 0), { make: [], skipped: 5, nextAt: null })
  assert.deepEqual(stepBackfill(times, new Set(), 0), { make: [], skipped: 0, nextAt: 1 })
  assert.deepEqual(stepBackfill([], new Set(), 1), { make: [], skipped: 0, nextAt: null })
})

test('steps go through a whole span, and never beyond 1,000 times whatever the schedule has become', () => {
  const walk = (cronExpression: string, to: number, done: ReadonlySet<number> = new Set()) => {
    const schedule = { ...HOURLY, cronExpression }
    const made: number[] = []
    let skipped = 0
    for (let nextAt: number | null = MIDNIGHT; nextAt !== null; ) {
      const times = timesToLookAt(schedule, null, { nextAt, toAt: to, made: made.length, skipped })
      const step = stepBackfill(times, done, 3)
      made.push(...step.make)
      skipped += step.skipped
      nextAt = step.nextAt
    }
    return { made, skipped }
  }
  const day = MIDNIGHT + 24 * HOUR
  assert.deepEqual(walk('*/5 * * * *', day).made, backfillTimes({ ...HOURLY, cronExpression: '*/5 * * * *' }, null, MIDNIGHT, day, NOW))
  const all = backfillTimes({ ...HOURLY, cronExpression: '*/5 * * * *' }, null, MIDNIGHT, day, NOW)
  assert.deepEqual(walk('*/5 * * * *', day, new Set(all)), { made: [], skipped: 289 })
  assert.equal(walk('* * * * *', day).made.length, 1_000)
})
