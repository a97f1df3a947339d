import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { tokenText } from './token.ts'

test('a token has a fixed form and a checksum that anyone can compute', () => {
  for (const random of [new Uint8Array(32), new Uint8Array(32).fill(255), Uint8Array.from({ length: 32 }, (_, index) => index)]) {
    const token = tokenText(random)
    assert.match(token, /^dkt_[0-9A-Za-z]{49}$/)
    const digits = [...token.slice(-6)].map((digit) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit))
    assert.equal(
      digits.reduce((value, digit) => value * 62 + digit, 0),
      crc32(token.slice(4, -6)),
    )
  }
})
