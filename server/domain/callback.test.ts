import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callbackBody, type EndedRun } from './callback.ts'
import { publicId } from './ids.ts'

const ID = '0192a000-0000-7000-8000-000000000001'
const ACTION = '0192a000-0000-7000-8000-000000000002'
const OTHER = '0192a000-0000-7000-8000-000000000003'
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

const run = (changes: Partial<EndedRun> = {}): EndedRun => ({
  id: ID,
  actionId: ACTION,
  retryOfId: null,
  actionName: 'Bill',
  actionKey: 'bill',
  status: 'SUCCEEDED',
  statusReason: null,
  trigger: 'SCHEDULE',
  scheduledFor: at(0),
  runAt: at(0),
  startedAt: at(1),
  finishedAt: at(3),
  attemptCount: 1,
  responseCode: 200,
  responseBody: '{"ok":true}',
  errorSource: null,
  errorCode: null,
  errorMessage: null,
  recordType: null,
  recordId: null,
  ...changes,
})
const bodyOf = (changes: Partial<EndedRun> = {}, secrets: string[] = []) =>
  JSON.parse(callbackBody(run(changes), { receiptUrl: 'https://docket.example/r/rcpt_x', secrets }))

test('a success, with the names and ids of the API', () => {
  assert.deepEqual(bodyOf(), {
    id: publicId('invocation', ID),
    action: { id: publicId('action', ACTION), name: 'Bill', key: 'bill' },
    status: 'SUCCEEDED',
    statusReason: null,
    trigger: 'SCHEDULE',
    scheduledFor: '2026-01-01T00:00:00.000Z',
    runAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:01.000Z',
    finishedAt: '2026-01-01T00:00:03.000Z',
    durationMs: 2_000,
    attemptCount: 1,
    responseCode: 200,
    responseBody: '{"ok":true}',
    error: null,
    record: null,
    retryOf: null,
    receiptUrl: 'https://docket.example/r/rcpt_x',
  })
})

test('what was never sent has no duration, and a repetition names what it repeats', () => {
  const body = bodyOf({
    status: 'MISSED',
    statusReason: 'OVERLAP',
    startedAt: null,
    attemptCount: 0,
    responseCode: null,
    responseBody: null,
    retryOfId: OTHER,
    recordType: 'order',
    recordId: '7',
  })
  assert.deepEqual([body.statusReason, body.durationMs, body.responseBody], ['OVERLAP', null, null])
  assert.deepEqual([body.retryOf, body.record], [publicId('invocation', OTHER), { type: 'order', id: '7' }])
})

test('an error as the API gives it, with secrets masked by name, by value and by looks', () => {
  const { error, responseBody } = bodyOf(
    {
      status: 'FAILED',
      responseCode: 500,
      responseBody: '{"token":"abc","said":"Bearer sesame-open-up","key":1,"aws":"AKIAIOSFODNN7EXAMPLE"}',
      errorSource: 'TARGET',
      errorCode: 'HTTP_500',
      errorMessage: 'The target said sesame-open-up.',
    },
    ['sesame-open-up'],
  )
  const masked = '{"token":"••••","said":"Bearer ••••","key":"••••","aws":"••••"}'
  assert.equal(responseBody, masked)
  assert.deepEqual(error, { source: 'TARGET', code: 'HTTP_500', message: 'The target said ••••.', responseCode: 500, responseBody: masked })
})
