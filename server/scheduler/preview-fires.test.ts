import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronRule, intervalRule } from '../../test/schedule-rule.ts'
import { chance, newSeed } from '../../test/seed.ts'
import { CHANGES } from '../../test/zone-changes.ts'
import { previewRuns } from '../domain/preview.ts'
import { type Calendar, nextRun, type RecurringSchedule, spreadOf } from '../domain/recurring.ts'
import { PLAN_AHEAD_MS, plan } from './plan.ts'

const YEARS_MS = 2 * 365 * 86_400_000
const SCHEDULES = 40

test('C9: two years of the real planner under an injected clock fire what the previews said, ten at a time', (context) => {
  const random = chance(newSeed(context))
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  let runs = 0
  for (let round = 0; round < SCHEDULES; round++) {
    const [zone, date] = pick(CHANGES)
    const start = Date.parse(date) - Math.floor(random() * YEARS_MS)
    const schedule = pick([aCron, anInterval])(zone, start, random)
    const calendar: Calendar | null = schedule.calendarRule && {
      dates: new Set([date, new Date(start + 9e9).toISOString().slice(0, 10)]),
      weekdays: new Set(pick([[], [7], [6, 7]])),
    }
    const spreadMs = spreadOf(`action ${round}`, schedule.spreadSeconds)
    const fired = fire(schedule, calendar, spreadMs, start, random)
    const said: string[] = []
    for (let from = start; ; ) {
      const page = previewRuns(schedule, calendar, from, 10, spreadMs).filter(({ at }) => at <= start + YEARS_MS)
      said.push(...page.map(({ at, effectiveAt }) => line(at, effectiveAt)))
      if (page.length < 10) break
      from = page.at(-1)!.at
    }
    assert.deepEqual(fired, said, JSON.stringify(schedule))
    // An interval of weeks may fall on excluded days alone.
    runs += fired.length
  }
  assert.ok(runs > SCHEDULES * 10)
})

const line = (at: number, effectiveAt: number) => `${new Date(at).toISOString()} starts ${new Date(effectiveAt).toISOString()}`

/** Wakes up to two seconds before each next time and up to four after it, until two years are over. */
function fire(rule: RecurringSchedule, calendar: Calendar | null, spreadMs: number, start: number, random: () => number): string[] {
  const fired: string[] = []
  let [now, runsMade] = [start, 0]
  let nextRunAt = nextRun(rule, calendar, start) ?? null
  while (nextRunAt !== null) {
    now = Math.max(now, nextRunAt - PLAN_AHEAD_MS + Math.floor(random() * 6_000))
    const planned = plan(
      { rule, calendar, spreadMs, catchUp: 'LATEST', catchUpWindowSeconds: 300, maxRuns: null, runsMade, nextRunAt },
      now,
    )
    runsMade += planned.runs.length
    for (const { scheduledFor, runAt, status } of planned.runs) {
      assert.equal(status, 'PENDING')
      if (scheduledFor <= start + YEARS_MS) fired.push(line(scheduledFor, runAt))
    }
    nextRunAt = planned.nextRunAt !== null && planned.nextRunAt <= start + YEARS_MS ? planned.nextRunAt : null
  }
  return fired
}

const RULES = ['SKIP', 'NEXT_BUSINESS_DAY', null] as const

function aCron(zone: string, start: number, random: () => number): RecurringSchedule {
  const below = (limit: number) => Math.floor(random() * limit)
  const days = ['* * *', '* * 1-5', '1,15 * *', 'L * 6', '*/3 * *'][below(5)]!.split(' ')
  const hours = ['*/6', '1,2,3', '0,23', '2', `${below(24)}`][below(5)]
  return cronRule(`${below(60)} ${hours} ${days.length === 3 ? days.join(' ') : '* * *'}`, zone, {
    dstPolicy: below(3) === 0 ? 'LITERAL' : 'ONCE',
    calendarRule: RULES[below(3)]!,
    spreadSeconds: [0, 0, 60, 3_600][below(4)]!,
    startAt: below(3) === 0 ? start + 5e9 : null,
    endAt: below(3) === 0 ? start + 4e10 : null,
  })
}

function anInterval(zone: string, start: number, random: () => number): RecurringSchedule {
  const below = (limit: number) => Math.floor(random() * limit)
  const every = ['PT6H', 'PT25H', 'P1D', 'P3D', 'P1W', 'P1M', 'P1M2D', 'P1DT5H'][below(8)]!
  const anchor = start - below(1e6) * 1000
  return intervalRule(every, anchor, { timezone: zone, calendarRule: RULES[below(3)]!, spreadSeconds: [0, 30][below(2)]! })
}
