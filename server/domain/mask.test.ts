import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MASK, maskBody, maskHeaders, maskText, maskUrl, secretsOf } from './mask.ts'

const SECRET_NAMES = [
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-hub-signature', 'x-token-x', 'client_secret'],
  ...['api_key', 'x-auth', 'session_id', 'password', 'x-csrf'],
]

const spellings = (name: string) => [
  name,
  name.toUpperCase(),
  name[0]!.toUpperCase() + name.slice(1),
  name.replace(/.$/, (end) => end.toUpperCase()),
]

test('headers are shown by allow-list only', () => {
  for (const name of [...SECRET_NAMES, 'x-anything'].flatMap(spellings))
    assert.deepEqual(maskHeaders({ [name]: 'v' }), { [name]: MASK }, name)
  for (const name of ['content-type', 'ETag', 'X-Request-Id', 'webhook-id']) assert.deepEqual(maskHeaders({ [name]: 'v' }), { [name]: 'v' })
  assert.deepEqual(maskHeaders({ 'set-cookie': ['a', 'b'], vary: ['a', 'b'] }), { 'set-cookie': MASK, vary: ['a', 'b'] })
})

test('JSON is masked by name at any depth, forms likewise', () => {
  for (const name of SECRET_NAMES.flatMap(spellings)) {
    assert.equal(maskBody(JSON.stringify({ a: [{ [name]: { x: 1 }, b: 2 }] })), JSON.stringify({ a: [{ [name]: MASK, b: 2 }] }))
    assert.equal(maskBody(`a=1&${name}=abc`), `a=1&${name}=${MASK}`)
  }
  assert.equal(maskBody('{ "spelling" :  1 }'), '{ "spelling" :  1 }')
  assert.equal(maskBody('plain text'), 'plain text')
})

test('a body that was cut off is masked as far as its names are there', () => {
  assert.equal(maskBody('{"a":1,"password":"x\\"y","b":{"api_token":"abcdef'), `{"a":1,"password":"${MASK}","b":{"api_token":"${MASK}"`)
})

test('deep and hostile bodies cost little', () => {
  for (const body of [
    '"'.repeat(65_000),
    '['.repeat(65_000),
    `["${'\\"'.repeat(32_000)}`,
    '"key":'.repeat(10_000),
    '[['.repeat(200) + ']]'.repeat(200),
  ]) {
    const started = performance.now()
    maskBody(body)
    assert.ok(performance.now() - started < 1_000)
  }
})

test('what a target repeats of the secrets it was sent is masked', () => {
  const secrets = secretsOf({ authorization: 'Bearer abcdefghijkl', 'content-type': 'application/json', cookie: ['sid=0123456789'] })
  assert.equal(maskBody('{"you":"sent Bearer abcdefghijkl","n":1}', secrets), `{"you":"sent ${MASK}","n":1}`)
  assert.equal(maskText('bad credentials: abcdefghijkl', secrets), `bad credentials: ${MASK}`)
  assert.equal(maskUrl('https://example.com/abcdefghijkl', secrets), `https://example.com/${MASK}`)
  assert.equal(maskText('0123456789', secrets), MASK)
})

test('short values count where the name tells of a secret, and what Basic encodes counts too', () => {
  const of = (headers: Record<string, string>) => secretsOf(headers).sort()
  assert.deepEqual(of({ 'x-mode': 'short', 'x-api-key': 'abcd' }), ['abcd'])
  assert.deepEqual(of({ authorization: 'Token abcd', 'x-key': 'abc' }), ['Token abcd', 'abcd'])
  const basic = Buffer.from('anna:open sesame').toString('base64')
  assert.deepEqual(
    of({ authorization: `Basic ${basic}` }),
    [`Basic ${basic}`, basic, basic.replace('==', ''), 'anna:open sesame', 'open sesame'].sort(),
  )
})

test('queries are masked by name and by looks', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'
  assert.equal(maskUrl(`https://example.com/?a=1&access_token=x&b=${jwt}`), `https://example.com/?a=1&access_token=${MASK}&b=${MASK}`)
  for (const secret of [jwt, 'sk_live_abcdefgh12345678', 'ghp_abcdefghijklmnop1234', 'AKIAIOSFODNN7EXAMPLE']) {
    assert.equal(maskText(`x ${secret} y`), `x ${MASK} y`)
  }
})
