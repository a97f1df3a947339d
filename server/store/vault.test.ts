import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVault, VaultError } from './vault.ts'

const ONE = 'the first key, which has more than 32 characters'
const TWO = 'the second key, which has more than 32 characters'
const vault = createVault({ secretKey: ONE })

test('what is sealed opens at its place, says the same, and looks different each time', () => {
  for (const text of ['', 'ä', 'x'.repeat(20_000)]) {
    const sealed = vault.seal('a.b:1', text)
    assert.equal(vault.open('a.b:1', sealed), text)
    assert.notEqual(vault.seal('a.b:1', text), sealed)
    assert.ok(text.length < 2 || !sealed.includes(text))
  }
})

test('moved to another place, changed by one bit, cut, or sealed by an unknown key it does not open', () => {
  const sealed = vault.seal('a.b:1', 'secret text')
  assert.throws(() => vault.open('a.b:2', sealed), VaultError)
  const parts = sealed.split(':')
  for (const at of [2, 3, 4]) {
    const bytes = Buffer.from(parts[at]!, 'base64url')
    bytes[0]! ^= 1
    const changed = parts.with(at, bytes.toString('base64url')).join(':')
    assert.throws(() => vault.open('a.b:1', changed), VaultError)
  }
  const short = parts.with(4, Buffer.from(parts[4]!, 'base64url').subarray(0, 12).toString('base64url')).join(':')
  for (const text of [short, sealed.slice(0, -1), '', 'v2:x', 'plain']) assert.throws(() => vault.open('a.b:1', text), VaultError)
  assert.throws(() => createVault({ secretKey: TWO }).open('a.b:1', sealed), { message: new RegExp(vault.keyId) })
})

test('during a rotation the previous key opens and the present one seals', () => {
  const sealed = vault.seal('a.b:1', 'text')
  const rotated = createVault({ secretKey: TWO, previous: ONE })
  assert.equal(rotated.open('a.b:1', sealed), 'text')
  assert.equal(createVault({ secretKey: TWO }).open('a.b:1', rotated.seal('a.b:1', 'text')), 'text')
  assert.deepEqual(rotated.keyIds, [vault.keyId, rotated.keyId])
})

test('no start value comes twice in 100,000', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 100_000; i++) seen.add(vault.seal('p', '').split(':')[2]!)
  assert.equal(seen.size, 100_000)
})
