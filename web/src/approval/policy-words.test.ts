import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyKind, policyRules, stagesWords } from './policy-words.ts'

test('a policy is told in words', () => {
  const stages = [
    { role: 'MANAGER', required: 1 },
    { role: 'Legal', required: 2 },
  ]
  assert.equal(stagesWords({ stages }), '1 person (Manager or higher), then 2 people (Legal)')
  assert.deepEqual(
    policyRules({
      expiresInSeconds: 86_400,
      forbidRequester: true,
      remindAfterSeconds: null,
      escalateAfterSeconds: null,
      escalateTo: null,
    }),
    ['Undecided after 1 d, the run is cancelled.', 'Who asked for the run may not approve it.'],
  )
  assert.deepEqual(
    policyRules({
      expiresInSeconds: 3_600,
      forbidRequester: false,
      remindAfterSeconds: 600,
      escalateAfterSeconds: 1_800,
      escalateTo: 'ADMIN',
    }),
    [
      'Undecided after 1 h, the run is cancelled.',
      'Who asked for the run may approve it, if their role allows that.',
      'Reminded after 10 min.',
      'After 30 min, Admin may decide too.',
    ],
  )
})

test('its kind is its preset; stages of its own have none', () => {
  assert.equal(policyKind(null), 'none')
  assert.equal(policyKind({ preset: 'TWO_PERSON' }), 'two')
  assert.equal(policyKind({ preset: null }), 'stages')
})
