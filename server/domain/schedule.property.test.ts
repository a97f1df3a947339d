import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { anyCron } from '../../test/cron-arbitrary.ts'
import type { Scan } from '../../test/cron-oracle.ts'
import { bruteForce, scanZone } from '../../test/cron-oracle.ts'
import { previewCron } from './preview.ts'
import { nextOccurrence, occurrencesBetween, parseCronSchedule } from './schedule.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Zones beside a day on which their clocks changed, or a plain one: every kind of change there has been since 1990. */
const CHANGES: readonly (readonly [zone: string, around: string])[] = [
  ['America/New_York', '2025-03-09'],
  ['America/New_York', '2025-11-02'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Dublin', '2025-10-26'],
  ['Australia/Lord_Howe', '2025-10-04'],
  ['Australia/Lord_Howe', '2025-04-05'],
  ['Africa/Cairo', '2025-04-24'],
  ['Africa/Casablanca', '2025-02-23'],
  ['America/Nuuk', '2024-03-30'],
  ['America/Sao_Paulo', '2019-02-17'],
  ['America/Havana', '2025-11-02'],
  ['Antarctica/Troll', '2025-03-30'],
  ['Antarctica/Casey', '2021-03-13'],
  ['Antarctica/Vostok', '2023-12-17'],
  ['Asia/Pyongyang', '2018-05-04'],
  ['Asia/Almaty', '2024-02-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kiritimati', '1994-12-31'],
  ['Pacific/Chatham', '2025-09-27'],
  ['Asia/Kolkata', '2025-06-30'],
]

const scans = new Map<string, Scan>()

/** One scan per change serves all expressions; it is most of the work. */
function scanAround(zone: string, middle: number): Scan {
  const key = `${zone} ${middle}`
  const scan = scans.get(key) ?? scanZone(zone, middle - 4 * DAY_MS, middle + 4 * DAY_MS)
  scans.set(key, scan)
  return scan
}

/** A new seed each time, printed, so that a failure can be repeated; at most 5 s on a slow core. */
function newSeed(context: { diagnostic(text: string): void }) {
  const seed = Math.floor(Math.random() * 2 ** 31)
  context.diagnostic(`seed ${seed}`)
  return { seed, interruptAfterTimeLimit: 5000, markInterruptAsFailure: false }
}

test('agrees with a minute-by-minute search around every kind of change of the clocks', (context) => {
  const inputs = fc.record({ cron: anyCron, change: fc.constantFrom(...CHANGES), policy: fc.constantFrom('ONCE', 'LITERAL') })
  fc.assert(
    fc.property(inputs, ({ cron, change: [zone, date], policy }) => {
      const middle = Date.parse(date)
      const [after, until] = [middle - 2 * DAY_MS, middle + 2 * DAY_MS]
      const schedule = { cronExpression: cron.expression, timezone: zone, dstPolicy: policy } as const
      const expected = bruteForce(scanAround(zone, middle), cron, policy, after, until)
      let got: number[]
      try {
        got = occurrencesBetween(schedule, after, until, 10_000)
      } catch (error) {
        assert.match((error as Error).message, /never fires/)
        got = []
      }
      assert.deepEqual(iso(got), iso(expected), `${cron.expression} ${zone} ${policy}`)
    }),
    { ...newSeed(context), numRuns: 400 },
  )
})

test('next is greater than its argument and the same from every instant before it', (context) => {
  const inputs = fc.record({
    cron: anyCron,
    zone: fc.constantFrom(...CHANGES.map(([zone]) => zone)),
    from: fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2040-01-01') }),
    part: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  })
  fc.assert(
    fc.property(inputs, ({ cron, zone, from, part }) => {
      const schedule = { cronExpression: cron.expression, timezone: zone }
      fc.pre(isLegal(cron.expression))
      let last = from
      for (let step = 0; step < 20; step++) {
        const next = nextOccurrence(schedule, last)
        assert.ok(next !== undefined && next > last, `${cron.expression} ${zone} after ${last}`)
        const between = last + Math.floor((next - last) * part)
        assert.equal(nextOccurrence(schedule, between), next)
        last = next
      }
    }),
    { ...newSeed(context), numRuns: 300 },
  )
})

test('every minute is 60 s apart through all changes', () => {
  for (const [zone, date] of CHANGES) {
    const from = Date.parse(date) - 2 * DAY_MS
    const runs = occurrencesBetween({ cronExpression: '* * * * *', timezone: zone }, from, from + 4 * DAY_MS, 10_000)
    assert.equal(runs.length, 4 * 1440)
    assert.ok(
      runs.every((at, index) => at === from + (index + 1) * MINUTE_MS),
      zone,
    )
  }
})

test('a named time runs exactly once per date over fifty years', () => {
  const days = (Date.parse('2040-01-01') - Date.parse('1990-01-01')) / DAY_MS
  for (const zone of ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran']) {
    const noon = Date.parse('1990-01-01T12:00:00Z')
    const runs = occurrencesBetween({ cronExpression: '30 2 * * *', timezone: zone }, noon, noon + days * DAY_MS, 1e6)
    assert.equal(runs.length, days, zone)
  }
})

test('equal sets give equal runs', () => {
  const same = [
    ['0 * * * *', '0 0-23 * * *', '0 */1 * * *', '0 0/1 * * *', '@hourly'],
    ['0 */2 * * *', '0 0,2,4,6,8,10,12,14,16,18,20,22 * * *', '00 0-22/2 ? JAN-DEC *'],
    ['30 2 * * 0', '30 2 ? * SUN', '30 2 * * 7', '30 2 * * 7-7'],
  ]
  for (const [zone, date] of CHANGES) {
    for (const [first, ...others] of same) {
      const runs = (cronExpression: string) =>
        occurrencesBetween({ cronExpression, timezone: zone }, Date.parse(date) - 3 * DAY_MS, Date.parse(date) + 9 * DAY_MS, 1000)
      for (const other of others) assert.deepEqual(runs(other), runs(first!), `${other} ${zone}`)
    }
  }
})

test('the preview is what fires', (context) => {
  fc.assert(
    fc.property(fc.record({ cron: anyCron, change: fc.constantFrom(...CHANGES) }), ({ cron, change: [zone, date] }) => {
      fc.pre(isLegal(cron.expression))
      const schedule = { cronExpression: cron.expression, timezone: zone }
      const preview = previewCron(schedule, Date.parse(date) - DAY_MS, 10)
      let after = Date.parse(date) - DAY_MS
      for (const run of preview.runs) {
        after = nextOccurrence(schedule, after)!
        assert.equal(run.at, after)
        assert.equal(run.at, Date.parse(`${run.local}${run.offset}`))
      }
      assert.equal(preview.runs.length, 10)
    }),
    { ...newSeed(context), numRuns: 200 },
  )
})

test('the zone of the process does not matter', async () => {
  const program = fileURLToPath(new URL('../../test/print-occurrences.ts', import.meta.url))
  const print = async (TZ: string) => (await promisify(execFile)(process.execPath, [program], { env: { TZ } })).stdout
  const [first, ...others] = await Promise.all(['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'].map(print))
  assert.ok(first!.split('\n').length > 100)
  for (const other of others) assert.equal(other, first)
})

const iso = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString())

function isLegal(cronExpression: string): boolean {
  try {
    parseCronSchedule({ cronExpression, timezone: 'UTC' })
    return true
  } catch (error) {
    assert.match((error as Error).message, /never fires/)
    return false
  }
}
