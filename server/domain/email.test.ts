import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEmail, readEmail } from './email.ts'

test('an address is compared in lower case and without the blanks around it', () => {
  assert.equal(readEmail(' Ana.Maria+ci@Example.COM\n'), 'ana.maria+ci@example.com')
  assert.equal(parseEmail('root@localhost'), 'root@localhost')
})

test('what is no address, or one that looks like another', () => {
  const wrong = [
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@example..com',
    'ana maria@example.com',
    'ana@example.com, bob@example.com',
    '<ana@example.com>',
  ]
  const odd = [
    'anа@example.com',
    'ana@exämple.com',
    'ana@example.com\r\nBcc: eve@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
  ]
  for (const text of [...wrong, ...odd, null, undefined, 1, {}]) {
    assert.equal(readEmail(text), undefined, String(text))
    assert.throws(() => parseEmail(text), { code: 'BAD_USER_INPUT', field: 'email' })
  }
})
