import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePassword, readPassword } from './password.ts'

test('a new password has 12 to 200 characters, counted as people do', () => {
  assert.equal(parsePassword('x'.repeat(12)), 'x'.repeat(12))
  assert.equal(parsePassword('🐴'.repeat(200)), '🐴'.repeat(200))
  for (const wrong of ['x'.repeat(11), '🐴'.repeat(11), 'x'.repeat(201), 'x'.repeat(10_000), `half ${'\ud800'} a character`, '', null, 1]) {
    assert.throws(() => parsePassword(wrong, 'next'), { code: 'BAD_USER_INPUT', field: 'next' })
  }
})

test('the same letters written otherwise are the same password; blanks count', () => {
  assert.equal(parsePassword('caf\u0065\u0301 au lait'), 'caf\u00e9 au lait')
  assert.equal(readPassword(' a '), ' a ')
  assert.equal(readPassword(''), undefined)
  assert.equal(readPassword(undefined), undefined)
})
