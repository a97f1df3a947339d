import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretForms } from './secret-forms.ts'
import { createSecretHeads, isAbsent } from './secret-heads.ts'

const SECRETS = [
  'abcd',
  'p4ss/w"o<r>d+&',
  '!!""##$$',
  'naïve 🔑🔑🔑🔑🔑🔑🔑 text',
  '1234567🔑x',
  'a b c d e f g h',
  'x'.repeat(3_000),
  '{"a":"\\\\b"}',
]

test('no spelling of a secret is overlooked', () => {
  for (const secret of SECRETS) {
    const heads = createSecretHeads(SECRETS)
    for (const form of secretForms([secret])) {
      for (const text of [form, `before ${form} after`, `{"a":"${form}"}`]) {
        assert.equal(isAbsent(secret, text), false, `${secret}: ${text}`)
        assert.ok(heads.in(text, false).has(secret), `${secret}: ${text}`)
      }
      for (let length = 4; length < Math.min(form.length, 40); length++) {
        assert.ok(heads.in(`text ${form.slice(0, length)}`, true).has(secret), `${secret}: ${form.slice(0, length)}`)
      }
    }
  }
})

test('most texts hold none, which costs no spelling', () => {
  const text = '{"ok":true,"id":"cus_12345"}'
  for (const secret of ['1700000000000', 'sk-proj-0123456789', 'Bearer abcdefghijkl']) assert.ok(isAbsent(secret, text))
  assert.equal(createSecretHeads(SECRETS).in(text, false).size, 0)
})
