import assert from 'node:assert/strict'
import { test } from 'node:test'
import { banner } from './banner.ts'

const FACTS = { url: 'http://localhost:4600', newToken: undefined, tokenFile: 'data/admin-token', data: 'data/postgres', seconds: 1.25 }

test('the first start tells the link, a later one only where to sign in', () => {
  const first = banner({ ...FACTS, signInLink: 'http://localhost:4600/sign-in#secret' })
  assert.match(first, /Sign in {5}http:\/\/localhost:4600\/sign-in#secret {2}\(works once\)/)
  assert.match(first, /Next: open the sign-in link/)
  const later = banner({ ...FACTS, signInLink: undefined })
  assert.match(later, /Sign in {5}http:\/\/localhost:4600\/sign-in\n/)
  assert.match(later, /Next: sign in, or call/)
})
