import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cronRule } from '../../test/schedule-rule.ts'
import { previewRuns } from '../domain/preview.ts'
import { type Calendar, nextRun, type RecurringSchedule, runsBetween } from '../domain/recurring.ts'
import { MISSED_KEPT, PLAN_AHEAD_MS, type Plan, type Planning, plan, RUNS_MOST } from './plan.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const at = (text: string) => Date.parse(`2026-03-10T${text}Z`)
const SCHEDULE = cronRule('* * * * *')

function planOf(nextRunAt: number, now: number, rule: Partial<RecurringSchedule> = {}, changes: Partial<Planning> = {}): Plan {
  const defaults = { calendar: null, spreadMs: 0, catchUp: 'LATEST', catchUpWindowSeconds: 300, maxRuns: null, runsMade: 0 } as const
  return plan({ rule: { ...SCHEDULE, ...rule }, ...defaults, nextRunAt, ...changes }, now)
}

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16)
const said = ({ runs, nextRunAt }: Plan) => ({
  runs: runs.map(({ scheduledFor, status }) => `${clock(scheduledFor)} ${status}`),
  next: nextRunAt === null ? null : clock(nextRunAt),
})
const countsOf = ({ runs }: Plan) => ({
  pending: runs.filter(({ status }) => status === 'PENDING').map(({ scheduledFor }) => clock(scheduledFor)),
  missed: runs.filter(({ status }) => status === 'MISSED').length,
})

test('an occurrence gets its row two seconds before its time', () => {
  const rule = { cronExpression: '*/5 * * * *' }
  assert.deepEqual(said(planOf(at('12:05:00'), at('12:04:57'), rule)), { runs: [], next: '12:05' })
  assert.deepEqual(said(planOf(at('12:05:00'), at('12:04:58'), rule)), { runs: ['12:05 PENDING'], next: '12:10' })
})

test('a short stop costs nothing: the newest missed occurrence runs, with the one to come', () => {
  assert.deepEqual(said(planOf(at('12:00:00'), at('12:02:59'))), {
    runs: ['12:00 MISSED', '12:01 MISSED', '12:02 PENDING', '12:03 PENDING'],
    next: '12:04',
  })
})

test('each policy and window picks what of a downtime still runs, to the millisecond', () => {
  const from = at('11:00:00')
  const now = at('12:00:30')
  const cases: [catchUp: Planning['catchUp'], windowSeconds: number, pending: string[]][] = [
    ['LATEST', 300, ['12:00']],
    ['LATEST', 30, ['12:00']],
    ['LATEST', 29, []],
    ['LATEST', 0, []],
    ['LATEST', 86_400, ['12:00']],
    ['ALL', 0, []],
    ['ALL', 29, []],
    ['ALL', 30, ['12:00']],
    ['ALL', 89, ['12:00']],
    ['ALL', 90, ['11:59', '12:00']],
    ['ALL', 300, ['11:56', '11:57', '11:58', '11:59', '12:00']],
    ['ALL', 86_400, Array.from({ length: 61 }, (_, n) => clock(from + n * MINUTE))],
    ['NONE', 300, []],
    ['NONE', 86_400, []],
  ]
  for (const [catchUp, catchUpWindowSeconds, pending] of cases) {
    const made = planOf(from, now, {}, { catchUp, catchUpWindowSeconds })
    assert.deepEqual(countsOf(made), { pending, missed: 61 - pending.length }, `${catchUp} ${catchUpWindowSeconds} s`)
    assert.ok(made.runs.every(({ status, statusReason }) => statusReason === (status === 'MISSED' ? 'SCHEDULER_DOWN' : null)))
    assert.equal(made.nextRunAt, at('12:01:00'))
  }
})

test('a plan that comes a few seconds late is no downtime under any policy', () => {
  for (const catchUp of ['LATEST', 'ALL', 'NONE'] as const) {
    const late = (seconds: number) => planOf(at('12:00:00'), at('12:00:00') + seconds * 1000, {}, { catchUp, catchUpWindowSeconds: 0 })
    assert.deepEqual(said(late(5)).runs, ['12:00 PENDING'], catchUp)
    assert.deepEqual(said(late(6)).runs, ['12:00 MISSED'], catchUp)
  }
})

test('a long stop leaves a thousand rows and one that stands for the others', () => {
  const now = at('12:00:30')
  const from = now - 400 * DAY - 30_000
  const { runs, nextRunAt } = planOf(from, now)
  const [rest, ...missed] = runs.filter(({ status }) => status === 'MISSED')
  assert.equal(missed.length, MISSED_KEPT)
  assert.ok(missed.every(({ missedCount }) => missedCount === null))
  assert.equal(rest!.scheduledFor, from)
  // All minutes of 400 days and the present one, without the one that runs, the thousand and the row itself.
  assert.equal(rest!.missedCount, 400 * 1440 + 1 - 1 - MISSED_KEPT - 1)
  assert.deepEqual([missed[0]!.scheduledFor, missed.at(-1)!.scheduledFor], [at('11:59:00') - 999 * MINUTE, at('11:59:00')])
  assert.deepEqual(said({ runs: runs.slice(-1), nextRunAt }), { runs: ['12:00 PENDING'], next: '12:01' })
})

test('a thousand missed ones have a row each, and so has one more', () => {
  const now = at('12:00:30')
  const missedOf = (minutes: number) =>
    planOf(at('12:00:00') - minutes * MINUTE, now)
      .runs.filter(({ status }) => status === 'MISSED')
      .map(({ missedCount }) => missedCount)
  assert.deepEqual(missedOf(1_000), Array(1_000).fill(null))
  assert.deepEqual(missedOf(1_001), Array(1_001).fill(null))
  assert.deepEqual(missedOf(1_002), [1, ...Array(1_000).fill(null)])
})

test('a rare schedule is searched far enough back', () => {
  const { runs } = planOf(Date.parse('2020-01-01T00:00:00Z'), Date.parse('2026-06-01T00:00:00Z'), { cronExpression: '0 0 1 1 *' })
  assert.deepEqual(
    runs.map(({ status, missedCount }) => [status, missedCount]),
    Array(7).fill(['MISSED', null]),
  )
})

test('more runs than one plan makes are made by the next one', () => {
  const now = at('12:00:30')
  const from = at('12:00:00') - 6_000 * MINUTE
  const all = { catchUp: 'ALL', catchUpWindowSeconds: 31 * 86_400 } as const
  const first = planOf(from, now, {}, all)
  assert.equal(first.runs.length, RUNS_MOST)
  assert.equal(first.nextRunAt, from + RUNS_MOST * MINUTE)
  const second = planOf(first.nextRunAt!, now, {}, all)
  assert.equal(first.runs.length + second.runs.length, 6_001)
  assert.ok(second.runs.every(({ status }) => status === 'PENDING'))
})

test('with spread, an occurrence is late when its own start has passed', () => {
  const hourly = { cronExpression: '0 * * * *' }
  const spread = { spreadMs: 600_000, catchUpWindowSeconds: 60 }
  const noon = at('12:00:00')
  const first = planOf(noon, noon - 2_000, hourly, spread)
  assert.deepEqual(first.runs, [{ scheduledFor: noon, runAt: noon + 600_000, status: 'PENDING', statusReason: null, missedCount: null }])
  assert.equal(planOf(noon, at('12:09:59'), hourly, spread).runs[0]!.status, 'PENDING')
  assert.equal(planOf(noon, at('12:11:00'), hourly, spread).runs[0]!.status, 'PENDING')
  assert.equal(planOf(noon, at('12:11:01'), hourly, spread).runs[0]!.status, 'MISSED')
  // Every minute, five of them between nominal and effective time: those are still to come.
  assert.deepEqual(said(planOf(at('12:00:00'), at('12:06:30'), {}, { spreadMs: 5 * MINUTE })), {
    runs: ['12:00 MISSED', '12:01 PENDING', '12:02 PENDING', '12:03 PENDING', '12:04 PENDING', '12:05 PENDING', '12:06 PENDING'],
    next: '12:07',
  })
})

test('excluded days are no occurrences, neither missed nor run', () => {
  const calendar: Calendar = { dates: new Set(['2026-03-10']), weekdays: new Set([7]) }
  const daily = { cronExpression: '0 12 * * *', calendarRule: 'SKIP' } as const
  const { runs, nextRunAt } = planOf(Date.parse('2026-03-07T12:00:00Z'), at('12:00:00'), daily, { calendar })
  assert.deepEqual(
    runs.map(({ scheduledFor, status }) => `${new Date(scheduledFor).toISOString().slice(8, 10)} ${status}`),
    ['07 MISSED', '09 MISSED'],
  )
  assert.equal(nextRunAt, at('12:00:00') + DAY)
})

test('maxRuns counts what runs and ends the schedule', () => {
  const room = (maxRuns: number, runsMade: number, changes: Partial<Planning> = {}) =>
    planOf(at('12:00:00'), at('12:02:59'), {}, { maxRuns, runsMade, ...changes })
  assert.deepEqual(said(room(5, 5)), { runs: [], next: null })
  assert.deepEqual(said(room(5, 4)), { runs: ['12:00 MISSED', '12:01 MISSED', '12:02 PENDING'], next: '12:03' })
  assert.deepEqual(said(room(5, 3)), { runs: ['12:00 MISSED', '12:01 MISSED', '12:02 PENDING', '12:03 PENDING'], next: '12:04' })
  assert.deepEqual(said(room(5, 3, { catchUp: 'ALL' })), { runs: ['12:00 PENDING', '12:01 PENDING'], next: '12:02' })
})

test('a ROLLING schedule gets one run at a time, and goes on from its end also when it was missed', () => {
  const rolling = { cronExpression: null, every: 'PT1H', recurrence: 'ROLLING' } as const
  const noon = at('12:00:00')
  assert.deepEqual(said(planOf(noon, noon - 2_001, rolling)), { runs: [], next: '12:00' })
  assert.deepEqual(said(planOf(noon, noon - 2_000, rolling)), { runs: ['12:00 PENDING'], next: null })
  assert.deepEqual(said(planOf(noon, noon + 300_000, rolling)), { runs: ['12:00 PENDING'], next: null })
  assert.deepEqual(said(planOf(noon, noon + 300_001, rolling)), { runs: ['12:00 MISSED'], next: null })
  assert.deepEqual(said(planOf(noon, noon + 6_000, rolling, { catchUp: 'NONE' })), { runs: ['12:00 MISSED'], next: null })
  assert.deepEqual(said(planOf(noon, noon, rolling, { maxRuns: 1, runsMade: 1 })), { runs: [], next: null })
})

test('clocks that jump ahead by an hour and back repeat nothing and start nothing early', () => {
  const seen = new Set<number>()
  let next: number | null = at('12:00:00')
  const jumps = [0, 3_600_000, 0, 30_000, 3_600_000, 60_000, 7_200_000, 120_000, 3_900_000, 7_260_000]
  for (const ahead of jumps) {
    const now = at('12:00:00') + ahead
    const made: Plan = planOf(next!, now)
    for (const { scheduledFor, status } of made.runs) {
      assert.ok(!seen.has(scheduledFor))
      assert.ok(scheduledFor <= now + PLAN_AHEAD_MS && (status === 'MISSED' || scheduledFor >= now - 300_000))
      seen.add(scheduledFor)
    }
    assert.ok(made.nextRunAt! >= next!)
    next = made.nextRunAt
  }
  assert.equal(seen.size, 122)
})

test('two years of irregular beats fire exactly what the preview lists', () => {
  const zones = ['America/New_York', 'Australia/Lord_Howe', 'Europe/Berlin', 'Asia/Kolkata']
  const rules = fc.oneof(
    fc.record({ cronExpression: fc.constantFrom('30 1,2 * * *', '0 9 * * 1-5', '15 2 L * *', '0 0 29 2 *', '45 23 1,15 * *') }),
    fc.record({
      cronExpression: fc.constant(null),
      every: fc.constantFrom('P1D', 'PT36H', 'P1W', 'P1M'),
      recurrence: fc.constant('FIXED' as const),
      anchorAt: fc.constant(at('02:30:00')),
    }),
  )
  const schedules = fc.record({
    rule: rules,
    timezone: fc.constantFrom(...zones),
    dstPolicy: fc.constantFrom('ONCE' as const, 'LITERAL' as const),
    calendarRule: fc.constantFrom(null, 'SKIP' as const, 'NEXT_BUSINESS_DAY' as const),
    spreadMs: fc.constantFrom(0, 90_000),
    beats: fc.array(fc.integer({ min: 500, max: 3 * DAY }), { minLength: 600, maxLength: 600 }),
  })
  const calendar: Calendar = { dates: new Set(['2026-12-25', '2027-03-29']), weekdays: new Set([6, 7]) }
  fc.assert(
    fc.property(schedules, ({ rule, spreadMs, beats, ...more }) => {
      const schedule: RecurringSchedule = { ...SCHEDULE, ...rule, ...more }
      const days = more.calendarRule && calendar
      const from = at('00:00:00')
      const fired: number[] = []
      let next: number | null = nextRun(schedule, days, from) ?? null
      let now = from
      for (const pause of beats) {
        if (next === null || now > from + 730 * DAY) break
        now += pause
        const planning = { rule: schedule, calendar: days, spreadMs, maxRuns: null, runsMade: 0, nextRunAt: next }
        const made: Plan = plan({ ...planning, catchUp: 'ALL', catchUpWindowSeconds: 4 * 86_400 }, now)
        for (const { scheduledFor, runAt, status } of made.runs) {
          assert.equal(status, 'PENDING')
          assert.equal(runAt, scheduledFor + spreadMs)
          fired.push(scheduledFor)
        }
        next = made.nextRunAt
      }
      const preview: number[] = []
      for (let after = from; preview.length < fired.length; after = preview.at(-1)!) {
        for (const run of previewRuns(schedule, days, after, Math.min(100, fired.length - preview.length), spreadMs)) preview.push(run.at)
      }
      assert.deepEqual(fired, preview)
      assert.equal(runsBetween(schedule, days, from, now + PLAN_AHEAD_MS, 1e6).length, fired.length)
    }),
    { numRuns: 60 },
  )
})
