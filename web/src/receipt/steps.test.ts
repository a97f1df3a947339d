import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttemptViewFragment } from '../../../sdk/generated/operations.ts'
import { headline } from './headline.ts'
import type { ReceiptSource } from './source.ts'
import { lag, stepsOf } from './steps.ts'

const START = Date.UTC(2026, 0, 5, 9, 0, 0)
const at = (ms: number) => new Date(START + ms).toISOString()

const attempt = (number: number, error: AttemptViewFragment['error'], code: number | null = 503): AttemptViewFragment => ({
  id: `att_${number}`,
  number,
  startedAt: at(3 + (number - 1) * 20_000),
  finishedAt: at(43 + (number - 1) * 20_000),
  durationMs: 40,
  responseCode: code,
  responseHeaders: null,
  responseBody: null,
  truncated: false,
  phases: null,
  failedPhase: null,
  error,
})
const REFUSED: AttemptViewFragment['error'] = {
  source: 'TARGET',
  code: 'HTTP_503',
  message: 'Answered 503',
  responseCode: 503,
  responseBody: null,
}

const receipt = (rest: Partial<ReceiptSource>): ReceiptSource => ({
  actionName: 'Report',
  status: 'PENDING',
  statusReason: null,
  trigger: 'SCHEDULE',
  createdAt: at(-60_000),
  scheduledFor: at(0),
  runAt: at(0),
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  attemptCount: 0,
  maxAttempts: 3,
  nextRetryAt: null,
  responseCode: null,
  error: null,
  request: { method: 'POST', url: 'https://example.com/', headers: {}, body: null, timeoutSeconds: 30 },
  attempts: [],
  callback: null,
  approval: null,
  ...rest,
})

const titles = (of: ReceiptSource, now: number) => stepsOf(of, START + now).map((step) => step.title)

test('a pending one counts down to its nominal time', () => {
  const pending = receipt({})
  assert.deepEqual(titles(pending, -12_000), ['Created', 'Due in 12 s'])
  assert.deepEqual(titles(pending, 500), ['Created', 'Due now'])
  assert.equal(headline(pending, START - 12_000), 'It will be sent in 12 s.')
})

test('a retrying one counts down to its next attempt, whatever became of runAt', () => {
  const retrying = receipt({
    status: 'RETRYING',
    runAt: at(20_000),
    nextRetryAt: at(20_000),
    attemptCount: 1,
    error: REFUSED,
    attempts: [attempt(1, REFUSED)],
  })
  assert.deepEqual(titles(retrying, 8_000), ['Created', 'Due', 'Attempt 1 failed', 'Attempt 2 in 12 s'])
  assert.equal(stepsOf(retrying, START + 8_000).at(-1)?.state, 'current')
  assert.equal(stepsOf(retrying, START + 8_000)[1]?.at, at(0))
  assert.equal(headline(retrying, START + 8_000), 'Attempt 1 failed; attempt 2 of 3 starts in 12 s.')
})

test('the attempt under way is the one after those on record', () => {
  const running = receipt({ status: 'RUNNING', startedAt: at(3), attemptCount: 2, attempts: [attempt(1, REFUSED)] })
  assert.deepEqual(titles(running, 21_000).slice(-1), ['Attempt 2 under way'])
  assert.equal(headline(running, START), 'Attempt 2 of 3 is under way.')
})

test('a final one ends with its state and says how it got there', () => {
  const done = receipt({
    status: 'SUCCEEDED',
    finishedAt: at(20_043),
    durationMs: 20_040,
    attempts: [attempt(1, REFUSED), attempt(2, null, 200)],
  })
  assert.deepEqual(titles(done, 30_000), ['Created', 'Due', 'Attempt 1 failed', 'Attempt 2 succeeded', 'Succeeded'])
  assert.equal(headline(done, START), 'Answered 200 in 40 ms, at attempt 2.')
  assert.ok(stepsOf(done, START).every((step) => step.state === 'done'))
})

test('one that failed says once why', () => {
  const answered = { ...REFUSED, message: 'The target answered 503.' }
  const failed = (error: ReceiptSource['error'], attempts: number) =>
    headline(receipt({ status: 'FAILED', error, attempts: Array.from({ length: attempts }, (_, n) => attempt(n + 1, error)) }), START)
  assert.equal(failed(answered, 1), 'The target answered 503.')
  assert.equal(failed(answered, 3), 'After 3 attempts: The target answered 503.')
  assert.equal(
    failed({ ...answered, source: 'DISPATCH', message: 'No connection to the target: ECONNREFUSED.' }, 2),
    'After 2 attempts: No connection to the target: ECONNREFUSED.',
  )
  assert.equal(
    failed({ ...answered, source: 'UNKNOWN', message: 'Docket stopped' }, 2),
    'The outcome is not known after 2 attempts: Docket stopped.',
  )
  assert.equal(failed(null, 2), 'It failed after 2 attempts.')
})

test('a callback comes after the end, and has an end of its own', () => {
  const callback = { url: '', attemptCount: 1, maxAttempts: 8, responseCode: null, error: null, attempts: [] }
  const done = (rest: Pick<NonNullable<ReceiptSource['callback']>, 'status' | 'nextAttemptAt' | 'finishedAt'>) =>
    stepsOf(receipt({ status: 'SUCCEEDED', finishedAt: at(50), callback: { ...callback, ...rest } }), START + 100).at(-1)
  assert.equal(done({ status: 'PENDING', nextAttemptAt: at(20_100), finishedAt: null })?.title, 'Callback in 20 s')
  assert.equal(done({ status: 'PENDING', nextAttemptAt: null, finishedAt: null })?.title, 'Callback under way')
  const delivered = done({ status: 'DELIVERED', nextAttemptAt: null, finishedAt: at(90) })
  assert.deepEqual([delivered?.title, delivered?.at, delivered?.tone], ['Callback delivered', at(90), 'good'])
  assert.equal(done({ status: 'FAILED', nextAttemptAt: null, finishedAt: at(90) })?.title, 'Callback failed')
})

test('one that was cancelled shows no attempt, and why', () => {
  const cancelled = receipt({ status: 'CANCELLED', statusReason: 'USER', finishedAt: at(-1_000) })
  assert.deepEqual(titles(cancelled, 0), ['Created', 'Due', 'Cancelled'])
  assert.equal(headline(cancelled, START), 'Cancelled by hand. Nothing was sent.')
})

test('the lag is measured from the nominal time to the first attempt', () => {
  assert.equal(lag(receipt({ runAt: at(20_000), attempts: [attempt(1, REFUSED)] })), 'started 3 ms after its time')
  assert.equal(lag(receipt({})), undefined)
})

const asked = (rest: Partial<NonNullable<ReceiptSource['approval']>>): NonNullable<ReceiptSource['approval']> => ({
  status: 'PENDING',
  stages: [{ role: 'MANAGER', required: 2, approvedCount: 0, current: true }],
  requestedAt: at(-50_000),
  expiresAt: at(600_000),
  decidedAt: null,
  breakGlass: false,
  byGrant: false,
  votes: [],
  ...rest,
})
const vote = { name: 'Ada', decision: 'APPROVE', at: at(1_000), voided: false } as const

test('one that awaits approval tells how many agreed and how long it still waits', () => {
  const stages = [{ role: 'MANAGER', required: 2, approvedCount: 1, current: true }]
  const waiting = receipt({ status: 'AWAITING_APPROVAL', scheduledFor: null, approval: asked({ stages, votes: [vote] }) })
  const steps = stepsOf(waiting, START)
  assert.deepEqual(
    steps.map(({ title }) => title),
    ['Created', 'Approval asked for', 'Approved by Ada', 'Awaiting approval'],
  )
  assert.equal(steps.at(-1)?.detail, '1 of 2, 10 min left')
  assert.equal(headline(waiting, START), 'It waits for further approvals, 1 of 2 are there; 10 min left.')
})

test('votes without a name, void votes and refusals are told as what they are', () => {
  const votes = [
    { ...vote, name: null, voided: true },
    { ...vote, name: null, decision: 'REJECT' as const },
  ]
  const steps = stepsOf(receipt({ scheduledFor: null, approval: asked({ status: 'REJECTED', votes }) }), START).slice(1, 4)
  assert.deepEqual(
    steps.map(({ title, tone }) => [title, tone]),
    [
      ['Approval asked for', 'quiet'],
      ['Approved', 'quiet'],
      ['Rejected', 'bad'],
    ],
  )
  assert.match(steps[1]?.detail ?? '', /^Void/)
})

test('a run that nobody was asked about says why', () => {
  const titlesOf = (approval: ReceiptSource['approval']) => titles(receipt({ approval }), 0)[1]
  assert.equal(titlesOf(asked({ status: 'APPROVED', decidedAt: at(0), byGrant: true })), 'Approved in advance')
  assert.equal(titlesOf(asked({ status: 'APPROVED', decidedAt: at(0), breakGlass: true })), 'Run without approval')
})
