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
    assert.deepEqual(tokens.open(token), { invocationId: id, version: 0 })
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

test('a token that was given out keeps its meaning', () => {
  const id = '0193a5c2-7f2e-7000-8000-0123456789ab'
  assert.equal(tokens.seal(id), 'rcpt_Blnst-pX3fv7PcZkrtSX_EMKjsBERw9uWaflb_YhK8A')
})

test('each of the 64 versions is another token of the same invocation', () => {
  const id = newId()
  const versions = Array.from({ length: 64 }, (_, version) => tokens.seal(id, version))
  assert.equal(new Set(versions).size, 64)
  for (const [version, token] of versions.entries()) assert.deepEqual(tokens.open(token), { invocationId: id, version })
})

test('while SECRET_KEY is changed, the tokens of both keys are read and only the new one seals', () => {
  const next = createReceiptTokens(`${SECRET} after it`, SECRET)
  const id = newId()
  const address = { invocationId: id, version: 5 }
  assert.notEqual(next.seal(id, 5), tokens.seal(id, 5))
  assert.deepEqual(next.open(next.seal(id, 5)), address)
  assert.deepEqual(next.open(tokens.seal(id, 5)), address)
  assert.equal(tokens.open(next.seal(id, 5)), undefined)
  assert.equal(createReceiptTokens(`${SECRET} after it`).open(tokens.seal(id, 5)), undefined)
})
