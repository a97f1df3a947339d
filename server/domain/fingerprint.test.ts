import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprintOf } from './fingerprint.ts'

const url = 'https://example.com/'
const of = (request: object) => fingerprintOf('send', request)

test('SHA-256 over the operation and the canonical JSON of the request', () => {
  const text = 'send\n{"body":{"a":1e+21,"b":[1,null]},"url":"https://example.com/"}'
  assert.equal(of({ url, body: { b: [1.0, null], a: 1e21 } }), createHash('sha256').update(text).digest('hex'))
})

test('the order of members and absent or null ones do not count', () => {
  const request = { url, body: { a: 1, b: 2 }, retry: { maxAttempts: 2 }, record: null, scheduledAt: new Date(0) }
  const same = {
    scheduledAt: '1970-01-01T00:00:00.000Z',
    retry: { maxAttempts: 2, jitter: null },
    name: undefined,
    body: { b: 2, a: 1 },
    url,
  }
  assert.equal(of(request), of(same))
  assert.equal(of(Object.assign(Object.create(null), request)), of(request))
})

test('every difference of what is asked for counts', () => {
  const requests = [
    { url },
    { url: `${url}x` },
    { url, body: {} },
    { url, body: { a: null } },
    { url, body: [] },
    { url, body: [null] },
    { url, body: '{}' },
    { url, body: 0 },
    { url, body: '0' },
    { url, headers: { a: '1' } },
    { url, headers: { a: null } },
    { input: { a: null } },
    { input: {} },
    { url, tags: ['a', 'b'] },
    { url, tags: ['b', 'a'] },
  ]
  const prints = requests.map(of)
  assert.equal(new Set([...prints, fingerprintOf('invokeNow', { url })]).size, requests.length + 1)
})

test('what JSON carries there and back is the same request', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const body: unknown = JSON.parse(text)
      assert.equal(of({ url, body }), of({ body: JSON.parse(JSON.stringify(body)), url }))
    }),
  )
})

test('what canonical JSON cannot hold is refused, and depth is not a way to end the process', () => {
  for (const body of ['\ud83d', { '\ud83d': 1 }, Number.POSITIVE_INFINITY, [Number.NaN]]) {
    assert.throws(() => of({ body }), { code: 'BAD_USER_INPUT' })
  }
  assert.match(of({ body: JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) }), /^[0-9a-f]{64}$/)
})
