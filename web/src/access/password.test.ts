import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordMistake } from './password.ts'

test('a password has 12 to 200 characters, however many bytes they take', () => {
  assert.match(passwordMistake('') ?? '', /Choose/)
  assert.match(passwordMistake('short') ?? '', /these are 5/)
  assert.equal(passwordMistake('🦊'.repeat(12)), undefined)
  assert.equal(passwordMistake('x'.repeat(200)), undefined)
  assert.match(passwordMistake('x'.repeat(201)) ?? '', /At most 200/)
})
