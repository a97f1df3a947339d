import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionDetailFragment } from '../../../../sdk/generated/operations.ts'
import { checkDraft, placeFailure } from './check.ts'
import { createInput, draftOf, emptyDraft, HIDDEN, sendInput, updateInput } from './draft.ts'

const NOW = Date.UTC(2026, 0, 5, 9)
const ZONE = 'Europe/Berlin'

const action: ActionDetailFragment = {
  id: 'act_1',
  key: null,
  name: 'Report',
  kind: 'ONE_TIME',
  enabled: true,
  pauseNote: null,
  method: 'POST',
  target: { url: 'https://example.com/r', path: null, service: null },
  schedule: {
    description: 'Once',
    cronExpression: null,
    every: null,
    recurrence: null,
    anchorAt: null,
    scheduledAt: '2025-12-01T08:00:12.345Z',
    timezone: null,
    startAt: null,
    endAt: null,
    dstPolicy: 'ONCE',
    spreadSeconds: 0,
    calendar: null,
    calendarRule: null,
  },
  nextRunAt: null,
  lastInvocation: null,
  tags: [],
  allowedOperations: [],
  createdAt: '2025-11-01T00:00:00.000Z',
  updatedAt: '2025-11-01T00:00:00.000Z',
  recordType: null,
  headers: { accept: 'text/plain', authorization: HIDDEN },
  body: '{"big":12345678901234567890}',
  timeoutSeconds: 30,
  retryable: false,
  maxAttempts: 1,
  nextRuns: [],
  completed: false,
  overlapPolicy: 'SKIP',
  catchUp: 'LATEST',
  catchUpWindowSeconds: 300,
  maxRuns: null,
  runsMade: 0,
  deleteAfterCompletion: false,
  warnings: [],
  approval: null,
  callbackUrl: null,
  concurrencyKey: null,
  retry: {
    maxAttempts: 1,
    backoffSeconds: 20,
    backoffFactor: 2,
    maxBackoffSeconds: 3_600,
    jitter: 0.2,
    delaysSeconds: null,
    retryOn: ['HTTP_3XX', 'HTTP_4XX', 'HTTP_5XX', 'TIMEOUT', 'NETWORK'],
  },
}

test('a new recurring action has its expression, zone and target', () => {
  const draft = { ...emptyDraft(ZONE, NOW), name: 'Report', url: ' https://example.com/r ' }
  assert.deepEqual(createInput(draft), {
    name: 'Report',
    target: { url: 'https://example.com/r' },
    schedule: { cronExpression: '0 9 * * *', timezone: ZONE },
    method: 'POST',
    headers: null,
    body: null,
    timeoutSeconds: 30,
    retryable: true,
    retry: { maxAttempts: 3 },
    callbackUrl: null,
    concurrencyKey: null,
    overlapPolicy: 'SKIP',
    catchUp: 'LATEST',
    catchUpWindowSeconds: 300,
    maxRuns: null,
    deleteAfterCompletion: false,
  })
  assert.equal('schedule' in sendInput(draft), false)
})

test('an edit that touches neither leaves hidden headers and a past time alone', () => {
  const before = draftOf(action, ZONE, NOW)
  const input = updateInput({ ...before, name: 'Renamed' }, before)
  assert.equal(input.name, 'Renamed')
  assert.equal('headers' in input, false)
  assert.equal('schedule' in input, false)
  assert.equal(input.body, action.body, 'the body keeps every digit')
  assert.deepEqual(checkDraft({ ...before, name: 'Renamed' }, before), {})
})

test('a header is changed beside a hidden one, which goes back as it was shown', () => {
  const before = draftOf(action, ZONE, NOW)
  const draft = { ...before, headers: before.headers.map((header) => (header.name === 'accept' ? { ...header, value: '*/*' } : header)) }
  assert.deepEqual(checkDraft(draft, before), {})
  assert.deepEqual(updateInput(draft, before).headers, { accept: '*/*', authorization: HIDDEN })
})

test('a hidden value under another name, or of no action at all, has to be entered', () => {
  const before = draftOf(action, ZONE, NOW)
  const renamed = { ...before, headers: [{ name: 'x-key', value: HIDDEN }] }
  assert.match(checkDraft(renamed, before).headers ?? '', /value of x-key/)
  assert.match(checkDraft(renamed, undefined).headers ?? '', /value of x-key/)
})

test('making it on demand takes the schedule away', () => {
  const before = draftOf(action, ZONE, NOW)
  assert.equal(updateInput({ ...before, when: 'demand' }, before).schedule, null)
})

test('what is missing is said at its field', () => {
  const draft = { ...emptyDraft(ZONE, NOW), bodyKind: 'json' as const, body: '{"a":', targetKind: 'service' as const }
  const mistakes = checkDraft(draft, undefined)
  assert.deepEqual(Object.keys(mistakes).sort(), ['body', 'name', 'serviceId'])
})

test('a refusal of the server lands at its field, and one without a field on the form', () => {
  const draft = emptyDraft(ZONE, NOW)
  const place = (field: string | undefined) => Object.keys(placeFailure({ code: 'X', message: 'm', field }, draft))
  assert.deepEqual(place('schedule.cronExpression'), ['cronExpression'])
  assert.deepEqual(place('target.url'), ['url'])
  assert.deepEqual(place('target'), ['url'])
  assert.deepEqual(place('schedule'), ['cronExpression'])
  assert.deepEqual(place('retry.maxAttempts'), ['maxAttempts'])
  assert.deepEqual(place('tags'), ['form'])
  assert.deepEqual(place(undefined), ['form'])
})

test('a refusal of what has no control right now is told on the form, never lost', () => {
  const draft = emptyDraft(ZONE, NOW)
  const place = (field: string, part: Partial<typeof draft> = {}) =>
    Object.keys(placeFailure({ code: 'X', message: 'm', field }, { ...draft, ...part }))
  const interval = { rhythm: { ...draft.rhythm, preset: 'interval' as const } }
  assert.deepEqual(place('schedule.dstPolicy'), ['dstPolicy'])
  assert.deepEqual(place('schedule.dstPolicy', interval), ['form'])
  assert.deepEqual(place('schedule.cronExpression', interval), ['form'])
  assert.deepEqual(place('schedule.every', interval), ['every'])
  assert.deepEqual(place('schedule.every'), ['form'])
  assert.deepEqual(place('schedule.startAt', { when: 'once' }), ['form'])
  assert.deepEqual(place('schedule', { when: 'demand' }), ['form'])
  assert.deepEqual(place('catchUpWindowSeconds'), ['catchUpWindowSeconds'])
  assert.deepEqual(place('catchUpWindowSeconds', { catchUp: 'NONE' }), ['form'])
  assert.deepEqual(place('body'), ['form'])
  assert.deepEqual(place('retry.maxAttempts', { retryable: false }), ['form'])
  assert.deepEqual(place('target.serviceId'), ['form'])
  assert.deepEqual(place('target.serviceId', { targetKind: 'service' }), ['serviceId'])
})
