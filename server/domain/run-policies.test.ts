import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_POLICIES, hasRunsLeft, parsePolicies, type RunPoliciesInput } from './run-policies.ts'

test('what is absent stays, null is the default', () => {
  assert.deepEqual(parsePolicies({}, 'RECURRING'), DEFAULT_POLICIES)
  const before = parsePolicies({ overlapPolicy: 'ALLOW', catchUp: 'ALL', catchUpWindowSeconds: 0, maxRuns: 3 }, 'RECURRING')
  assert.deepEqual(before, { overlapPolicy: 'ALLOW', catchUp: 'ALL', catchUpWindowSeconds: 0, maxRuns: 3, deleteAfterCompletion: false })
  assert.deepEqual(parsePolicies({}, 'RECURRING', before), before)
  assert.deepEqual(parsePolicies({ overlapPolicy: null, maxRuns: null }, 'RECURRING', before), {
    ...before,
    overlapPolicy: 'SKIP',
    maxRuns: null,
  })
})

test('what only another kind has is refused when asked for, and dropped when the kind changes', () => {
  const cases: [RunPoliciesInput, 'RECURRING' | 'ONE_TIME' | 'ON_DEMAND', string][] = [
    [{ maxRuns: 1 }, 'ONE_TIME', 'maxRuns'],
    [{ maxRuns: 1 }, 'ON_DEMAND', 'maxRuns'],
    [{ deleteAfterCompletion: true }, 'RECURRING', 'deleteAfterCompletion'],
    [{ deleteAfterCompletion: true }, 'ON_DEMAND', 'deleteAfterCompletion'],
    [{ maxRuns: 0 }, 'RECURRING', 'maxRuns'],
    [{ maxRuns: 1.5 }, 'RECURRING', 'maxRuns'],
    [{ maxRuns: 1_000_001 }, 'RECURRING', 'maxRuns'],
    [{ catchUpWindowSeconds: -1 }, 'RECURRING', 'catchUpWindowSeconds'],
    [{ catchUpWindowSeconds: 31 * 86_400 + 1 }, 'RECURRING', 'catchUpWindowSeconds'],
  ]
  for (const [input, kind, field] of cases) assert.throws(() => parsePolicies(input, kind), { code: 'BAD_USER_INPUT', field })
  assert.equal(parsePolicies({ deleteAfterCompletion: false, maxRuns: null }, 'ON_DEMAND').maxRuns, null)
  assert.equal(parsePolicies({ deleteAfterCompletion: true }, 'ONE_TIME').deleteAfterCompletion, true)
  const limited = { ...DEFAULT_POLICIES, maxRuns: 3, deleteAfterCompletion: true }
  assert.equal(parsePolicies({}, 'ONE_TIME', limited).maxRuns, null)
  assert.equal(parsePolicies({}, 'RECURRING', limited).deleteAfterCompletion, false)
})

test('a schedule ends with its last run', () => {
  assert.deepEqual(
    [hasRunsLeft({ maxRuns: null }, 1e6), hasRunsLeft({ maxRuns: 2 }, 1), hasRunsLeft({ maxRuns: 2 }, 2)],
    [true, true, false],
  )
})
