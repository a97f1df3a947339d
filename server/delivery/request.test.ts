import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { publicId } from '../domain/ids.ts'
import { type SigningKey, signatureOf } from '../domain/signing.ts'
import { newId } from '../new-id.ts'
import type { Running } from '../store/mark-running.ts'
import { buildRequest, splitUrl } from './request.ts'

const run = (changes: Partial<Running> = {}): Running => ({
  id: newId(),
  projectId: newId(),
  actionId: newId(),
  runAt: 1_700_000_000_500,
  scheduledFor: 1_700_000_000_000,
  attempt: 2,
  maxAttempts: 3,
  recurring: false,
  method: 'PUT',
  url: 'https://api.example.com:8443/a/b?c=d',
  headers: null,
  body: null,
  timeoutSeconds: 30,
  serviceId: null,
  elsewhere: false,
  signing: { current: null, previous: null },
  secrets: null,
  retry: null,
  callback: false,
  limited: false,
  asked: { actorKind: 'SYSTEM', actorId: null, recordType: null, recordId: null },
  ...changes,
})

function build(given: Running, own: Record<string, string> | null = null, keys: SigningKey[] = []) {
  const attemptId = newId()
  const options = { headerPrefix: 'X-Acme', attemptId, userAgent: 'Docket/1', timestamp: 1_700_000_001, keys }
  const request = buildRequest(given, own, options)
  const headers = new Map<string, string>()
  for (let n = 0; n < request.headers.length; n += 2) {
    const name = request.headers[n]!.toLowerCase()
    assert.ok(!headers.has(name), `${name} is there twice`)
    headers.set(name, request.headers[n + 1]!)
  }
  return { ...request, headers, attemptId }
}

test('address, method and the headers of the contract', () => {
  const given = run()
  const { origin, path, method, body, headers, attemptId } = build(given)
  assert.deepEqual([origin, path, method, body], ['https://api.example.com:8443', '/a/b?c=d', 'PUT', null])
  assert.deepEqual(Object.fromEntries(headers), {
    'user-agent': 'Docket/1',
    'x-acme-action-id': publicId('action', given.actionId),
    'x-acme-action-invocation-id': publicId('invocation', given.id),
    'x-acme-trusted': '1',
    'x-acme-scheduled-for': '2023-11-14T22:13:20.000Z',
    'x-acme-attempt': '2',
    'webhook-id': publicId('invocation', given.id),
    'webhook-timestamp': '1700000001',
    'idempotency-key': publicId('invocation', given.id),
    traceparent: `00-${given.id.replaceAll('-', '')}-${attemptId.slice(-17).replace('-', '')}-01`,
  })
})

test('each key signs the id, the time and the body as it is sent', () => {
  const keys = [1, 2].map((fill) => createSecretKey(Buffer.alloc(32, fill)))
  for (const body of ['{"ü":1}', null]) {
    const given = run({ body })
    const { headers } = build(given, null, keys)
    const signed = { id: publicId('invocation', given.id), timestamp: 1_700_000_001, body }
    assert.equal(headers.get('webhook-signature'), signatureOf(keys, signed))
  }
})

test("the action's own headers win over the defaults", () => {
  const { headers } = build(run({ body: '{}' }), { 'content-type': 'text/csv', 'user-agent': 'mine', 'x-a': 'b' })
  assert.equal(headers.get('content-type'), 'text/csv')
  assert.equal(headers.get('user-agent'), 'mine')
  assert.equal(headers.get('x-a'), 'b')
})

test('the content type of a body follows what it is', () => {
  for (const body of ['{"a":1}', ' [1]', '"text"', 'true', 'null', '-1.5']) {
    assert.equal(build(run({ body })).headers.get('content-type'), 'application/json', body)
  }
  for (const body of ['a=1', '{broken', 'true story', '', '<a/>', 'néant']) {
    assert.equal(build(run({ body })).headers.get('content-type'), 'text/plain;charset=utf-8', body)
  }
  assert.equal(build(run()).headers.get('content-type'), undefined)
})

test('a trace keeps its id over the attempts, each of which is a span', () => {
  const given = run()
  const [one, two] = [build(given), build({ ...given, attempt: 3 })].map(({ headers }) => headers.get('traceparent')!.split('-'))
  assert.equal(one![1], two![1])
  assert.notEqual(one![2], two![2])
})

test('URLs in normal form are split before their path', () => {
  assert.deepEqual(splitUrl('http://[::1]:80/'), { origin: 'http://[::1]:80', path: '/' })
  assert.deepEqual(splitUrl('http://a'), { origin: 'http://a', path: '/' })
})
