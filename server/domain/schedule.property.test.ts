import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { anyCron } from '../../test/cron-arbitrary.ts'
import { bruteForce, type Scan, scanZone } from '../../test/cron-oracle.ts'
import { cronRule } from '../../test/schedule-rule.ts'
import { newSeed } from '../../test/seed.ts'
import { CHANGES, changesOf, offsetOf, someZones } from '../../test/zone-changes.ts'
import { parseSchedule } from './action-schedule.ts'
import { nextRun, type Rule, runsBetween } from './recurring.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const [FROM_1990, TO_2040] = [Date.parse('1990-01-01T12:00:00Z'), Date.parse('2040-01-01T12:00:00Z')]

const next = (rule: Rule, after: number) => nextRun(rule, null, after)
const between = (rule: Rule, after: number, until: number) => runsBetween(rule, null, after, until, Number.MAX_SAFE_INTEGER)

test('C1: next is greater than its argument: 20,000 steps in 30 zones', (context) => {
  const seed = newSeed(context)
  for (const zone of someZones(seed, 30)) {
    const rule = cronRule('*/20 0-5,23 * * *', zone)
    let last = FROM_1990 + (seed % 10_000) * DAY_MS
    for (let step = 0; step < 20_000; step++) {
      const at = next(rule, last)!
      assert.ok(at > last, `${zone} after ${new Date(last).toISOString()}`)
      last = at
    }
  }
})

test('C1: and the same from every instant before it, for any expression', (context) => {
  const inputs = fc.record({
    cron: anyCron,
    zone: fc.constantFrom(...CHANGES.map(([zone]) => zone)),
    from: fc.integer({ min: FROM_1990, max: TO_2040 }),
    part: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  })
  fc.assert(
    fc.property(inputs, ({ cron, zone, from, part }) => {
      const rule = cronRule(cron.expression, zone)
      fc.pre(isLegal(cron.expression))
      let last = from
      for (let step = 0; step < 20; step++) {
        const at = next(rule, last)
        assert.ok(at !== undefined && at > last, `${cron.expression} ${zone} after ${last}`)
        assert.equal(next(rule, last + Math.floor((at - last) * part)), at)
        last = at
      }
    }),
    { seed: newSeed(context), numRuns: 300 },
  )
})

test('C2: every second between two runs has the second as its next', (context) => {
  const seed = newSeed(context)
  for (const [index, [zone, date]] of CHANGES.entries()) {
    // Every second around some changes, every 61st around the others.
    const step = (index + seed) % 5 === 0 ? 1000 : 61_000
    const rule = cronRule('0,30 1,2,23 * * *', zone)
    const runs = between(rule, Date.parse(date) - DAY_MS, Date.parse(date) + 2 * DAY_MS)
    for (const [index, at] of runs.slice(1).entries()) {
      for (let second = runs[index]!; second < at; second += step) {
        if (next(rule, second) !== at) assert.fail(`${zone} after ${new Date(second).toISOString()}`)
      }
    }
  }
})

/** The seed of the zones is one for both tests that look at 60, since finding their changes is most of the work. */
const zonesSeed = Math.floor(Math.random() * 2 ** 31)

test('C3: named times run once per date from 1990 to 2040 in 60 zones, less those that a gap merges', (context) => {
  const named = [30, 2 * 60 + 30, 3 * 60 + 30]
  /** How many named times a clock shows after one local minute, up to a later one. */
  const shown = (from: number, to: number) =>
    named.reduce((sum, minute) => sum + Math.floor((to - minute) / 1440) - Math.floor((from - minute) / 1440), 0)
  for (const zone of someZones(newSeed(context, zonesSeed), 60)) {
    const changes = changesOf(zone, FROM_1990, TO_2040)
    const merged = changes.flatMap(({ at, before, after }) => {
      const [start, end] = [at / MINUTE_MS + before, at / MINUTE_MS + after]
      const inGap = Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index).filter((minute) =>
        named.includes(minute % 1440),
      )
      return inGap.filter((minute) => named.includes((minute + end - start) % 1440))
    })
    const runs = between(cronRule('30 0,2,3 * * *', zone), FROM_1990, TO_2040)
    const [first, last] = [offsetOf(zone, FROM_1990), offsetOf(zone, TO_2040)]
    assert.equal(runs.length, shown(FROM_1990 / MINUTE_MS + first, TO_2040 / MINUTE_MS + last) - merged.length, zone)
  }
})

test('C4: with all hours every matching minute of real time runs, through all changes from 1990 to 2040 in 60 zones', (context) => {
  for (const zone of someZones(newSeed(context, zonesSeed), 60)) {
    const [all, some] = [cronRule('* * * * *', zone), cronRule('7,37 * * * *', zone)]
    for (const { at, before, after } of changesOf(zone, FROM_1990, TO_2040)) {
      const [from, to] = [at - 90 * MINUTE_MS, at + 90 * MINUTE_MS]
      const minutes = Array.from({ length: 180 }, (_, index) => from + (index + 1) * MINUTE_MS)
      const same = (got: number[], expected: number[]) =>
        got.join() === expected.join() || assert.deepEqual(iso(got), iso(expected), `${zone} ${new Date(at).toISOString()}`)
      same(between(all, from, to), minutes)
      const shown = (minute: number) => minute / MINUTE_MS + (minute < at ? before : after)
      const matching = minutes.filter((minute) => [7, 37].includes(((shown(minute) % 60) + 60) % 60))
      same(between(some, from, to), matching)
    }
  }
})

test('C5: equal sets give equal runs', () => {
  const same = [
    ['0 * * * *', '0 0-23 * * *', '0 */1 * * *', '0 0/1 * * *', '@hourly'],
    ['0 */2 * * *', '0 0,2,4,6,8,10,12,14,16,18,20,22 * * *', '00 0-22/2 ? JAN-DEC *'],
    ['*/20 2 * * *', '0,20,40 2 * 1-12 *', '0-59/20 2 * */1 ?', '40,0/20 02 * 1/1 *'],
    ['30 2 * * 0', '30 2 ? * SUN', '30 2 * * 7', '30 2 * * 7-7'],
  ]
  for (const [zone, date] of CHANGES) {
    for (const [first, ...others] of same) {
      const runs = (expression: string) => between(cronRule(expression, zone), Date.parse(date) - 3 * DAY_MS, Date.parse(date) + 9 * DAY_MS)
      for (const other of others) assert.deepEqual(runs(other), runs(first!), `${other} ${zone}`)
    }
  }
})

test('C6: the zone of the process does not matter', async () => {
  const program = fileURLToPath(new URL('../../test/print-occurrences.ts', import.meta.url))
  const print = async (TZ: string) => (await promisify(execFile)(process.execPath, [program], { env: { TZ } })).stdout
  const [first, ...others] = await Promise.all(['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'].map(print))
  assert.ok(first!.split('\n').length > 400)
  for (const other of others) assert.equal(other, first)
})

test('C7: 10,000 expressions agree with a minute-by-minute search around every kind of change', (context) => {
  const scans = new Map<string, Scan>()
  // One scan per change serves all expressions.
  const scanAround = (zone: string, middle: number): Scan => {
    const key = `${zone} ${middle}`
    const scan = scans.get(key) ?? scanZone(zone, middle - 3 * DAY_MS, middle + 3 * DAY_MS)
    scans.set(key, scan)
    return scan
  }
  const inputs = fc.record({ cron: anyCron, change: fc.constantFrom(...CHANGES), dstPolicy: fc.constantFrom('ONCE', 'LITERAL') })
  fc.assert(
    fc.property(inputs, ({ cron, change: [zone, date], dstPolicy }) => {
      const middle = Date.parse(date)
      const [after, until] = [middle - DAY_MS, middle + DAY_MS]
      const expected = bruteForce(scanAround(zone, middle), cron, dstPolicy, after, until)
      if (!isLegal(cron.expression)) return assert.deepEqual(expected, [])
      const got = between(cronRule(cron.expression, zone, { dstPolicy }), after, until)
      if (got.join() !== expected.join()) assert.deepEqual(iso(got), iso(expected), `${cron.expression} ${zone} ${dstPolicy}`)
      // Step by step as well, which is another way through the code.
      for (let last = after, index = 0; index < Math.min(got.length, 50); last = got[index++]!) {
        assert.equal(next(cronRule(cron.expression, zone, { dstPolicy }), last), got[index])
      }
    }),
    { seed: newSeed(context), numRuns: 10_000 },
  )
})

const iso = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString())

function isLegal(cronExpression: string): boolean {
  try {
    parseSchedule({ cronExpression, timezone: 'UTC' }, 0)
    return true
  } catch (error) {
    assert.match((error as Error).message, /never fires/)
    return false
  }
}
