import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDateTime, parseJson } from './scalars.ts'

test('instants with any offset, to the millisecond, never earlier than written', () => {
  const cases: [string, string][] = [
    ['2030-01-31T09:00:00Z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31t09:00:00z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31T09:00:00.5+01:30', '2030-01-31T07:30:00.500Z'],
    ['2030-01-01T00:00:00-00:30', '2030-01-01T00:30:00.000Z'],
    ['2030-01-31T09:00:00.123000000Z', '2030-01-31T09:00:00.123Z'],
    ['2030-01-31T09:00:00.123000001Z', '2030-01-31T09:00:00.124Z'],
    ['2030-12-31T23:59:59.999999Z', '2031-01-01T00:00:00.000Z'],
    ['2028-02-29T12:00:00Z', '2028-02-29T12:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ]
  for (const [text, instant] of cases) assert.equal(parseDateTime(text).toISOString(), instant, text)
})

test('everything else is refused', () => {
  const refused = [
    '2025-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T23:59:60Z',
    '2025-01-01T00:00:00+24:00',
    '2025-01-01T00:00:00+00:60',
    '2025-01-01T00:00:00',
    '2025-01-01 00:00:00Z',
    '2025-01-01',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '9999-12-31T23:59:59-01:00',
    '+12025-01-01T00:00:00Z',
    '2025-01-01T00:00:00.Z',
    '2025-01-01T00:00:00.1234567890Z',
    ' 2025-01-01T00:00:00Z',
    '',
    1735689600000,
    null,
    new Date(),
  ]
  for (const value of refused) assert.throws(() => parseDateTime(value), { name: 'DocketError', code: 'BAD_USER_INPUT' }, String(value))
})

test('JSON passes as it is, down to 100 levels', () => {
  const nested = (levels: number) => JSON.parse(`${'[1,'.repeat(levels - 1)}[]${']'.repeat(levels - 1)}`)
  for (const value of [null, 0, -0, '', false, { a: [1, { b: null }] }, JSON.parse('{"__proto__":{"x":1}}'), nested(100)]) {
    assert.equal(parseJson(value), value)
  }
  assert.throws(() => parseJson(nested(102)), { code: 'BAD_USER_INPUT' })
  assert.throws(() => parseJson(nested(10_000)), { code: 'BAD_USER_INPUT' })
})
