import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHARES, STATS_HOURS_MAX, sharesToRead, statsWindow } from './stats.ts'

const MINUTE_MS = 60_000
const now = Date.UTC(2026, 10, 22, 4, 17, 23, 456)

test('whole parts in UTC, at most 48, and less than one of them short of what was asked for', () => {
  for (let hours = 1; hours <= STATS_HOURS_MAX; hours++) {
    const { from, to, bucketMs } = statsWindow(now, hours)
    assert.equal(to, now)
    assert.equal(from % bucketMs, 0)
    const parts = Math.floor(to / bucketMs) - from / bucketMs + 1
    assert.ok(parts <= 48 && parts >= 24, `${hours}: ${parts}`)
    assert.ok(to - from > hours * 60 * MINUTE_MS - bucketMs && to - from < hours * 60 * MINUTE_MS + bucketMs, String(hours))
  }
  assert.deepEqual(statsWindow(now, 24), { from: Date.UTC(2026, 10, 21, 4, 30), to: now, bucketMs: 30 * MINUTE_MS })
  for (const hours of [0, 169, 1.5, Number.NaN]) assert.throws(() => statsWindow(now, hours), { code: 'BAD_USER_INPUT', field: 'hours' })
})

test('all runs are looked at while they are few, then about 10,000 of them', () => {
  assert.equal(sharesToRead(0), SHARES)
  assert.equal(sharesToRead(20_000), SHARES)
  for (const runs of [20_001, 300_000, 1_000_000]) {
    const read = (runs * sharesToRead(runs)) / SHARES
    assert.ok(read >= 10_000 && read < 12_000, `${runs}: ${read}`)
  }
  assert.equal(sharesToRead(1e9), 1)
})
