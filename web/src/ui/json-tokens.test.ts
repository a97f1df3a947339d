import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonTokens, prettyJson } from './json-tokens.ts'

test('JSON is indented as JSON.stringify would', () => {
  for (const value of [{ a: 1, b: [true, null, 'x: {y}, "z"'], c: {}, d: [] }, [1, [2, { e: '\\"' }]], { '': '' }]) {
    assert.equal(prettyJson(JSON.stringify(value)), JSON.stringify(value, null, 2))
    assert.equal(prettyJson(JSON.stringify(value, null, 4)), JSON.stringify(value, null, 2))
  }
})

test('numbers keep their digits and repeated keys stay', () => {
  assert.equal(prettyJson('{"n":12345678901234567890,"n":1.50}'), '{\n  "n": 12345678901234567890,\n  "n": 1.50\n}')
})

test('what is no JSON is left alone', () => {
  for (const text of ['', 'plain', '<p>{}</p>', '{"cut":', '[1,]']) assert.equal(prettyJson(text), undefined)
})

test('the coloured parts are the text again', () => {
  const text = prettyJson('{"key":"te\\"xt","n":-1.5e3,"w":[true,null]}') ?? ''
  const tokens = jsonTokens(text)
  assert.equal(tokens.map((token) => token.text).join(''), text)
  assert.deepEqual(
    tokens.filter((token) => token.kind !== 'plain').map((token) => [token.kind, token.text]),
    [
      ['key', '"key"'],
      ['text', '"te\\"xt"'],
      ['key', '"n"'],
      ['number', '-1.5e3'],
      ['key', '"w"'],
      ['word', 'true'],
      ['word', 'null'],
    ],
  )
})
