import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCreateAction, parseRecord, parseSend, parseUpdateAction } from './action.ts'
import type { CreateActionInput } from './action-input.ts'
import { publicId } from './ids.ts'
import { DEFAULT_POLICIES } from './run-policies.ts'

const now = Date.UTC(2030, 0, 1)
const url = 'https://example.com/hook'
const serviceId = publicId('service', '01920000-0000-7000-8000-000000000000')
const create = (input: Partial<CreateActionInput>) => parseCreateAction({ name: 'Nightly', target: { url }, ...input }, { now })

test('the least input gets the defaults', () => {
  assert.deepEqual(create({ name: ' Nightly ' }), {
    name: 'Nightly',
    enabled: null,
    request: { target: { serviceId: null, path: null, url }, method: 'POST', headers: null, body: null, timeoutSeconds: 30 },
    schedule: { kind: 'ON_DEMAND' },
    policies: DEFAULT_POLICIES,
    retryable: false,
    maxAttempts: 1,
    retry: null,
    delivery: { callbackUrl: null, concurrencyKey: null },
    approval: null,
    recordType: null,
    tags: [],
  })
})

test('each mistake names its code and its field', () => {
  const mistakes: [Partial<CreateActionInput>, string, string][] = [
    [{ name: ' ' }, 'BAD_USER_INPUT', 'name'],
    [{ name: '😀'.repeat(201) }, 'BAD_USER_INPUT', 'name'],
    [{ name: 'a\0' }, 'BAD_USER_INPUT', 'name'],
    [{ name: 'a\ud800' }, 'BAD_USER_INPUT', 'name'],
    [{ target: {} }, 'INVALID_TARGET', 'target'],
    [{ target: { url, path: '/a' } }, 'INVALID_TARGET', 'target'],
    [{ target: { path: '/a' } }, 'INVALID_TARGET', 'target.serviceId'],
    [{ target: { serviceId } }, 'INVALID_TARGET', 'target.path'],
    [{ target: { serviceId, path: 'a' } }, 'INVALID_TARGET', 'target.path'],
    [{ target: { serviceId, path: '//evil.example/a' } }, 'INVALID_TARGET', 'target.path'],
    [{ target: { serviceId, path: '/a/%2E%2e/b' } }, 'INVALID_TARGET', 'target.path'],
    [{ target: { serviceId, path: '/a#b' } }, 'INVALID_TARGET', 'target.path'],
    [{ target: { serviceId: 'svc_nonsense', path: '/a' } }, 'NOT_FOUND', 'target.serviceId'],
    [{ target: { url: 'ftp://example.com/' } }, 'URL_SCHEME', 'target.url'],
    [{ method: 'HEAD' as never }, 'BAD_USER_INPUT', 'method'],
    [{ method: 'GET', body: {} }, 'BAD_USER_INPUT', 'body'],
    [{ timeoutSeconds: 0 }, 'BAD_USER_INPUT', 'timeoutSeconds'],
    [{ timeoutSeconds: 301 }, 'BAD_USER_INPUT', 'timeoutSeconds'],
    [{ timeoutSeconds: 1.5 }, 'BAD_USER_INPUT', 'timeoutSeconds'],
    [{ retry: { maxAttempts: 2 } }, 'BAD_USER_INPUT', 'retry.maxAttempts'],
    [{ retryable: true, retry: { maxAttempts: 101 } }, 'BAD_USER_INPUT', 'retry.maxAttempts'],
    [{ tags: Array.from({ length: 21 }, String) }, 'BAD_USER_INPUT', 'tags'],
    [{ tags: ['a'.repeat(65)] }, 'BAD_USER_INPUT', 'tags'],
    [{ recordType: '' }, 'BAD_USER_INPUT', 'recordType'],
    [{ schedule: {} }, 'INVALID_SCHEDULE', 'schedule.cronExpression'],
    [{ schedule: { cronExpression: '0 9 * * *' } }, 'INVALID_SCHEDULE', 'schedule.timezone'],
    [{ schedule: { timezone: 'UTC' } }, 'INVALID_SCHEDULE', 'schedule.cronExpression'],
    [
      { schedule: { cronExpression: '0 9 * * *', timezone: 'UTC', scheduledAt: new Date(now) } },
      'INVALID_SCHEDULE',
      'schedule.scheduledAt',
    ],
    [{ schedule: { cronExpression: '61 9 * * *', timezone: 'UTC' } }, 'INVALID_CRON', 'schedule.cronExpression'],
    [{ schedule: { cronExpression: '0 9 * * *', timezone: 'Mars/Base' } }, 'INVALID_TIMEZONE', 'schedule.timezone'],
    [{ schedule: { scheduledAt: new Date(now - 61_000) } }, 'INVALID_SCHEDULE', 'schedule.scheduledAt'],
  ]
  for (const [input, code, field] of mistakes) assert.throws(() => create(input), { code, field }, JSON.stringify(input))
})

test('names are counted in characters and tags are kept once', () => {
  assert.equal(create({ name: '😀'.repeat(200) }).name.length, 400)
  assert.deepEqual(create({ tags: ['b', ' a ', 'b'] }).tags, ['b', 'a'])
})

test('attempts: three when retryable, one when not', () => {
  assert.equal(create({ retryable: true }).maxAttempts, 3)
  assert.equal(create({ retryable: true, retry: { maxAttempts: 1 } }).maxAttempts, 1)
  assert.equal(create({ retry: { maxAttempts: 1 } }).maxAttempts, 1)
})

test('an edit keeps what is absent and puts null back to the default', () => {
  const before = create({ headers: { a: 'b' }, body: 'x', timeoutSeconds: 5, retryable: true, retry: { maxAttempts: 7 }, tags: ['t'] })
  const update = (input: Parameters<typeof parseUpdateAction>[0]) => parseUpdateAction(input, before, { now })
  const { enabled, ...kept } = before
  assert.equal(enabled, null)
  assert.deepEqual(update({}), kept)
  assert.deepEqual(update({ headers: null, body: null, timeoutSeconds: null, tags: null }), {
    ...kept,
    request: { ...kept.request, headers: null, body: null, timeoutSeconds: 30 },
    tags: [],
  })
  assert.equal(update({ retryable: true }).maxAttempts, 7)
  assert.equal(update({ retryable: false }).maxAttempts, 1)
  assert.throws(() => update({ method: 'GET' }), { code: 'BAD_USER_INPUT', field: 'body' })
  assert.throws(() => update({ name: null }), { code: 'BAD_USER_INPUT', field: 'name' })
  assert.throws(() => update({ target: null }), { code: 'INVALID_TARGET', field: 'target' })
})

test('the time an action already has may be sent again after it has passed', () => {
  const scheduledAt = new Date(now + 1_000)
  const before = create({ schedule: { scheduledAt } })
  const hourLater = { now: now + 3_600_000 }
  assert.deepEqual(parseUpdateAction({ schedule: { scheduledAt } }, before, hourLater).schedule, before.schedule)
  assert.throws(() => parseUpdateAction({ schedule: { scheduledAt: new Date(now) } }, before, hourLater), { code: 'INVALID_SCHEDULE' })
})

test('a request to send is named after what it calls, without the query', () => {
  const { spec, record } = parseSend({ url: `${url}?token=abc`, method: 'PUT', record: { type: 'invoice', id: '7' } }, { now })
  assert.equal(spec.name, `PUT ${url}`)
  assert.deepEqual(spec.schedule, { kind: 'ONE_TIME', scheduledAt: null, timezone: null })
  assert.deepEqual(record, { type: 'invoice', id: '7' })
  assert.throws(() => parseSend({ url: 'nowhere' }, { now }), { code: 'URL_SCHEME', field: 'url' })
  assert.throws(() => parseSend({ serviceId, path: 'x' }, { now }), { code: 'INVALID_TARGET', field: 'path' })
  assert.throws(() => parseSend({ url, scheduledAt: 'tomorrow' }, { now }), { code: 'INVALID_SCHEDULE', field: 'scheduledAt' })
  assert.throws(() => parseRecord({ type: 'a', id: '' }), { code: 'BAD_USER_INPUT', field: 'record.id' })
})
