import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evaluateCondition, faultOf } from './condition.ts'
import { ConditionInput } from './condition-input.ts'
import type { Variables } from './condition-variables.ts'
import { judgeRule, RULE_NAMES } from './permission.ts'

const variables = (body: string | null): Variables => ({
  actor: { id: null, kind: 'TOKEN', name: 't', email: null, role: 'Operator' },
  record: null,
  input: new ConditionInput(body),
  action: { id: null, key: null, name: 'a', kind: 'ON_DEMAND', method: 'POST', url: null, tags: [], recordType: null },
})

const name = fc.constantFrom('a', 'b', 'amount', 'items', 'constructor', '__proto__')
const literal = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n.toFixed(3)),
  fc.string({ maxLength: 5 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'false', 'null', '[]', '[1, 2]', '{}', '"(a+)+$"'),
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'cel' },
    literal,
    fc.oneof(
      name.map((field) => `input.${field}`),
      fc.constantFrom('input', 'actor.name', 'actor.email', 'record.id', 'action.tags', 'action', 'nothing'),
    ),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '%', '<', '<=', '==', '!=', '>', 'in', '&&', '||'), tie('expression'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('all', 'exists', 'exists_one', 'map', 'filter'), tie('expression'))
      .map(([list, loop, body]) => `${list}.${loop}(x, ${body})`),
    fc
      .tuple(fc.constantFrom('size', 'int', 'string', 'double', 'timestamp', 'type'), tie('expression'))
      .map(([call, of]) => `${call}(${of})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('contains', 'matches', 'startsWith', 'split'), tie('expression'))
      .map(([of, call, by]) => `${of}.${call}(${by})`),
    fc.tuple(fc.constantFrom('!', '-'), tie('expression')).map(([operator, of]) => `${operator}${of}`),
    name.map((field) => `has(input.${field})`),
  ),
}))
const body = fc.oneof(
  fc.constant(null),
  fc.json({ maxDepth: 4 }),
  fc.string(),
  fc.record({ amount: fc.double(), items: fc.array(fc.integer()) }).map((value) => JSON.stringify(value)),
)

test('any text is either a condition or has a fault inside it; nothing throws', () => {
  fc.assert(
    fc.property(fc.oneof(expression, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 })), body, (text, json) => {
      const fault = faultOf(text)
      if (fault) {
        const lines = text.split('\n')
        assert.ok(fault.message.length > 0)
        assert.ok(fault.line >= 1 && fault.line <= lines.length)
        assert.ok(fault.column >= 1 && fault.column <= lines[fault.line - 1]!.length + 1)
      }
      const judged = evaluateCondition(text, variables(json))
      if (fault) assert.deepEqual(judged, { error: fault.message })
      else if ('error' in judged) assert.ok(judged.error.length > 0)
      else assert.equal(typeof judged.value, 'boolean')
      const again = evaluateCondition(text, variables(json))
      if (![judged, again].some((one) => 'error' in one && one.error.startsWith('It took'))) assert.deepEqual(again, judged)
    }),
    { numRuns: 3_000 },
  )
})

test('whatever fails denies, under every rule', () => {
  fc.assert(
    fc.property(expression, body, fc.constantFrom(...RULE_NAMES), (text, json, rule) => {
      const judged = evaluateCondition(text, variables(json))
      const { holds } = judgeRule(rule, { allowed: true, condition: text }, () => judged)
      assert.equal(holds, 'error' in judged ? rule === 'requireApproval' : judged.value)
    }),
    { numRuns: 1_000 },
  )
})

test('numbers compare as numbers do, whole or not', () => {
  const number = fc.oneof(fc.integer(), fc.double({ min: -1e9, max: 1e9, noNaN: true }))
  const literalOf = (n: number) => (Number.isInteger(n) && !Object.is(n, -0) ? String(n) : n.toFixed(6))
  fc.assert(
    fc.property(number, number, (given, limit) => {
      const text = literalOf(limit)
      const value = JSON.stringify({ amount: given })
      const expected: [string, boolean][] = [
        ['<', given < Number(text)],
        ['<=', given <= Number(text)],
        ['==', given === Number(text)],
        ['!=', given !== Number(text)],
        ['>', given > Number(text)],
        ['>=', given >= Number(text)],
      ]
      for (const [operator, holds] of expected) {
        assert.deepEqual(evaluateCondition(`input.amount ${operator} ${text}`, variables(value)), { value: holds })
      }
    }),
    { numRuns: 500 },
  )
})
