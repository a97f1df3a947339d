import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STATUSES, TRANSITIONS } from './lifecycle.ts'
import { statusText } from './status-text.ts'

test('every reason that the lifecycle knows has its sentence, others none', () => {
  for (const from of STATUSES) {
    for (const [status, reasons] of Object.entries(TRANSITIONS[from])) {
      for (const statusReason of reasons) {
        assert.match(statusText({ status: status as never, statusReason, missedCount: null })!, /^[A-Z].*\.$/)
      }
    }
  }
  assert.equal(statusText({ status: 'SUCCEEDED', statusReason: null, missedCount: null }), null)
})

test('a row that stands for others says for how many', () => {
  const missed = { status: 'MISSED', statusReason: 'SCHEDULER_DOWN' } as const
  assert.match(statusText({ ...missed, missedCount: 574_999 })!, /It stands for 574,999 further occurrences\.$/)
  assert.match(statusText({ ...missed, missedCount: 1 })!, /It stands for 1 further occurrence\.$/)
})
