import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideForms as hideIndexed, indexForms } from './hide-forms.ts'
import { MASK, secretsOf } from './mask.ts'
import { secretForms } from './secret-forms.ts'

const SECRET = `s3cr'et/"v&l<e>+\\ ~(x)!`
const forms = secretForms([SECRET])
const hideForms = (text: string, given: string[], cut = false) => hideIndexed(text, indexForms(given), cut)

test('a secret is hidden in every spelling that a target may give it', () => {
  const spellings = {
    raw: SECRET,
    json: JSON.stringify({ a: SECRET }),
    'json in json': JSON.stringify({ a: JSON.stringify({ a: SECRET }) }),
    'json of PHP': JSON.stringify({ a: SECRET }).replaceAll('/', '\\/'),
    'json of Go': JSON.stringify({ a: SECRET }).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    'json of .NET': SECRET.replaceAll('\\', '\\\\').replace(/["<>&'+]/g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`),
    'a part of a URL': encodeURIComponent(SECRET),
    'a part of a URL, escapes in lower case': encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
    'a URL': encodeURI(SECRET),
    'a form': new URLSearchParams({ a: SECRET }).toString(),
    html: SECRET.replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  }
  for (const [name, spelling] of Object.entries(spellings)) {
    const hidden = hideForms(`before ${spelling} after ${spelling}`, forms)
    assert.match(hidden, new RegExp(`^before .*${MASK}.* after .*${MASK}`), name)
    assert.doesNotMatch(hidden, /3cr/, name)
  }
})

test('base64 is found at any place of what was encoded, in both alphabets', () => {
  for (const before of ['', 'a', 'ab', 'abc', 'Authorization: Bearer ']) {
    for (const after of ['', 'x', 'xy', '\r\nHost: a']) {
      for (const alphabet of ['base64', 'base64url'] as const) {
        const hidden = hideForms(Buffer.from(before + SECRET + after).toString(alphabet), forms)
        assert.ok(hidden.includes(MASK), `${before}…${after}`)
        // What is left over holds no more than a part of the first and of the last character.
        const left = hidden.split(MASK).map((part) => Buffer.from(part, alphabet).toString('latin1'))
        assert.ok(!left.join('').includes(SECRET.slice(1, 4)) && !left.join('').includes(SECRET.slice(-4, -1)))
      }
    }
  }
})

test('where a text was cut off, the beginning of a secret goes too', () => {
  const secret = 'abcdefghijklmnop'
  const some = secretForms([secret])
  for (let length = 4; length <= secret.length; length++) {
    assert.equal(hideForms(`text ${secret.slice(0, length)}`, some, true), `text ${MASK}`)
  }
  assert.equal(hideForms('text abc', some, true), 'text abc')
  assert.equal(hideForms('text abcdefgh', some), 'text abcdefgh')
  assert.equal(hideForms('text abcdefgh more', some, true), 'text abcdefgh more')
  const encoded = Buffer.from(`x${secret}`).toString('base64')
  assert.equal(hideForms(encoded.slice(0, 12), some, true), `${encoded.slice(0, 2)}${MASK}`)
})

test('what holds no secret stays as it is', () => {
  const text = '{"ok":true,"items":["alpha","beta"]}'
  assert.equal(hideForms(text, forms, true), text)
  assert.equal(hideForms(text, []), text)
})

test('a large answer and a large secret cost little', () => {
  const large = secretForms([
    'x/'.repeat(4 * 1024),
    ...secretsOf({ authorization: `Bearer ${'ab1'.repeat(1_000)}`, cookie: 'k=v1234567; '.repeat(50) }),
  ])
  const text = 'x/'.repeat(32 * 1024 - 1)
  const started = performance.now()
  hideForms(text, large, true)
  assert.ok(performance.now() - started < 250)
})

test('forms that overlap are hidden together, and neighbours each for itself', () => {
  assert.equal(hideForms('.abcdefghijkl.', ['abcdef', 'efghijkl']), `.${MASK}.`)
  assert.equal(hideForms('abcdefabcdef', ['abcdef', 'bcde']), `${MASK}${MASK}`)
  assert.equal(hideForms('wxyzabcdefabcd', ['abcdef'], true), `wxyz${MASK}${MASK}`)
})

test('what cannot be told apart in time is hidden', () => {
  const form = `${'a'.repeat(20_000)}b`
  const started = performance.now()
  const hidden = hideForms(`${'a'.repeat(60_000)}.`, [form])
  assert.ok(performance.now() - started < 100)
  assert.match(hidden, new RegExp(`^a*${MASK}`))
})

test('half a character is a text like any other', () => {
  assert.equal(hideForms('x \ufffdabc y', secretForms(['\ud800abc'])), `x ${MASK} y`)
})
