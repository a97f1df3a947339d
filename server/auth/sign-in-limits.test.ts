import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSignInLimits } from './sign-in-limits.ts'

const LIMITED = { code: 'RATE_LIMITED' }

test('ten tries of one address in a minute, and ten guesses at one e-mail address; what succeeds does not count', () => {
  const limits = createSignInLimits()
  for (let tries = 0; tries < 50; tries++) {
    limits.begin('192.0.2.1')
    limits.done('192.0.2.1')
    limits.guess('ana@example.com')
    limits.succeeded('ana@example.com')
  }
  for (let tries = 0; tries < 10; tries++) {
    limits.begin('192.0.2.1')
    limits.guess('ana@example.com')
  }
  assert.throws(() => limits.begin('192.0.2.1'), LIMITED)
  assert.throws(() => limits.guess('ana@example.com'), LIMITED)
  limits.begin('192.0.2.2')
  limits.guess('bob@example.com')
})
