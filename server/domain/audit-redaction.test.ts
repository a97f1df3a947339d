import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, redacted } from './audit-redaction.ts'
import { publicId } from './ids.ts'

const id = publicId('token', '01234567-89ab-7cde-8f01-23456789abcd')

test('secrets are hidden by the names of members, by the allow-list of headers and by looks, at any depth', () => {
  const given = {
    headers: { 'X-Anything': 'secret-1', Accept: 'a/b' },
    requestHeaders: { 'x-other': ['secret-2'] },
    url: 'https://example.com/?api_key=secret-3&page=2',
    body: '{"password":"secret-4","note":"n"}',
    form: 'token=secret-5&a=b',
    deep: [{ apiKey: { inside: 'secret-6' } }],
    text: 'it was eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc and sk_live_abcdefghijkl',
  }
  const shown = redacted(given)!
  assert.doesNotMatch(shown, /secret-\d|eyJhbGci|sk_live/)
  assert.deepEqual(JSON.parse(shown).headers, { 'X-Anything': '••••', Accept: 'a/b' })
  assert.match(shown, /page=2/)
  assert.match(shown, /"note\\":\\"n/)
})

test('the key of an action is no secret', () => {
  assert.equal(redacted({ key: 'nightly-report', deep: { key: 'secret-1' } }), '{"deep":{"key":"••••"},"key":"nightly-report"}')
})

test('of the address of a webhook only the host is kept, since what follows it is often the secret', () => {
  const shown = redacted({
    approvalWebhookUrl: 'https://user:pass-1@hooks.example.com:8443/services/T0/secret-2?a=secret-3#secret-4',
    url: null,
  })!
  assert.equal(shown, '{"approvalWebhookUrl":"https://hooks.example.com:8443/…","url":null}')
  assert.equal(redacted({ approvalWebhookUrl: null }), '{"approvalWebhookUrl":null}')
  assert.equal(redacted({ approvalWebhookUrl: 'no address: secret-5' }), '{"approvalWebhookUrl":"••••"}')
})

test('what tells nothing stays under a name that tells: ids of ours, times, whether there is one', () => {
  const at = new Date('2026-01-01T00:00:00Z')
  assert.equal(
    redacted({ tokenId: id, hasSecret: true, secret: null, tokenExpiresAt: at, keyCount: 3 }),
    `{"hasSecret":true,"keyCount":"••••","secret":null,"tokenExpiresAt":"2026-01-01T00:00:00.000Z","tokenId":"${id}"}`,
  )
})

test('of a change, only the members that differ are kept, compared before they are hidden', () => {
  const [before, after] = differences({ a: 1, b: { c: [1] }, password: 'x', gone: 1 }, { a: 1, b: { c: [2] }, password: 'y', come: 1 })
  assert.equal(redacted(before), '{"b":{"c":[1]},"gone":1,"password":"••••"}')
  assert.equal(redacted(after), '{"b":{"c":[2]},"come":1,"password":"••••"}')
  assert.deepEqual(differences(undefined, { a: 1 }), [undefined, { a: 1 }])
})

test('what is too long is cut, and what is too large as a whole is left out', () => {
  assert.equal(JSON.parse(redacted({ text: 'x'.repeat(5_000) })!).text.length, 2_000)
  assert.match(redacted({ '🦊': '🦊'.repeat(5_000) })!, /…"}$/)
  assert.match(redacted(Array.from({ length: 100 }, () => 'x'.repeat(1_000)))!, /^{"characters":\d+,"leftOut":true}$/)
  let deep: unknown = 'bottom'
  for (let n = 0; n < 5_000; n++) deep = [deep]
  assert.doesNotMatch(redacted(deep)!, /bottom/)
  assert.equal(redacted(undefined), null)
  assert.equal(redacted([Number.NaN, undefined, 1n, '\0\ud800']), '[null,null,"1","\uFFFD\uFFFD"]')
})
