import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { createVault } from '../store/vault.ts'
import { createTripCookie } from './trip-cookie.ts'

const TRIP = { state: 's', nonce: 'n', verifier: 'v', next: '/actions' }
const vault = createVault({ secretKey: 'k'.repeat(32) })
const asked = (cookie: string) => ({ headers: { cookie: cookie.split(';', 1)[0] } }) as IncomingMessage

test('what a browser keeps on its way tells nothing, and is of use for ten minutes', () => {
  let now = 1_000_000
  const cookie = createTripCookie(vault, 'https://docket.example.com', () => now)
  const set = cookie.set(TRIP)
  assert.match(set, /^__Host-docket-oidc=v1:[\w:-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/)
  assert.deepEqual(cookie.read(asked(set)), TRIP)
  now += 599_999
  assert.deepEqual(cookie.read(asked(set)), TRIP)
  now += 1
  assert.equal(cookie.read(asked(set)), undefined)
  assert.equal(cookie.read(asked('')), undefined)
  assert.equal(cookie.read(asked('__Host-docket-oidc=eyJ9')), undefined)
  const other = createTripCookie(createVault({ secretKey: 'o'.repeat(32) }), 'https://docket.example.com', () => now)
  assert.equal(cookie.read(asked(other.set(TRIP))), undefined)
  assert.match(
    createTripCookie(vault, 'http://localhost:4600').set(TRIP),
    /^docket-oidc=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
  )
})
