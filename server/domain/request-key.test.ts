import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRequestKey } from './request-key.ts'

test('1 to 255 printable characters are kept exactly as they are', () => {
  for (const key of ['a', ' a ', 'order 7 / é 😀', 'x'.repeat(255), '😀'.repeat(255)]) assert.equal(parseRequestKey(key, 'key'), key)
})

test('anything else is refused, with its field', () => {
  const wrong = ['', ' ', '　', 'x'.repeat(256), '😀'.repeat(256), 'a\nb', 'a\0', 'a\u2028', 'a\u200b', 'a\ud83d', '\u007f', 7, null, {}]
  for (const key of wrong) {
    assert.throws(() => parseRequestKey(key, 'dedupe.key'), { code: 'BAD_USER_INPUT', field: 'dedupe.key' }, JSON.stringify(key))
  }
})
