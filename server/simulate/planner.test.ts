import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CatchUp, OverlapPolicy } from '../domain/run-policies.ts'
import { PLAN_AHEAD_MS } from '../scheduler/plan.ts'
import { createCourse, firstPlan, planByPlanner, planOnTime } from './planner.ts'
import { readActions } from './read-actions.ts'
import { DEFAULT_TARGET } from './target.ts'

const FROM = Date.parse('2026-01-01T00:00:00Z')
const TO = FROM + 5 * 366 * 86_400_000

const schedule = fc.oneof(
  fc.record({
    cronExpression: fc.constantFrom('* * * * *', '*/20 1-3 * * *', '30 2 * * *', '0 9 1 * *', '0 0 29 2 *', '15 1 * * 0'),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
    dstPolicy: fc.constantFrom('ONCE', 'LITERAL'),
    calendarId: fc.constantFrom(null, 'free'),
    endAt: fc.constantFrom(null, '2026-03-29T02:30:00Z'),
    spreadSeconds: fc.constantFrom(0, 600),
  }),
  fc.record({ every: fc.constantFrom('PT1M', 'PT45M', 'P1D', 'P1M'), startAt: fc.constantFrom(null, '2026-03-28T01:30:00Z') }),
)

test('a plan at its moment says what the planner says', () => {
  const policies = {
    catchUp: fc.constantFrom<CatchUp>('LATEST', 'ALL', 'NONE'),
    overlapPolicy: fc.constantFrom<OverlapPolicy>('SKIP', 'ALLOW'),
    maxRuns: fc.constantFrom(null, 1, 40),
  }
  fc.assert(
    fc.property(fc.record({ schedule, ...policies, skip: fc.nat(80 * 86_400) }), ({ skip, ...given }) => {
      const calendars = [{ name: 'free', dates: ['2026-03-08', '2026-03-29'], weekdays: [6] }]
      const [action] = readActions({ calendars, actions: [{ name: 'a', ...given }] }, FROM)
      const { schedule } = action!
      assert.ok(schedule.kind === 'RECURRING')
      const course = createCourse(action!, { target: DEFAULT_TARGET, seed: 1, to: TO })
      let next = firstPlan(course, FROM + skip * 1_000)
      for (let i = 0; i < 60 && next; i++) {
        const { nextRunAt } = next
        assert.equal(next.at, nextRunAt - PLAN_AHEAD_MS)
        const short = planOnTime(course, nextRunAt, next.at)
        const whole = planByPlanner(course, schedule, nextRunAt, next.at, TO)
        if (short) assert.deepEqual(short, whole)
        // It stands aside only for a schedule that has made all its runs.
        else assert.deepEqual([whole.rows, course.runsMade], [[], given.maxRuns])
        course.runsMade += whole.rows.length
        next = whole.next
      }
    }),
    { numRuns: 300 },
  )
})

test('a plan that is late is the planner’s alone', () => {
  const [action] = readActions([{ name: 'a', schedule: { cronExpression: '@hourly', timezone: 'UTC' } }], FROM)
  const course = createCourse(action!, { target: DEFAULT_TARGET, seed: 1, to: TO })
  const { nextRunAt, at } = firstPlan(course, FROM)!
  assert.ok(planOnTime(course, nextRunAt, at))
  assert.equal(planOnTime(course, nextRunAt, at + 1), undefined)
})
