import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultRules, effectiveRules, judgeRule, type PermissionRules, RULE_NAMES } from './permission.ts'
import { parseRules } from './permission-input.ts'

const holds = (rules: PermissionRules) => RULE_NAMES.filter((name) => rules[name].allowed)

test('while nothing is set, operators run and managers approve', () => {
  assert.deepEqual(holds(defaultRules('VIEWER')), [])
  assert.deepEqual(holds(defaultRules('OPERATOR')), ['trigger'])
  assert.deepEqual(holds(defaultRules('MANAGER')), ['trigger', 'approve'])
  assert.deepEqual(holds(defaultRules('ADMIN')), ['trigger', 'approve'])
})

test('what is set for the action counts, else what is set for all others, else the default', () => {
  const own = defaultRules('VIEWER')
  const others = defaultRules('OPERATOR')
  const role = { level: 'MANAGER' as const, others, byAction: new Map([['a', own]]) }
  assert.deepEqual(effectiveRules(role, 'a'), { rules: own, inherited: false })
  assert.deepEqual(effectiveRules(role, 'b'), { rules: others, inherited: true })
  assert.deepEqual(effectiveRules(role, null), { rules: others, inherited: false })
  assert.deepEqual(effectiveRules({ ...role, others: null }, 'b'), { rules: defaultRules('MANAGER'), inherited: true })
  assert.deepEqual(effectiveRules({ ...role, others: null }, null), { rules: defaultRules('MANAGER'), inherited: true })
})

test('a condition is asked only where the rule is on, and denies when it fails', () => {
  const never = () => assert.fail('asked')
  for (const name of RULE_NAMES) {
    assert.deepEqual(judgeRule(name, { allowed: false, condition: 'c' }, never), { holds: false, reason: null })
    assert.deepEqual(judgeRule(name, { allowed: true, condition: null }, never), { holds: true, reason: null })
    for (const value of [true, false]) {
      assert.deepEqual(
        judgeRule(name, { allowed: true, condition: 'c' }, () => ({ value })),
        {
          holds: value,
          reason: `The condition "c" is ${value}.`,
        },
      )
    }
    assert.deepEqual(
      judgeRule(name, { allowed: true, condition: 'c' }, () => ({ error: 'No such key: x' })),
      {
        holds: name === 'requireApproval',
        reason: 'The condition "c" failed: No such key: x',
      },
    )
  }
})

test('rules are edited one by one, and a condition needs a rule that is on', () => {
  const before = defaultRules('OPERATOR')
  const after = parseRules({ trigger: { allowed: true, condition: ' input.amount < 1000 ' }, approve: { allowed: true } }, before)
  assert.deepEqual(after, {
    ...before,
    trigger: { allowed: true, condition: 'input.amount < 1000' },
    approve: { allowed: true, condition: null },
  })
  assert.deepEqual(parseRules({ trigger: null }, before), before)
  assert.throws(() => parseRules({ trigger: { allowed: false, condition: 'true' } }, before), {
    code: 'BAD_USER_INPUT',
    field: 'trigger.condition',
  })
  assert.throws(() => parseRules({ approve: { allowed: true, condition: 'amount < 1' } }, before), {
    code: 'INVALID_CONDITION',
    field: 'approve.condition',
    position: { line: 1, column: 1 },
  })
})
