import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rulesInput, ruleWord } from './rule-words.ts'

test('a rule under a condition is neither a yes nor a no', () => {
  assert.equal(ruleWord({ allowed: true, condition: null }), 'Yes')
  assert.equal(ruleWord({ allowed: true, condition: 'input.amount < 1000' }), 'If')
  assert.equal(ruleWord({ allowed: false, condition: 'input.amount < 1000' }), 'No')
})

test('the condition of a rule that is off, and an empty one, are not sent', () => {
  const rules = {
    trigger: { allowed: true, condition: ' input.amount < 1000\n' },
    requireApproval: { allowed: false, condition: 'true' },
    approve: { allowed: true, condition: '  ' },
    selfApprove: { allowed: false, condition: null },
  }
  assert.deepEqual(rulesInput(rules), {
    trigger: { allowed: true, condition: 'input.amount < 1000' },
    requireApproval: { allowed: false, condition: null },
    approve: { allowed: true, condition: null },
    selfApprove: { allowed: false, condition: null },
  })
})
