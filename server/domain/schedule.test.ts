import assert from 'node:assert/strict'
import { test } from 'node:test'
import cases from '../../test/cases/cron.json' with { type: 'json' }
import refused from '../../test/cases/cron-invalid.json' with { type: 'json' }
import { DocketError } from './errors.ts'
import type { CronSchedule } from './schedule.ts'
import { canonicalZone, nextOccurrence, occurrencesBetween, parseCronSchedule } from './schedule.ts'

const daily = (cronExpression: string, timezone = 'UTC'): CronSchedule => ({ cronExpression, timezone })
const utc = (text: string) => Date.parse(text)

test('the case files are not empty', () => {
  assert.ok(cases.length >= 100)
  assert.ok(refused.invalid.length >= 50 && refused.invalidZones.length >= 10)
})

for (const { expr, tz, from, expect, note, policy } of cases) {
  test(`${expr} in ${tz} after ${from}, ${policy}: ${note}`, () => {
    const schedule = { ...daily(expr, tz), dstPolicy: policy === 'once' ? 'ONCE' : 'LITERAL' } as const
    const got: string[] = []
    let after = utc(from)
    for (const _ of expect) {
      after = nextOccurrence(schedule, after)!
      got.push(new Date(after).toISOString().replace('.000', ''))
    }
    assert.deepEqual(got, expect)
    assert.deepEqual(
      occurrencesBetween(schedule, utc(from), utc(expect.at(-1)!), 100).map((at) => new Date(at).toISOString().replace('.000', '')),
      expect,
    )
  })
}

for (const { expr, why } of refused.invalid) {
  test(`refuses ${JSON.stringify(expr)}: ${why}`, () => {
    const started = performance.now()
    assert.throws(() => parseCronSchedule(daily(expr)), { code: 'INVALID_CRON', field: 'schedule.cronExpression' })
    assert.ok(performance.now() - started <= 50)
  })
}

for (const zone of refused.invalidZones.concat('EST', 'MST', 'HST', 'CET', 'EST5EDT', '+05:30', 'GMT+0', 'Etc/Unknown')) {
  test(`refuses the zone ${JSON.stringify(zone)}`, () => {
    assert.throws(() => parseCronSchedule(daily('0 0 * * *', zone), 'input.schedule'), {
      code: 'INVALID_TIMEZONE',
      field: 'input.schedule.timezone',
    })
  })
}

test('refusals are sentences that name the cron field and what would be right', () => {
  const message = (expr: string) => {
    try {
      return `accepted ${JSON.stringify(parseCronSchedule(daily(expr)))}`
    } catch (error) {
      assert.ok(error instanceof DocketError)
      return error.message
    }
  }
  assert.equal(message('*/60 * * * *'), 'In the minute field, the step "60" does not fit the field; a step is a whole number from 1 to 59.')
  assert.equal(message('0 0 * * 8'), 'In the day of week field, "8" is not a value here; allowed are 0 to 7 or SUN to SAT.')
  assert.match(message('0 22-2 * * *'), /^In the hour field, the range "22-2" runs backwards; write 22-23,0-2\.$/)
  assert.match(message('0 0 * * FRI-MON'), /^In the day of week field, .*backwards; write FRI-7,0-MON\.$/)
  assert.match(message('* * * * * *'), /five fields.*Seconds are not supported/)
  assert.match(message('0 0 30 2 *'), /never fires/)
})

test('long and hostile expressions are refused within 50 ms', () => {
  const nasty = [
    '1,'.repeat(5000),
    ' '.repeat(10_000),
    '*/'.repeat(5000),
    `${'0'.repeat(10_000)} * * * *`,
    '\0'.repeat(256),
    '@'.repeat(256),
  ]
  for (const expr of [...nasty, '1-'.repeat(128), `${'5,'.repeat(123)}/ * * * *`]) {
    const started = performance.now()
    assert.throws(() => parseCronSchedule(daily(expr)), { code: 'INVALID_CRON' })
    assert.ok(performance.now() - started <= 50, expr.slice(0, 20))
  }
  for (const expr of [undefined, null, 5, {}, ['* * * * *']]) {
    assert.throws(() => parseCronSchedule(daily(expr as never)), { code: 'INVALID_CRON' })
  }
})

test('the canonical form has single blanks, a lower-case nickname and the IANA spelling of the zone', () => {
  const canonical = (expr: string, zone: string) => {
    const { cronExpression, timezone } = parseCronSchedule(daily(expr, zone))
    return [cronExpression, timezone]
  }
  assert.deepEqual(canonical('  0\t 12 * *  MON-fri ', 'europe/BERLIN'), ['0 12 * * MON-fri', 'Europe/Berlin'])
  assert.deepEqual(canonical('@Daily', 'us/eastern'), ['@daily', 'America/New_York'])
  const parsed = parseCronSchedule(daily('@hourly'))
  assert.deepEqual(parsed, { cronExpression: '@hourly', timezone: 'UTC', dstPolicy: 'ONCE', startAt: null, endAt: null })
  assert.deepEqual(parseCronSchedule(parsed), parsed)
})

test('old names of zones become their present ones', () => {
  assert.equal(canonicalZone('Asia/Calcutta'), 'Asia/Kolkata')
  assert.equal(canonicalZone('Asia/Kolkata'), 'Asia/Kolkata')
  assert.equal(canonicalZone('Europe/Kiev'), 'Europe/Kyiv')
  assert.equal(canonicalZone('America/Godthab'), 'America/Nuuk')
  assert.equal(canonicalZone('etc/gmt+12'), 'Etc/GMT+12')
  assert.equal(canonicalZone('Japan'), 'Asia/Tokyo')
  assert.equal(canonicalZone('Etc/UTC'), 'UTC')
})

test('every zone that ICU lists is accepted and its canonical name is stable', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const canonical = canonicalZone(zone)
    assert.equal(canonicalZone(canonical), canonical)
    assert.equal(canonicalZone(zone.toLowerCase()), canonical)
  }
})

test('a window is inclusive at both ends, never backfills and must not end before it starts', () => {
  const schedule = { ...daily('0 * * * *'), startAt: utc('2030-01-01T02:00:00Z'), endAt: utc('2030-01-01T04:00:00Z') }
  assert.deepEqual(
    occurrencesBetween(schedule, 0, utc('2031-01-01T00:00:00Z'), 10).map((at) => new Date(at).getUTCHours()),
    [2, 3, 4],
  )
  assert.equal(nextOccurrence(schedule, 0), schedule.startAt)
  assert.equal(nextOccurrence(schedule, schedule.endAt - 1), schedule.endAt)
  assert.equal(nextOccurrence(schedule, schedule.endAt), undefined)
  const crossed = { ...schedule, startAt: schedule.endAt + 1 }
  assert.throws(() => parseCronSchedule(crossed), { code: 'INVALID_SCHEDULE', field: 'schedule.endAt' })
})

test('a run moved over midnight keeps its place among the runs of the next date', () => {
  const schedule = daily('5,45 0,23 * * *', 'Asia/Pyongyang')
  const from = utc('2018-05-04T14:35:00Z')
  assert.deepEqual(
    occurrencesBetween(schedule, from, from + 86_400_000, 4).map((at) => new Date(at).toISOString().slice(5, 16)),
    ['05-04T15:05', '05-04T15:15', '05-04T15:45', '05-05T14:05'],
  )
})

test('limit and until bound the list', () => {
  assert.deepEqual(occurrencesBetween(daily('* * * * *'), 0, 120_000, 10), [60_000, 120_000])
  assert.deepEqual(occurrencesBetween(daily('* * * * *'), 0, 119_999, 10), [60_000])
  assert.deepEqual(occurrencesBetween(daily('* * * * *'), 0, 1e12, 3), [60_000, 120_000, 180_000])
})

test('a year of minutes takes less than 3 s, the rarest dates less than 20 ms', () => {
  let started = performance.now()
  const year = occurrencesBetween(daily('* * * * *', 'America/New_York'), utc('2025-01-01T05:00:00Z'), utc('2026-01-01T05:00:00Z'), 1e6)
  assert.equal(year.length, 525_600)
  assert.ok(performance.now() - started < 3000)
  for (const [expr, from, expected] of [
    ['0 0 29 2 *', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00Z'],
    ['0 0 * 2 1#5', '2072-03-01T00:00:00Z', '2112-02-29T00:00:00Z'],
    ['0 0 29 2 *', '2896-03-01T00:00:00Z', '2904-02-29T00:00:00Z'],
  ] as const) {
    started = performance.now()
    assert.equal(nextOccurrence(daily(expr), utc(from)), utc(expected))
    assert.ok(performance.now() - started < 20, expr)
  }
})
