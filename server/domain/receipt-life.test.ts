import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReceiptOpen, type ReceiptTerms, receiptExpiresAt, renewedUntil } from './receipt-life.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 5, 9)
const run = (receipt: ReceiptTerms = null, sortAt = START) => ({ createdAt: new Date(START), sortAt: new Date(sortAt), receipt })

test('a receipt lives for 30 days from when its run was made', () => {
  assert.equal(receiptExpiresAt(run()).getTime(), START + 30 * DAY)
  assert.ok(isReceiptOpen(run(), 0, START + 30 * DAY - 1))
  assert.ok(!isReceiptOpen(run(), 0, START + 30 * DAY))
})

test('one of a run in the far future lives for 30 days from then, one of a repeated past from now', () => {
  assert.equal(receiptExpiresAt(run(null, START + 90 * DAY)).getTime(), START + 120 * DAY)
  assert.equal(receiptExpiresAt(run(null, START - 90 * DAY)).getTime(), START + 30 * DAY)
})

test('a renewed one has its own end and only its newest address; a revoked one has none', () => {
  const renewed = run({ version: 2, expiresAt: new Date(START + DAY), revokedAt: null })
  assert.ok(isReceiptOpen(renewed, 2, START + DAY - 1))
  for (const version of [0, 1, 3]) assert.ok(!isReceiptOpen(renewed, version, START))
  assert.ok(!isReceiptOpen(renewed, 2, START + DAY))
  assert.ok(!isReceiptOpen(run({ version: 0, expiresAt: null, revokedAt: new Date(START) }), 0, START))
})

test('it is renewed for 1 to 365 whole days, 30 unless told otherwise', () => {
  assert.equal(renewedUntil(undefined, START), START + 30 * DAY)
  assert.equal(renewedUntil(1, START), START + DAY)
  assert.equal(renewedUntil(365, START), START + 365 * DAY)
  for (const days of [0, -1, 366, 1.5, Number.NaN]) {
    assert.throws(() => renewedUntil(days, START), { code: 'BAD_USER_INPUT', field: 'days' })
  }
})
