import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_RETRY_PLAN, type RetryPlan } from '../domain/retry.ts'
import { type Answered, classify } from './classify.ts'
import { ConnectError, refused } from './connect-error.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const context = { attempt: 1, maxAttempts: 3, now: NOW, random: 0.5, retry: null }

const answered = (code: number, headers: Record<string, string | string[]> = {}): Answered => ({
  left: true,
  failure: undefined,
  response: { code, headers, body: '', truncated: false },
})
const broken = (code: string, left: boolean, more: Partial<Error> = {}): Answered => ({
  left,
  response: undefined,
  failure: Object.assign(new Error('of the client'), { code }, more),
})

test('2xx succeeds', () => {
  for (const code of [200, 201, 204, 299]) assert.equal(classify(answered(code), context).status, 'SUCCEEDED')
})

test('other answers are tried again while attempts are left', () => {
  for (const [code, error] of [
    [301, 'REDIRECT'],
    [304, 'REDIRECT'],
    [404, 'HTTP_404'],
    [500, 'HTTP_500'],
    [599, 'HTTP_599'],
    [600, 'HTTP_600'],
    [999, 'HTTP_999'],
  ] as const) {
    const verdict = classify(answered(code), context)
    assert.deepEqual([verdict.status, verdict.errorSource, verdict.errorCode], ['RETRYING', 'TARGET', error])
    assert.equal(verdict.retryAt, NOW + 20_000)
    assert.equal(classify(answered(code), { ...context, attempt: 3 }).status, 'FAILED')
  }
})

test('410 is final and says that the target is gone', () => {
  const { status, gone } = classify(answered(410, { 'retry-after': '5' }), context)
  assert.deepEqual([status, gone], ['FAILED', true])
  assert.equal(classify(answered(404), context).gone, false)
})

test('Retry-After: seconds, a date, at most an hour; anything else is not understood', () => {
  const after = (value: string | string[]) => classify(answered(503, { 'retry-after': value }), { ...context, random: 0 }).retryAt! - NOW
  assert.equal(after('120'), 120_000)
  assert.equal(after('0'), 0)
  assert.equal(after('99999'), 3_600_000)
  assert.equal(after('Thu, 01 Jan 2026 00:10:00 GMT'), 600_000)
  assert.equal(after('Wed, 31 Dec 2025 23:00:00 GMT'), 0)
  assert.equal(after(['7', '8']), 7_000)
  for (const value of ['soon', '-5', '1.5', '2026-01-01T00:10:00Z', 'Thu, whenever', '']) assert.equal(after(value), 16_000, value)
})

test('who is told the same moment comes spread behind it: by the jitter of the plan, never earlier, at most an hour', () => {
  const after = (value: string, random: number, plan: Partial<RetryPlan> = {}) =>
    classify(answered(503, { 'retry-after': value }), { ...context, random, retry: { ...DEFAULT_RETRY_PLAN, ...plan } }).retryAt! - NOW
  const same = 'Thu, 01 Jan 2026 00:10:00 GMT'
  assert.deepEqual(
    [0, 0.5, 0.999].map((random) => after(same, random)),
    [600_000, 660_000, 719_880],
  )
  assert.equal(after(same, 0.5, { jitter: 1 }), 900_000)
  assert.equal(after(same, 0.5, { jitter: 0 }), 600_000)
  // Six minutes are left of the hour, and all of them are used.
  assert.deepEqual(
    [0, 0.5, 0.999].map((random) => after('3240', random)),
    [3_240_000, 3_420_000, 3_599_640],
  )
  assert.equal(after('86400', 0.999), 3_600_000)
})

test('what failed without an answer is named', () => {
  const cases: [string, boolean, string][] = [
    ['TIMEOUT', true, 'TIMEOUT'],
    ['TIMEOUT', false, 'TIMEOUT'],
    ['ECONNRESET', false, 'CONNECT_FAILED'],
    ['ECONNRESET', true, 'CONNECTION_LOST'],
    ['UND_ERR_SOCKET', true, 'CONNECTION_LOST'],
    ['HPE_INVALID_CONSTANT', true, 'PROTOCOL_ERROR'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', true, 'PROTOCOL_ERROR'],
    ['UND_ERR_HEADERS_OVERFLOW', true, 'HEADERS_OVERFLOW'],
    ['ERR_ASSERTION', true, 'PROTOCOL_ERROR'],
  ]
  for (const [code, left, name] of cases) {
    const verdict = classify(broken(code, left), context)
    assert.deepEqual([verdict.status, verdict.errorSource, verdict.errorCode], ['RETRYING', 'DISPATCH', name], `${code} ${left}`)
    assert.equal(classify(broken(code, left), { ...context, maxAttempts: 1 }).status, 'FAILED')
  }
})

test('no connection is tried again; what the rules refuse is not', () => {
  const judge = (failure: ConnectError) => classify({ response: undefined, failure, left: false }, context)
  for (const code of ['DNS_FAILED', 'DNS_TIMEOUT', 'CONNECT_FAILED', 'CONNECT_TIMEOUT', 'TLS_ERROR'] as const) {
    const verdict = judge(new ConnectError(code, 'CONNECT', 'ECODE'))
    assert.deepEqual([verdict.status, verdict.errorSource, verdict.errorCode], ['RETRYING', 'DISPATCH', code])
    assert.match(verdict.errorMessage!, /ECODE/)
  }
  for (const code of ['TARGET_BLOCKED_ADDRESS', 'TARGET_BLOCKED_NAME', 'TARGET_BLOCKED_PORT'] as const) {
    const verdict = judge(refused({ code, message: 'A sentence.' }))
    assert.deepEqual([verdict.status, verdict.errorSource, verdict.errorCode], ['FAILED', 'DISPATCH', code])
    assert.equal(verdict.errorMessage, 'A sentence.')
  }
})

test('a request that cannot be sent at all is not tried again', () => {
  const verdict = classify(broken('UND_ERR_INVALID_ARG', false), context)
  assert.deepEqual([verdict.status, verdict.errorSource, verdict.errorCode], ['FAILED', 'DISPATCH', 'INVALID_REQUEST'])
})
