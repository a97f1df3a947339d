import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canBecome, type InvocationStatus, isFinal, STATUSES, type StatusReason, sourcesOf, TRANSITIONS } from './lifecycle.ts'

const REASONS: StatusReason[] = [
  'REJECTED',
  'APPROVAL_EXPIRED',
  'SUPERSEDED',
  'USER',
  'ACTION_DELETED',
  'SCHEDULER_DOWN',
  'OVERLAP',
  'PAUSED',
  'CIRCUIT_OPEN',
  'APPROVAL_LATE',
]
const step = fc.record({ to: fc.constantFrom(...STATUSES), reason: fc.option(fc.constantFrom(...REASONS), { nil: undefined }) })

test('whatever is tried, an invocation only walks along the table and stays where it ends', () => {
  fc.assert(
    fc.property(fc.constantFrom<InvocationStatus>('PENDING', 'AWAITING_APPROVAL'), fc.array(step, { maxLength: 30 }), (start, steps) => {
      let status = start
      let sent = false
      for (const { to, reason } of steps) {
        if (!canBecome(status, to, reason)) continue
        assert.ok(!isFinal(status), `${status} is final and became ${to}`)
        assert.equal(reason !== undefined, to === 'CANCELLED' || to === 'MISSED', 'exactly these explain themselves by a reason')
        assert.ok(sourcesOf(to, reason).includes(status))
        assert.ok(!sent || to !== 'MISSED', 'what was sent cannot be missed')
        if (to === 'RUNNING') sent = true
        if (to === 'SUCCEEDED' || to === 'FAILED') assert.ok(sent, 'no outcome without a request')
        status = to
      }
    }),
    { numRuns: 2_000 },
  )
})

test('every state can be reached, and an end can be reached from each', () => {
  const reach = (from: InvocationStatus, seen = new Set<InvocationStatus>([from])): Set<InvocationStatus> => {
    for (const to of Object.keys(TRANSITIONS[from]) as InvocationStatus[]) {
      if (seen.has(to)) continue
      seen.add(to)
      reach(to, seen)
    }
    return seen
  }
  assert.deepEqual([...reach('AWAITING_APPROVAL')].sort(), STATUSES.toSorted())
  for (const status of STATUSES) assert.ok([...reach(status)].some(isFinal), status)
})

test('nothing leads out of a running request but its outcome', () => {
  assert.deepEqual(Object.keys(TRANSITIONS.RUNNING).sort(), ['FAILED', 'RETRYING', 'SUCCEEDED'])
  assert.ok(!canBecome('RUNNING', 'CANCELLED', 'USER'))
})
