import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receiptToken } from './watch-receipt.ts'

test('finds the token in the addresses of a receipt', () => {
  for (const receipt of [
    'rcpt_Ab-9_z',
    'https://docket.example.com/r/rcpt_Ab-9_z',
    'http://127.0.0.1:4600/r/rcpt_Ab-9_z.json',
    'https://example.com/below/r/rcpt_Ab-9_z?from=mail#top',
  ]) {
    assert.equal(receiptToken(receipt), 'rcpt_Ab-9_z', receipt)
  }
})
