import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InvocationStatus } from './lifecycle.ts'
import { decideOverlap, supersededAs } from './overlap.ts'
import type { OverlapPolicy } from './run-policies.ts'

const POLICIES: OverlapPolicy[] = ['SKIP', 'QUEUE_ONE', 'ALLOW', 'CANCEL_OTHER']
const decided = (others: InvocationStatus[], madeLate = false) => POLICIES.map((policy) => decideOverlap(policy, others, madeLate))

test('an occurrence that meets no other run starts under every policy', () => {
  assert.deepEqual(decided([]), ['RUN', 'RUN', 'RUN', 'RUN'])
  assert.deepEqual(decided([], true), ['RUN', 'RUN', 'RUN', 'RUN'])
})

test('a run counts while it is sent, between two attempts and before its approval', () => {
  for (const status of ['RUNNING', 'RETRYING', 'AWAITING_APPROVAL'] as const) {
    assert.deepEqual(decided([status]), ['SKIP', 'WAIT', 'RUN', 'SUPERSEDE'])
  }
})

test('one may wait under QUEUE_ONE, the next is skipped', () => {
  assert.deepEqual(decided(['RUNNING', 'PENDING']), ['SKIP', 'SKIP', 'RUN', 'SUPERSEDE'])
})

test('what the catch-up policy lets run waits its turn', () => {
  assert.deepEqual(decided(['RUNNING', 'PENDING', 'PENDING'], true), ['WAIT', 'WAIT', 'RUN', 'SUPERSEDE'])
})

test('a request that is under way cannot be unsent, so it fails; all else is cancelled', () => {
  assert.deepEqual((['PENDING', 'RETRYING', 'AWAITING_APPROVAL', 'RUNNING'] as const).map(supersededAs), [
    'CANCELLED',
    'CANCELLED',
    'CANCELLED',
    'FAILED',
  ])
})
