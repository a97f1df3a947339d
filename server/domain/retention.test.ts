import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutoffsAt, idsMadeBefore, keepAll, latestCutoff, parseRetentionDays } from './retention.ts'

const DAY_MS = 86_400_000

test('a number for all final states, and others for some', () => {
  assert.deepEqual(parseRetentionDays('7'), keepAll(7))
  assert.deepEqual(parseRetentionDays('FAILED=365,7,MISSED=1'), { ...keepAll(7), FAILED: 365, MISSED: 1 })
  assert.deepEqual(parseRetentionDays('CANCELLED=36500'), { ...keepAll(90), CANCELLED: 36_500 })
  for (const wrong of ['', ',', '=', '=7', 'FAILED', '1.5', '1e3', '00000000001', 'FAILED==3', 'PENDING=3', 'all=3']) {
    assert.ok('expected' in parseRetentionDays(wrong), wrong)
  }
})

test('cutoffs: each status has its own, what belongs to none is kept longest', () => {
  const now = 1_000 * DAY_MS
  const cutoffs = cutoffsAt(now, { SUCCEEDED: 10, FAILED: 300, CANCELLED: 20, MISSED: 5 })
  assert.deepEqual(cutoffs, {
    SUCCEEDED: 990 * DAY_MS,
    FAILED: 700 * DAY_MS,
    CANCELLED: 980 * DAY_MS,
    MISSED: 995 * DAY_MS,
    all: 700 * DAY_MS,
  })
  assert.equal(latestCutoff(cutoffs), 995 * DAY_MS)
})

test('an id that was made before an instant is smaller than its bound, also when the clock was a day ahead', () => {
  const at = Date.UTC(2026, 10, 22)
  const bound = idsMadeBefore(at)
  assert.match(bound, /^[0-9a-f]{8}-[0-9a-f]{4}-0000-0000-000000000000$/)
  const idAt = (ms: number) => {
    const hex = ms.toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7fff-bfff-ffffffffffff`
  }
  assert.ok(idAt(at + DAY_MS - 1) < bound)
  assert.ok(idAt(at + DAY_MS) > bound)
  assert.equal(idsMadeBefore(-5 * DAY_MS), '00000000-0000-0000-0000-000000000000')
})
