import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../new-id.ts'
import { createReceiptTokens } from './receipt.ts'

const SECRET = 'a secret of at least thirty-two characters'
const tokens = createReceiptTokens(SECRET)

test('a token carries its invocation and nothing of it in the clear', () => {
  for (let round = 0; round < 200; round++) {
    const id = newId()
    const token = tokens.seal(id)
    assert.match(token, /^rcpt_[A-Za-z0-9_-]{43}$/)
    assert.equal(tokens.open(token), id)
    assert.ok(!Buffer.from(token.slice(5), 'base64url').toString('hex').includes(id.replaceAll('-', '').slice(0, 8)))
  }
})

test('the same invocation always has the same token, also after a restart', () => {
  assert.equal(
    createReceiptTokens(SECRET).seal('0193a5c2-7f2e-7000-8000-0123456789ab'),
    tokens.seal('0193a5c2-7f2e-7000-8000-0123456789ab'),
  )
})

test('neighbours share no part', () => {
  const one = tokens.seal('0193a5c2-7f2e-7000-8000-0123456789ab')
  const two = tokens.seal('0193a5c2-7f2e-7000-8000-0123456789ac')
  assert.notEqual(one.slice(5, 20), two.slice(5, 20))
  assert.notEqual(one.slice(-15), two.slice(-15))
})

test('each single changed bit is refused', () => {
  const bytes = Buffer.from(tokens.seal(newId()).slice(5), 'base64url')
  for (let bit = 0; bit < 256; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    assert.equal(tokens.open(`rcpt_${changed.toString('base64url')}`), undefined)
  }
})

test('another spelling of the same bytes is refused', () => {
  const token = tokens.seal(newId())
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.at(-1)!)
  const twin = token.slice(0, -1) + alphabet[last ^ 1]
  assert.deepEqual(Buffer.from(twin.slice(5), 'base64url'), Buffer.from(token.slice(5), 'base64url'))
  assert.equal(tokens.open(twin), undefined)
})

test('another secret, another prefix, other lengths and other alphabets are refused', () => {
  const token = tokens.seal(newId())
  assert.equal(createReceiptTokens(`${SECRET}!`).open(token), undefined)
  for (const text of [
    '',
    'rcpt_',
    token.slice(5),
    token.slice(0, -1),
    `${token}A`,
    `${token}=`,
    token.replace('rcpt', 'RCPT'),
    `rcpt_${'+'.repeat(43)}`,
    `${token}\n`,
  ]) {
    assert.equal(tokens.open(text), undefined, JSON.stringify(text))
  }
})
