import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAttempts } from './attempts-policy.ts'
import { backoffMs, DEFAULT_RETRY_PLAN, retriesStatus } from './retry.ts'
import { parseRetryPlan, type RetryInput } from './retry-input.ts'

test('nothing, and the defaults spelled out, are the default plan', () => {
  const { backoffSeconds, backoffFactor, maxBackoffSeconds, jitter, retryOn } = DEFAULT_RETRY_PLAN
  for (const input of [null, undefined, {}, { maxAttempts: 5 }, { backoffSeconds, backoffFactor, maxBackoffSeconds, jitter, retryOn }]) {
    assert.equal(parseRetryPlan(input), null)
  }
})

test('growing pauses: first, factor, cap and jitter are settable', () => {
  const plan = parseRetryPlan({ backoffSeconds: 5, backoffFactor: 3, maxBackoffSeconds: 40, jitter: 0 })!
  assert.deepEqual(
    [1, 2, 3, 4].map((failed) => backoffMs(failed, 0.9, plan)),
    [5_000, 15_000, 40_000, 40_000],
  )
  const wide = parseRetryPlan({ backoffSeconds: 10, jitter: 0.5 })!
  assert.deepEqual([backoffMs(1, 0, wide), backoffMs(1, 0.5, wide)], [5_000, 10_000])
})

test('a list of pauses sets the attempts too, and its last one repeats', () => {
  const { retry, maxAttempts } = parseAttempts({ retryable: true, retry: { delaysSeconds: [1, 60], jitter: 0 } })
  assert.equal(maxAttempts, 3)
  assert.deepEqual(
    [1, 2, 3].map((failed) => backoffMs(failed, 0.3, retry!)),
    [1_000, 60_000, 60_000],
  )
  assert.equal(parseAttempts({ retryable: true, retry: { delaysSeconds: [1, 60], maxAttempts: 7 } }).maxAttempts, 7)
})

test('which failures are tried again', () => {
  const plan = parseRetryPlan({ retryOn: ['HTTP_5XX'] })!
  for (const code of [500, 503, 599, 408, 425, 429]) assert.ok(retriesStatus(code, plan), String(code))
  for (const code of [301, 400, 404, 422]) assert.ok(!retriesStatus(code, plan), String(code))
  assert.ok(retriesStatus(404, DEFAULT_RETRY_PLAN))
})

test('each mistake names its field', () => {
  const mistakes: [RetryInput, string][] = [
    [{ backoffSeconds: 0 }, 'backoffSeconds'],
    [{ backoffSeconds: 1.5 }, 'backoffSeconds'],
    [{ backoffFactor: 0.5 }, 'backoffFactor'],
    [{ backoffFactor: Number.NaN }, 'backoffFactor'],
    [{ maxBackoffSeconds: 86_401 }, 'maxBackoffSeconds'],
    [{ jitter: 1.1 }, 'jitter'],
    [{ delaysSeconds: [] }, 'delaysSeconds'],
    [{ delaysSeconds: [-1] }, 'delaysSeconds'],
    [{ delaysSeconds: [1], backoffSeconds: 2 }, 'delaysSeconds'],
    [{ retryOn: [] }, 'retryOn'],
  ]
  for (const [input, field] of mistakes) {
    assert.throws(() => parseRetryPlan(input), { code: 'BAD_USER_INPUT', field: `retry.${field}` }, JSON.stringify(input))
  }
  for (const maxAttempts of [0, 101]) {
    assert.throws(() => parseAttempts({ retryable: true, retry: { maxAttempts } }), { code: 'BAD_USER_INPUT', field: 'retry.maxAttempts' })
  }
})
