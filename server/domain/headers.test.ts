import assert from 'node:assert/strict'
import { test } from 'node:test'
import cases from '../../test/cases/ssrf.json' with { type: 'json' }
import { parseHeaders } from './headers.ts'

test('every header of the case file gets its code', () => {
  for (const { headers, expect } of cases.requestHeaders) {
    const given = spellOut(headers)
    const [code] = expect.split(/[ ,]/) as [string]
    if (code === 'OK') continue
    assert.throws(() => parseHeaders(given, 'X-Forte'), { code, field: 'headers' }, JSON.stringify(headers))
  }
})

/** Two cases are described in words, and one names the product. */
function spellOut(headers: unknown): unknown {
  if (headers === '17 KiB in all') return { 'x-a': 'a'.repeat(9_000), 'x-b': 'b'.repeat(8_408) }
  if (headers === '51 headers') return Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`x-${index}`, '']))
  return JSON.parse(JSON.stringify(headers).replace('<product>', 'forte'))
}

test('names are stored in lower case, values trimmed and as text', () => {
  assert.deepEqual(parseHeaders({ 'X-A': ' padded\t', 'x-b': '', 'X-C': 5, 'X-D': true }), {
    'x-a': 'padded',
    'x-b': '',
    'x-c': '5',
    'x-d': 'true',
  })
  assert.equal(parseHeaders(null), null)
  assert.equal(parseHeaders({}), null)
})

test('a name that would reach into objects is refused and changes nothing', () => {
  const evil = JSON.parse('{"__proto__": "x"}')
  assert.throws(() => parseHeaders(evil), { code: 'HEADER_INVALID' })
  assert.equal(({} as Record<string, unknown>).x, undefined)
  assert.deepEqual(Object.entries(parseHeaders({ constructor: 'x' })!), [['constructor', 'x']])
})

test("the prefix of Docket's own headers is refused in every spelling", () => {
  for (const name of ['X-Forte-Trusted', 'x_forte_trusted', 'X-FORTE_Attempt']) {
    assert.throws(() => parseHeaders({ [name]: '1' }), { code: 'HEADER_FORBIDDEN' }, name)
    assert.ok(parseHeaders({ [name]: '1' }, 'X-Acme'), name)
  }
  assert.throws(() => parseHeaders({ 'x-acme-trusted': '1' }, 'X_Acme'), { code: 'HEADER_FORBIDDEN' })
})

test('what is not an object of simple values is refused', () => {
  for (const headers of ['a: b', ['a'], { a: ['b'] }, { a: null }, { a: {} }, { a: Number.NaN }, { 'a b': '' }, { '': '' }]) {
    assert.throws(() => parseHeaders(headers), { code: 'HEADER_INVALID', field: 'headers' }, JSON.stringify(headers))
  }
})

test('16 KiB are counted as sent', () => {
  const name = 'x-a'
  const fits = 16 * 1024 - name.length - ': \r\n'.length
  assert.ok(parseHeaders({ [name]: 'a'.repeat(fits) }))
  assert.throws(() => parseHeaders({ [name]: 'a'.repeat(fits + 1) }), { code: 'HEADER_TOO_LARGE' })
})
