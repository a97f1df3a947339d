import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DocketError } from './errors.ts'
import { type Bucket, refill, startsAt, startsIn } from './limit.ts'
import { type LimitInput, parseLimit } from './limit-input.ts'

const NOW = Date.parse('2026-03-11T12:00:00Z')
const PERIOD_MS = { SECOND: 1_000, MINUTE: 60_000 } as const
const anyPeriod = fc.constantFrom('SECOND' as const, 'MINUTE' as const)

test('whoever takes all he gets, whenever he asks, never starts more than one bucket and the share of the time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      anyPeriod,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 100_000 })), { minLength: 1, maxLength: 40 }),
      (rate, period, asks) => {
        let bucket: Bucket | null = null
        let now = NOW
        const starts: { at: number; count: number }[] = []
        for (const [pause, wanted] of asks) {
          now += pause
          const filled: Bucket = refill(rate, period, bucket, now)
          const count = Math.min(wanted, startsIn(filled))
          bucket = { tokens: filled.tokens - count, at: filled.at }
          starts.push({ at: now, count })
        }
        for (const [first, { at: from }] of starts.entries()) {
          let sum = 0
          for (const { at, count } of starts.slice(first)) {
            sum += count
            assert.ok(sum <= rate + ((at - from) * rate) / PERIOD_MS[period] + 0.01)
          }
        }
      },
    ),
  )
})

test('at the time that it names, and not before, the next start is there', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), anyPeriod, fc.double({ min: 0, max: 0.99, noNaN: true }), (rate, period, tokens) => {
      const bucket = { tokens, at: NOW }
      const at = startsAt(bucket, rate, period)
      assert.ok(startsIn(refill(rate, period, bucket, at)) >= 1)
      if (at > NOW + 1) assert.equal(startsIn(refill(rate, period, bucket, at - 2)), 0)
    }),
  )
})

test('a bucket is full at first, and after its clock was set back', () => {
  assert.deepEqual(refill(10, 'SECOND', null, NOW), { tokens: 10, at: NOW })
  assert.deepEqual(refill(10, 'SECOND', { tokens: 3, at: NOW + 3_600_000 }, NOW), { tokens: 10, at: NOW })
  assert.deepEqual(refill(10, 'SECOND', { tokens: 3, at: NOW + 200 }, NOW), { tokens: 3, at: NOW })
  assert.equal(startsAt({ tokens: 0, at: NOW }, 60, 'MINUTE', 3), NOW + 3_000)
  assert.equal(startsAt({ tokens: 5, at: NOW }, 60, 'MINUTE', 3), NOW)
})

test('absent fields of a limit stay and null removes its part', () => {
  const before = { maxConcurrency: 3, rateLimit: 10, ratePeriod: 'SECOND' } as const
  const none = { maxConcurrency: null, rateLimit: null, ratePeriod: null }
  assert.deepEqual(parseLimit({ maxConcurrency: 5 }, 'limit', null), { ...none, maxConcurrency: 5 })
  assert.deepEqual(parseLimit({ maxConcurrency: 5 }, 'limit', before), { ...before, maxConcurrency: 5 })
  assert.deepEqual(parseLimit({ rateLimit: null }, 'limit', before), { ...none, maxConcurrency: 3 })
  assert.deepEqual(parseLimit({ rateLimit: 20 }, 'limit', before), { ...before, rateLimit: 20 })
  assert.deepEqual(parseLimit({ ratePeriod: 'MINUTE', maxConcurrency: null }, 'limit', before), {
    maxConcurrency: null,
    rateLimit: 10,
    ratePeriod: 'MINUTE',
  })
  assert.deepEqual(parseLimit({ maxConcurrency: 100_000 }, 'limit', null).maxConcurrency, 100_000)
})

const refused: [LimitInput, string][] = [
  [{}, 'limit'],
  [{ maxConcurrency: null }, 'limit'],
  [{ maxConcurrency: 0 }, 'limit.maxConcurrency'],
  [{ maxConcurrency: -1 }, 'limit.maxConcurrency'],
  [{ maxConcurrency: 1.5 }, 'limit.maxConcurrency'],
  [{ maxConcurrency: 100_001 }, 'limit.maxConcurrency'],
  [{ rateLimit: 0, ratePeriod: 'SECOND' }, 'limit.rateLimit'],
  [{ rateLimit: 100_001, ratePeriod: 'MINUTE' }, 'limit.rateLimit'],
  [{ rateLimit: 5 }, 'limit.ratePeriod'],
  [{ rateLimit: 5, ratePeriod: null }, 'limit.ratePeriod'],
  [{ ratePeriod: 'SECOND' }, 'limit.rateLimit'],
]
for (const [input, field] of refused) {
  test(`${JSON.stringify(input)} is refused on ${field}`, () => {
    assert.throws(
      () => parseLimit(input, 'limit', null),
      (error: unknown) => error instanceof DocketError && error.code === 'BAD_USER_INPUT' && error.field === field,
    )
  })
}
