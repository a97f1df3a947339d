import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalDraftOf, approvalFieldOf, approvalInput, EMPTY_APPROVAL } from './approval-draft.ts'

const POLICY = {
  preset: null,
  stages: [
    { role: 'MANAGER', required: 1 },
    { role: 'Legal', required: 2 },
  ],
  expiresInSeconds: 3_600,
  forbidRequester: false,
  condition: 'input.amount > 1000',
  remindAfterSeconds: 600,
  escalateAfterSeconds: 1_800,
  escalateTo: 'ADMIN',
}

test('no policy is null, and a preset says no more than it must', () => {
  assert.equal(approvalInput(EMPTY_APPROVAL), null)
  assert.deepEqual(approvalInput({ ...EMPTY_APPROVAL, approvalKind: 'two', approvalForbidRequester: false }), {
    preset: 'TWO_PERSON',
    expiresInSeconds: 86_400,
  })
})

test('a policy comes back from the form as it went in', () => {
  const { preset, ...input } = POLICY
  assert.equal(preset, null)
  assert.deepEqual(approvalInput(approvalDraftOf(POLICY)), input)
})

test('a number that is none is left to the server to refuse', () => {
  const draft = { ...EMPTY_APPROVAL, approvalKind: 'stages' as const, approvalStages: [{ role: 'MANAGER', required: 'two' }] }
  assert.deepEqual(approvalInput(draft)?.stages, [{ role: 'MANAGER', required: -1 }])
})

test('what the server refuses is shown where it can be put right', () => {
  const draft = approvalDraftOf(POLICY)
  assert.equal(approvalFieldOf('approval.stages.1.role', draft), 'approvalStages')
  assert.equal(approvalFieldOf('approval.stages.0', { ...draft, approvalKind: 'two' }), 'approvalKind')
  assert.equal(approvalFieldOf('approval.condition', draft), 'approvalCondition')
  assert.equal(approvalFieldOf('approval.escalateTo', { ...draft, approvalEscalate: '0' }), 'approvalEscalate')
  assert.equal(approvalFieldOf('approval', draft), 'approvalKind')
  assert.equal(approvalFieldOf('schedule.every', draft), undefined)
  assert.equal(approvalFieldOf('approval.condition', EMPTY_APPROVAL), undefined)
})
