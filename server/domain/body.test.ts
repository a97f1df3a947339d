import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BODY_BYTES, parseBody } from './body.ts'

test('a string is sent as it is, everything else as JSON', () => {
  assert.equal(parseBody('{"a": 1}'), '{"a": 1}')
  assert.equal(parseBody(''), '')
  assert.equal(parseBody({ b: [1, null, 'ü'], a: undefined }), '{"b":[1,null,"ü"]}')
  assert.equal(parseBody(0), '0')
  assert.equal(parseBody(false), 'false')
  assert.equal(parseBody(null), null)
  assert.equal(parseBody(undefined), null)
})

test('256 KiB are counted in UTF-8', () => {
  assert.equal(parseBody('a'.repeat(BODY_BYTES))?.length, BODY_BYTES)
  for (const body of ['a'.repeat(BODY_BYTES + 1), 'ü'.repeat(BODY_BYTES / 2 + 1), ['a'.repeat(BODY_BYTES - 3)]]) {
    assert.throws(() => parseBody(body), { code: 'BAD_USER_INPUT', field: 'body', message: /256 KiB/ })
  }
})

test('what PostgreSQL or the target could not hold is refused', () => {
  const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
  assert.ok(parseBody(deep(100)))
  for (const body of [
    'a\0',
    '\ud800',
    { a: ['\0'] },
    { '\ud800': 1 },
    deep(102),
    deep(5_000),
    Number.NaN,
    { a: 1n },
    { a: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(() => parseBody(body, 'input'), { code: 'BAD_USER_INPUT', field: 'input' })
  }
})
