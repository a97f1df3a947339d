import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approverWords, progress, shortDigest, stageWords } from './words.ts'

test('who decides is told by the level, or by the name of a role', () => {
  assert.equal(approverWords('MANAGER'), 'Manager or higher')
  assert.equal(approverWords('ADMIN'), 'Admin')
  assert.equal(approverWords('Legal'), 'Legal')
  assert.equal(approverWords('constructor'), 'constructor')
  assert.equal(stageWords({ role: 'MANAGER', required: 2 }), '2 people (Manager or higher)')
  assert.equal(stageWords({ role: 'Legal', required: 1 }), '1 person (Legal)')
})

test('progress counts no stage beyond what it needs', () => {
  const stages = [
    { required: 2, approvedCount: 3 },
    { required: 1, approvedCount: 0 },
  ]
  assert.deepEqual(progress(stages), { given: 2, needed: 3 })
})

test('a digest is told by its beginning', () => {
  assert.equal(shortDigest('0123456789abcdef'), '0123456789ab…')
})
