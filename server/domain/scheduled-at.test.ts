import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseScheduledAt } from './scheduled-at.ts'

const now = Date.parse('2026-03-01T12:00:00.000Z')
const parse = (text: string | Date) => new Date(parseScheduledAt(text, now)).toISOString()

test('takes RFC 3339 with any offset, and Dates', () => {
  assert.equal(parse('2026-03-02T09:00:00+01:00'), '2026-03-02T08:00:00.000Z')
  assert.equal(parse('2026-03-02t09:00:00.5z'), '2026-03-02T09:00:00.500Z')
  assert.equal(parse('2028-02-29T00:00:00-11:30'), '2028-02-29T11:30:00.000Z')
  assert.equal(parse(new Date('2026-03-02T09:00:00Z')), '2026-03-02T09:00:00.000Z')
})

test('a part of a millisecond is rounded up, never early', () => {
  assert.equal(parse('2026-03-02T09:00:00.0000001Z'), '2026-03-02T09:00:00.001Z')
  assert.equal(parse('2026-03-02T09:00:00.999999999Z'), '2026-03-02T09:00:01.000Z')
  assert.equal(parse('2026-03-02T09:00:00.123Z'), '2026-03-02T09:00:00.123Z')
})

test('up to 60 s in the past is now; more is refused', () => {
  assert.equal(parse('2026-03-01T11:59:00Z'), '2026-03-01T12:00:00.000Z')
  assert.equal(parse('2026-03-01T12:00:00Z'), '2026-03-01T12:00:00.000Z')
  assert.throws(() => parseScheduledAt('2026-03-01T11:58:59.999Z', now), { code: 'INVALID_SCHEDULE', field: 'schedule.scheduledAt' })
})

test('at most 10 years ahead', () => {
  assert.equal(parse('2036-03-01T12:00:00Z'), '2036-03-01T12:00:00.000Z')
  assert.throws(() => parseScheduledAt('2036-03-01T12:00:00.001Z', now, 'input.at'), { code: 'INVALID_SCHEDULE', field: 'input.at' })
  assert.throws(() => parse('9999-12-31T00:00:00Z'), { code: 'INVALID_SCHEDULE' })
})

test('everything else is refused with the field', () => {
  const refused = [
    '2026-03-02T09:00:00',
    '2026-03-02',
    '2026-03-02 09:00:00Z',
    '2026-02-30T09:00:00Z',
    '2027-02-29T09:00:00Z',
    '2026-12-31T23:59:60Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T09:00Z',
    '2026-03-02T09:00:00+24:00',
    '2026-03-02T09:00:00+0100',
    '0000-01-01T00:00:00Z',
    '+012026-03-02T09:00:00Z',
    ' 2026-03-02T09:00:00Z',
    '2026-03-02T09:00:00Z\n',
    'tomorrow',
    '',
    '1772442000000',
    new Date(Number.NaN),
    undefined,
    5,
  ]
  for (const text of refused) assert.throws(() => parseScheduledAt(text as string, now), { code: 'INVALID_SCHEDULE' }, String(text))
})
