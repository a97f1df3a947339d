import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEvery, readEvery, spokenEvery } from './every.ts'

test('the canonical form carries over units of equal length, and never hours to days', () => {
  for (const [text, canonical, spoken] of [
    ['every-30-minutes', 'PT30M', '30 minutes'],
    ['hourly', 'PT1H', '1 hour'],
    ['daily', 'P1D', '1 day'],
    ['weekly', 'P1W', '1 week'],
    ['PT60S', 'PT1M', '1 minute'],
    ['PT90M', 'PT1H30M', '1 hour and 30 minutes'],
    ['PT24H', 'PT24H', '24 hours'],
    ['PT00061S', 'PT1M1S', '1 minute and 1 second'],
    ['P14D', 'P2W', '2 weeks'],
    ['P1W1D', 'P8D', '8 days'],
    ['P12M', 'P1Y', '1 year'],
    ['P1Y2M3DT4H', 'P1Y2M3DT4H', '1 year, 2 months, 3 days and 4 hours'],
    ['P10Y', 'P10Y', '10 years'],
  ] as const) {
    assert.equal(parseEvery(text), canonical)
    assert.equal(parseEvery(canonical), canonical)
    assert.equal(spokenEvery(readEvery(canonical)), spoken)
  }
})

test('under a minute, over ten years, zero, negative, fractions and nonsense are refused on the field, whatever their length', () => {
  const short = ['PT59S', 'PT0S', 'P0D', 'P0Y0M0DT0H0M0S', 'PT0H0M1S']
  const long = ['P11Y', 'P999999D', 'PT999999999H']
  const wrong = [
    '',
    'P',
    'PT',
    'P1DT',
    'P1',
    '1D',
    'pt5m',
    '-PT5M',
    'PT-5M',
    '+PT5M',
    'PT1.5M',
    'PT0,5H',
    'P1H',
    'PT1D',
    'PT5M1H',
    'P1D1W',
    ' PT5M',
  ]
  const foreign = [
    'Daily',
    'minutely',
    'every-5-minutes',
    '5 minutes',
    'toString',
    'P1M\n',
    5,
    null,
    {},
    ['PT5M'],
    'P'.repeat(10_000),
    `PT${'9'.repeat(10_000)}M`,
  ]
  for (const text of [...short, ...long, ...wrong, ...foreign]) {
    const started = performance.now()
    assert.throws(() => parseEvery(text, 'input.every'), { code: 'INVALID_SCHEDULE', field: 'input.every' }, String(text).slice(0, 40))
    assert.ok(performance.now() - started <= 50)
  }
})
