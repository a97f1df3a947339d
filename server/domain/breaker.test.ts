import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Attempts, cooldownMs, countAttempt, DEFAULT_BREAKER, healthOf, mayProbe, opens, tally } from './breaker.ts'
import { type BreakerInput, parseBreaker } from './breaker-input.ts'
import { DocketError } from './errors.ts'

const NOW = Date.parse('2026-03-11T12:00:00Z')

test('it counts what a list of all attempts counts, and keeps no more than the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.boolean()), { maxLength: 100 }),
      fc.integer({ min: 0, max: 200_000 }),
      (windowSeconds, ended, sinceMs) => {
        const attempts: Attempts = []
        const all: { at: number; failed: boolean }[] = []
        let now = NOW
        for (const [pause, failed] of ended) {
          now += pause
          all.push({ at: now, failed })
          countAttempt(attempts, now, failed, windowSeconds)
        }
        assert.ok(attempts.length <= windowSeconds)
        const since = NOW + sinceMs
        const second = (ms: number) => Math.floor(ms / 1000)
        const inside = all.filter(({ at }) => second(at) > second(now) - windowSeconds && second(at) >= second(since))
        assert.deepEqual(tally(attempts, { now, since, windowSeconds }), {
          attempts: inside.length,
          failed: inside.filter(({ failed }) => failed).length,
        })
      },
    ),
  )
})

test('it opens at the share and not below it, never with too few attempts, never when it is off, never without a failure', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 200 }),
      fc.nat(200),
      (percent, minAttempts, attempts, some) => {
        const failed = Math.min(some, attempts)
        const settings = { ...DEFAULT_BREAKER, failureShare: percent / 100, minAttempts }
        const wanted = attempts >= minAttempts && failed > 0 && failed * 100 >= percent * attempts
        assert.equal(opens(settings, { attempts, failed }), wanted)
        assert.equal(opens({ ...settings, enabled: false }, { attempts, failed }), false)
      },
    ),
  )
})

test('a clock that was set back does not keep old failures for ever', () => {
  const attempts: Attempts = []
  for (let n = 0; n < 30; n++) countAttempt(attempts, NOW + 3_600_000, true, 60)
  countAttempt(attempts, NOW, true, 60)
  assert.deepEqual(tally(attempts, { now: NOW, since: 0, windowSeconds: 60 }), { attempts: 1, failed: 1 })
})

test('each probe that fails doubles the cooldown, up to ten minutes', () => {
  assert.deepEqual(
    [0, 1, 2, 4, 5, 1_000].map((failed) => cooldownMs(30, failed)),
    [30_000, 60_000, 120_000, 480_000, 600_000, 600_000],
  )
  assert.equal(mayProbe({ state: 'OPEN', probeAt: NOW }, NOW), true)
  assert.equal(mayProbe({ state: 'HALF_OPEN', probeAt: NOW + 1 }, NOW), false)
  assert.equal(mayProbe({ state: 'CLOSED', probeAt: null }, NOW), false)
})

test('no answer, 5xx and 429 are failures; a refusal is none; an error of our own says nothing', () => {
  const answered = (responseCode: number) => healthOf({ responseCode, errorSource: responseCode < 300 ? null : 'TARGET', errorCode: null })
  assert.deepEqual([200, 204, 302, 400, 404, 410].map(answered), Array(6).fill('UP'))
  assert.deepEqual([429, 500, 503, 599].map(answered), Array(4).fill('DOWN'))
  const unanswered = (errorCode: string, responseCode: number | null = null) =>
    healthOf({ responseCode, errorSource: 'DISPATCH', errorCode })
  assert.deepEqual(
    ['TIMEOUT', 'CONNECT_FAILED', 'DNS_FAILED'].map((code) => unanswered(code)),
    Array(3).fill('DOWN'),
  )
  assert.equal(unanswered('CONNECTION_LOST', 200), 'DOWN')
  assert.deepEqual(
    ['SUPERSEDED', 'INVALID_REQUEST', 'TARGET_BLOCKED_ADDRESS'].map((code) => unanswered(code)),
    Array(3).fill(null),
  )
  assert.equal(healthOf({ responseCode: null, errorSource: 'UNKNOWN', errorCode: 'INTERRUPTED' }), null)
})

test('absent settings stay, null is the default', () => {
  const before = { enabled: false, failureShare: 0.1, windowSeconds: 5, minAttempts: 3, cooldownSeconds: 7 }
  assert.deepEqual(parseBreaker({}, before), before)
  assert.deepEqual(parseBreaker({ enabled: true, failureShare: 1 }, before), { ...before, enabled: true, failureShare: 1 })
  assert.deepEqual(parseBreaker({ enabled: null, windowSeconds: null }, before), { ...before, enabled: true, windowSeconds: 60 })
  assert.deepEqual(parseBreaker(null, before), DEFAULT_BREAKER)
})

const refused: [BreakerInput, string][] = [
  [{ failureShare: 0 }, 'failureShare'],
  [{ failureShare: -0.1 }, 'failureShare'],
  [{ failureShare: 1.01 }, 'failureShare'],
  [{ failureShare: Number.NaN }, 'failureShare'],
  [{ windowSeconds: 0 }, 'windowSeconds'],
  [{ windowSeconds: 3_601 }, 'windowSeconds'],
  [{ minAttempts: 0 }, 'minAttempts'],
  [{ minAttempts: 10_001 }, 'minAttempts'],
  [{ cooldownSeconds: -5 }, 'cooldownSeconds'],
  [{ cooldownSeconds: 601 }, 'cooldownSeconds'],
]
for (const [input, field] of refused) {
  test(`${JSON.stringify(input)} is refused on breaker.${field}`, () => {
    assert.throws(
      () => parseBreaker(input, DEFAULT_BREAKER),
      (error: unknown) => error instanceof DocketError && error.code === 'BAD_USER_INPUT' && error.field === `breaker.${field}`,
    )
  })
}
