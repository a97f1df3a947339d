import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MASK, maskBody, maskHeaders, maskText, maskUrl, secretsOf, secretsOfBody, secretsOfUrl, shortestSecret } from './mask.ts'

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

test('a word that stands inside another one tells of a secret, unless that one means something else', () => {
  const secret = [
    ...[
      'authorization',
      'auth_token',
      'api_key',
      'apiKey',
      'X-Auth',
      'apikey',
      'accesskey',
      'oauth',
      'authKey',
      'authorized_by',
      'authorisation',
    ],
    ...['key', 'keyId', 'keys', 'commonKey', 'author_key', 'authorAuth', 'monkey_key', 'keyword_token'],
  ]
  const plain = [
    'author',
    'Author',
    'authorId',
    'co_authors',
    'authority',
    'monkey',
    'Monkeys',
    'grey-monkey',
    'turkey',
    'keyboard',
    'keywords',
  ]
  for (const [names, shown] of [
    [secret, MASK],
    [plain, 'abcd1'],
  ] as const) {
    for (const name of names) {
      assert.equal(maskBody(JSON.stringify({ n: 1, [name]: 'abcd1' })), JSON.stringify({ n: 1, [name]: shown }), name)
      assert.equal(maskBody(`{"n":1,"${name}":"abcd1"`), `{"n":1,"${name}":"${shown}"`, `${name}, cut off`)
      assert.equal(maskBody(`n=1&${name}=abcd1`), `n=1&${name}=${shown}`, name)
      assert.equal(maskUrl(`/?${name}=abcd1`), `/?${name}=${shown}`, name)
      const told = shown === MASK ? ['abcd1'] : []
      assert.deepEqual(secretsOfBody(JSON.stringify({ n: 1, [name]: 'abcd1' })), told, name)
      assert.deepEqual(secretsOfUrl(`https://example.com/?${name}=abcd1`), told, name)
      assert.deepEqual(secretsOf({ [name]: 'abcd1' }), told, name)
      assert.equal(shortestSecret({ [name]: 'abcd1' }, 'https://example.com/', null) <= 5, shown === MASK, name)
      // What is no secret by its name is none that is shown: only the list says which headers are.
      assert.deepEqual(maskHeaders({ [name]: 'abcd1' }), { [name]: MASK })
    }
  }
})

test('a body that was cut off is masked as far as its names are there', () => {
  assert.equal(maskBody('{"a":1,"password":"x\\"y","b":{"api_token":"abcdef'), `{"a":1,"password":"${MASK}","b":{"api_token":"${MASK}"`)
})

test('names written with escapes tell of secrets too', () => {
  const forms = [
    ['https://example.com/?%6Bey=abcd', null],
    ['https://example.com/', '%74oken=abcd&a=1'],
    ['https://example.com/', '{"to":"https://example.com/?%6Bey=abcd"}'],
    ['https://example.com/', '{"p\\u0061ssword":"abcd"}'],
  ] as const
  for (const [url, body] of forms) {
    assert.ok([...secretsOfUrl(url), ...secretsOfBody(body)].includes('abcd'), body ?? url)
    assert.ok(shortestSecret(null, url, body) <= 4, body ?? url)
  }
})

test('deep and hostile bodies cost little', () => {
  for (const body of [
    '"'.repeat(65_000),
    '['.repeat(65_000),
    `["${'\\"'.repeat(32_000)}`,
    '"key":'.repeat(10_000),
    '[['.repeat(200) + ']]'.repeat(200),
    '['.repeat(30_000) + ']'.repeat(30_000),
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

test('what is masked in a URL and in a body is told for looking elsewhere, as it stands there and decoded', () => {
  assert.deepEqual(secretsOfUrl('https://example.com/?a=plain&api_key=QSEC%2FRET+12&token=abc'), ['QSEC%2FRET+12', 'QSEC/RET 12'])
  assert.deepEqual(secretsOfUrl('https://example.com/sk_live_abcdefgh12'), ['sk_live_abcdefgh12'])
  assert.deepEqual(secretsOfBody('user=anna&password=FORM%21SECRET'), ['FORM%21SECRET', 'FORM!SECRET'])
  const body = { auth: { pin: 123456, on: true, list: ['listed', null] }, author: 'true', n: { p: [{ password: 'sword\nfish' }] }, x: 'y' }
  assert.deepEqual(secretsOfBody(JSON.stringify(body)), ['sword\nfish', '123456', 'listed'])
  assert.deepEqual(secretsOfBody('{"a":1,"password":"x\\"yz","b":{"api_token":"abcdef'), ['abcdef', 'x"yz'])
  for (const nothing of [null, '', 'text', '{"a":"b"}', '{"token":"abc"}', 'a=b']) assert.deepEqual(secretsOfBody(nothing), [])
})

test('URLs and JSON that are texts inside JSON are masked by name, too', () => {
  const inner = { next: 'https://example.com/?a=1&token=abcd1', log: JSON.stringify({ password: 'efgh2', n: 1 }), path: '/x?key=ijkl3' }
  const masked = { next: `https://example.com/?a=1&token=${MASK}`, log: JSON.stringify({ password: MASK, n: 1 }), path: `/x?key=${MASK}` }
  assert.equal(maskBody(JSON.stringify(inner)), JSON.stringify(masked))
  assert.equal(maskBody(JSON.stringify([JSON.stringify(inner)])), JSON.stringify([JSON.stringify(masked)]))
  assert.deepEqual(secretsOfBody(JSON.stringify([JSON.stringify(inner)])), ['abcd1', 'efgh2', 'ijkl3'])
  const kept = '{ "log": "{ \\"n\\": 1 }" }'
  assert.equal(maskBody(kept), kept)
  const deep = JSON.stringify({ a: '['.repeat(60_000) + ']'.repeat(60_000) })
  assert.equal(maskBody(deep).length < deep.length, true)
  assert.deepEqual(secretsOfBody(deep), [])
})

test('what is looked for is bounded, and pieces are those of headers whose names tell of a secret', () => {
  const pieces = Array.from({ length: 885 }, (_, n) => `c${n}=value${n}number`).join('; ')
  assert.ok(secretsOf({ cookie: pieces }).length <= 34)
  assert.deepEqual(secretsOf({ 'x-note': 'some-words and-others' }), ['some-words and-others', 'and-others'])
  assert.equal(secretsOfUrl(`https://example.com/?${Array.from({ length: 99 }, (_, n) => `key=value${n}`).join('&')}`).length, 32)
  assert.equal(secretsOfBody(JSON.stringify({ keys: Array.from({ length: 99 }, (_, n) => `value${n}`) })).length, 32)
})

test('no secret of a request is shorter than the bound that is known without naming them', () => {
  const words = fc.constantFrom('x-id', 'x-at', 'accept', 'authorization', 'x-api-key', 'content-type', 'X-Token')
  const values = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 24 }),
    fc.constantFrom('Bearer abcd', 'Basic dTpwYXNz', 'AKIAABCDEFGHIJKL', 'a b c d e f g'),
  )
  const bodies = fc.constantFrom(
    null,
    'plain',
    'a=1&b=2',
    'pin=1&key=abcd',
    '{"password":"abcd"}',
    '{"n":1}',
    '"sk_live_abcdefgh"',
    '{"a":"{\\"token\\":\\"abcd\\"}"}',
  )
  const urls = fc.constantFrom(
    'https://a.example/',
    'https://a.example/?id=1',
    'https://a.example/?token=abcd',
    'https://a.example/AKIAABCDEFGHIJKL',
  )
  fc.assert(
    fc.property(fc.dictionary(words, values), urls, bodies, (headers, url, body) => {
      const bound = shortestSecret(headers, url, body)
      for (const secret of [...secretsOf(headers), ...secretsOfUrl(url), ...secretsOfBody(body)]) assert.ok(secret.length >= bound, secret)
    }),
    { numRuns: 2_000 },
  )
})
