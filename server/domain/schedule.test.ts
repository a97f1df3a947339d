import assert from 'node:assert/strict'
import { test } from 'node:test'
import cases from '../../test/cases/cron.json' with { type: 'json' }
import refused from '../../test/cases/cron-invalid.json' with { type: 'json' }
import { cronRule } from '../../test/schedule-rule.ts'
import { parseSchedule } from './action-schedule.ts'
import { DocketError } from './errors.ts'
import { nextRun, type Rule, runsBetween } from './recurring.ts'
import { canonicalZone } from './zone.ts'

const utc = (text: string) => Date.parse(text)
const next = (rule: Rule, after: number) => nextRun(rule, null, after)
const between = (rule: Rule, after: number, until: number, limit: number) => runsBetween(rule, null, after, until, limit)
const parse = (cronExpression: string, timezone = 'UTC', at = 'schedule') => parseSchedule({ cronExpression, timezone }, 0, at)

test('the case files are not empty', () => {
  assert.ok(cases.length >= 100)
  assert.ok(refused.invalid.length >= 50 && refused.invalidZones.length >= 10)
})

for (const { expr, tz, from, expect, note, policy } of cases) {
  test(`${expr} in ${tz} after ${from}, ${policy}: ${note}`, () => {
    const schedule = cronRule(expr, tz, { dstPolicy: policy === 'once' ? 'ONCE' : 'LITERAL' })
    const got: string[] = []
    let after = utc(from)
    for (const _ of expect) {
      after = next(schedule, after)!
      got.push(new Date(after).toISOString().replace('.000', ''))
    }
    assert.deepEqual(got, expect)
    assert.deepEqual(
      between(schedule, utc(from), utc(expect.at(-1)!), 100).map((at) => new Date(at).toISOString().replace('.000', '')),
      expect,
    )
  })
}

for (const { expr, why } of refused.invalid) {
  test(`refuses ${JSON.stringify(expr)}: ${why}`, () => {
    const started = performance.now()
    assert.throws(() => parse(expr), { code: 'INVALID_CRON', field: 'schedule.cronExpression' })
    assert.ok(performance.now() - started <= 50)
  })
}

for (const zone of refused.invalidZones.concat('EST', 'MST', 'HST', 'CET', 'EST5EDT', '+05:30', 'GMT+0', 'Etc/Unknown')) {
  test(`refuses the zone ${JSON.stringify(zone)}`, () => {
    assert.throws(() => parse('0 0 * * *', zone, 'input.schedule'), {
      code: 'INVALID_TIMEZONE',
      field: 'input.schedule.timezone',
    })
  })
}

test('refusals are sentences that name the cron field and what would be right', () => {
  const message = (expr: string) => {
    try {
      return `accepted ${JSON.stringify(parse(expr))}`
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
    assert.throws(() => parse(expr), { code: 'INVALID_CRON' })
    assert.ok(performance.now() - started <= 50, expr.slice(0, 20))
  }
  for (const expr of [5, {}, ['* * * * *']]) {
    assert.throws(() => parse(expr as never), { code: 'INVALID_CRON' })
  }
})

test('the canonical form has single blanks, a lower-case nickname and the IANA name of the zone', () => {
  const canonical = (expr: string, zone: string) => {
    const schedule = parse(expr, zone)
    assert.ok(schedule.kind === 'RECURRING')
    return [schedule.cronExpression, schedule.timezone]
  }
  assert.deepEqual(canonical('  0\t 12 * *  MON-fri ', 'Europe/Berlin'), ['0 12 * * MON-fri', 'Europe/Berlin'])
  assert.deepEqual(canonical('@Daily', 'US/Eastern'), ['@daily', 'America/New_York'])
})

test('old names of zones become their present ones', () => {
  assert.equal(canonicalZone('Asia/Calcutta'), 'Asia/Kolkata')
  assert.equal(canonicalZone('Asia/Kolkata'), 'Asia/Kolkata')
  assert.equal(canonicalZone('Europe/Kiev'), 'Europe/Kyiv')
  assert.equal(canonicalZone('America/Godthab'), 'America/Nuuk')
  assert.equal(canonicalZone('Etc/GMT+12'), 'Etc/GMT+12')
  assert.equal(canonicalZone('Japan'), 'Asia/Tokyo')
  assert.equal(canonicalZone('Etc/UTC'), 'UTC')
})

test('every zone that ICU lists is accepted, its canonical name is stable, another letter case is refused with the right one', () => {
  for (const zone of [...Intl.supportedValuesOf('timeZone'), 'US/Eastern', 'Etc/GMT-14', 'GB-Eire', 'America/Port-au-Prince']) {
    const canonical = canonicalZone(zone)
    assert.equal(canonicalZone(canonical), canonical)
    for (const wrong of [zone.toLowerCase(), zone.toUpperCase()].filter((text) => text !== zone)) {
      assert.throws(() => canonicalZone(wrong), { code: 'INVALID_TIMEZONE', message: `The timezone must be spelled exactly: "${zone}".` })
    }
  }
})

test('a window is inclusive at both ends, and never backfills', () => {
  const schedule = cronRule('0 * * * *', 'UTC', { startAt: utc('2030-01-01T02:00:00Z'), endAt: utc('2030-01-01T04:00:00Z') })
  assert.deepEqual(
    between(schedule, 0, utc('2031-01-01T00:00:00Z'), 10).map((at) => new Date(at).getUTCHours()),
    [2, 3, 4],
  )
  assert.equal(next(schedule, 0), schedule.startAt)
  assert.equal(next(schedule, schedule.endAt! - 1), schedule.endAt)
  assert.equal(next(schedule, schedule.endAt!), undefined)
  assert.deepEqual(between({ ...schedule, endAt: schedule.startAt }, 0, utc('2031-01-01T00:00:00Z'), 10), [schedule.startAt])
})

test('a run moved over midnight keeps its place among the runs of the next date', () => {
  const schedule = cronRule('5,45 0,23 * * *', 'Asia/Pyongyang')
  const from = utc('2018-05-04T14:35:00Z')
  assert.deepEqual(
    between(schedule, from, from + 86_400_000, 4).map((at) => new Date(at).toISOString().slice(5, 16)),
    ['05-04T15:05', '05-04T15:15', '05-04T15:45', '05-05T14:05'],
  )
})

test('limit and until bound the list', () => {
  assert.deepEqual(between(cronRule('* * * * *'), 0, 120_000, 10), [60_000, 120_000])
  assert.deepEqual(between(cronRule('* * * * *'), 0, 119_999, 10), [60_000])
  assert.deepEqual(between(cronRule('* * * * *'), 0, 1e12, 3), [60_000, 120_000, 180_000])
})

test('the rarest dates are found', () => {
  for (const [expr, from, expected] of [
    ['0 0 29 2 *', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00Z'],
    ['0 0 * 2 1#5', '2072-03-01T00:00:00Z', '2112-02-29T00:00:00Z'],
    ['0 0 29 2 *', '2896-03-01T00:00:00Z', '2904-02-29T00:00:00Z'],
  ] as const) {
    assert.equal(next(cronRule(expr), utc(from)), utc(expected))
  }
})
