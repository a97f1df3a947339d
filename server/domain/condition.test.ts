import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateCondition, faultOf, parseCondition } from './condition.ts'
import { ConditionInput } from './condition-input.ts'
import type { Variables } from './condition-variables.ts'

const variables = (body: unknown, more: Partial<Variables> = {}): Variables => ({
  actor: { id: 'usr_1', kind: 'USER', name: 'Ann', email: 'ann@example.com', role: 'Operator' },
  record: null,
  input: new ConditionInput(body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)),
  action: {
    id: 'act_1',
    key: null,
    name: 'Refund',
    kind: 'ON_DEMAND',
    method: 'POST',
    url: 'https://example.com/refund',
    tags: ['money', 'eu'],
    recordType: null,
  },
  ...more,
})
const judge = (condition: string, body?: unknown, more?: Partial<Variables>): boolean | string => {
  const judged = evaluateCondition(condition, variables(body, more))
  return 'error' in judged ? judged.error : judged.value
}

test('whole numbers and fractions of a body compare and reckon with both kinds of a condition', () => {
  const cases: [condition: string, amount: number, expected: boolean][] = [
    ['input.amount < 1000', 999, true],
    ['input.amount < 1000', 999.5, true],
    ['input.amount < 1000', 1000, false],
    ['input.amount == 1000', 1000, true],
    ['input.amount == 1000', 1000.5, false],
    ['input.amount == 1000.0', 1000, true],
    ['1000 == input.amount', 1000, true],
    ['input.amount != 1000', 1000, false],
    ['input.amount >= 99.5', 100, true],
    ['input.amount >= 99.5', 99.4, false],
    ['input.amount in [1, 2, 3]', 2, true],
    ['input.amount in [1, 2, 3]', 2.5, false],
    ['input.amount * 2 > 3', 1.6, true],
    ['input.amount + 1 == 3', 2, true],
    ['10 - input.amount == 7.5', 2.5, true],
    ['input.amount / 4 == 0.5', 2, true],
    ['10 - input.amount + 1 == 8.5', 2.5, true],
    ['(10 - input.amount) * 2 - 1 > 0', 2.5, true],
    ['input.amount * 2 == input.amount + input.amount', 2.5, true],
    ['size([1, 2]) * 1.5 == input.amount', 3, true],
    ['size([1, 2]) * 1.5 == 3.0', 3, true],
    ['1 < 1.5 && 3 * 0.5 > 1 && input.amount == 3', 3, true],
    ['input.amount % 2 == 0', 4, true],
    ['-input.amount < 0', 4, true],
    ['int(input.amount) == 2', 2.7, true],
  ]
  for (const [condition, amount, expected] of cases) assert.equal(judge(condition, { amount }), expected, `${condition} of ${amount}`)
  assert.equal(judge('input.amount % 0 == 0', { amount: 4 }), 'modulo by zero')
})

test('a missing field can be asked for, and fails when it is read', () => {
  assert.equal(judge('has(input.x)', {}), false)
  assert.equal(judge('has(input.x) && input.x > 1', {}), false)
  assert.equal(judge('input.x > 1', {}), 'No such key: x')
  assert.equal(judge('input.x > 1'), 'No such key: x', 'no body')
  assert.equal(judge('input.x > 1', 'plain text'), 'No such key: x')
  assert.equal(judge('input == null'), true)
  assert.equal(judge('input == "plain text"', 'plain text'), true)
  assert.equal(judge('record.type == "order"'), 'No such key: type')
  assert.equal(judge('has(record.type)'), false)
  assert.equal(judge('record.type == "order" && record.id == "7"', {}, { record: { type: 'order', id: '7' } }), true)
  assert.equal(judge('has(action.key)'), false)
  assert.equal(judge('"eu" in action.tags && action.url.startsWith("https://example.com/")'), true)
  assert.equal(judge('actor.email.endsWith("@example.com") && actor.role == "Operator"'), true)
})

test('names that JavaScript knows are fields like others', () => {
  const body = '{"constructor": 1, "__proto__": 2, "toString": 3}'
  assert.equal(judge('input.constructor == 1 && input.__proto__ == 2 && input.toString == 3', body), true)
  assert.equal(judge('has(input.constructor) || has(input.__proto__) || has(input.toString) || has(input.valueOf)', '{}'), false)
  assert.equal(judge('input.a.constructor == 1', '{"a": {"constructor": 1}}'), true)
})

test('a body that names a field twice cannot be judged', () => {
  const twice = /names a field twice/
  for (const body of ['{"amount": 1, "amount": 5000}', '{"a": [{"b": 1, "c": {}, "b" : 2}]}', '{"a\\u006d": 1, "am": 2}']) {
    assert.match(String(judge('input.amount < 10', body)), twice, body)
    assert.equal(judge('actor.name == "Ann"', body), true, 'who does not look at it does not mind')
  }
  assert.equal(judge('input.a == "b\\": 1"', JSON.stringify({ a: 'b": 1', c: ['"x":', { d: '\\' }] })), true)
})

test('what can never be judged is refused, with its place', () => {
  const cases: [condition: string, line: number, column: number, message: RegExp][] = [
    ['inputt.x > 1', 1, 1, /Unknown variable: inputt\. There are actor, record, input, action\./],
    ['input.x > 1 &&\n  actor.foo == 1', 2, 9, /No such key: foo/],
    ['input.x > ', 1, 11, /Unexpected token/],
    ['(input.x', 1, 9, /Expected RPAREN/],
    ['1 + 1', 1, 1, /must come to true or false, but this comes to int/],
    ['action.name > 3', 1, 1, /no such overload: string > int/],
    ['input.x == "\\q"', 1, 13, /escape/i],
    ['true && cel.bind(a, 1, a == 1)', 1, 9, /bind is not available/],
    ['["a"].join() == "a"', 1, 1, /join is not available/],
    ['now() > 1', 1, 1, /now is not available/],
    ['input.map(i, i + i).size() > 1', 1, 14, /sum is not allowed inside map/],
    ['actor == input', 1, 1, /no such overload/],
  ]
  for (const [condition, line, column, message] of cases) {
    const fault = faultOf(condition)
    assert.ok(fault, condition)
    assert.match(fault.message, message)
    assert.deepEqual([fault.line, fault.column], [line, column], `${condition}: ${fault.message}`)
  }
  assert.throws(() => parseCondition('\n\n  nope', 'trigger.condition'), {
    code: 'INVALID_CONDITION',
    field: 'trigger.condition',
    position: { line: 3, column: 3 },
    message: /^trigger\.condition, line 3, column 3: Unknown variable: nope/,
  })
  assert.equal(parseCondition('  input.x > 1\n', 'c'), 'input.x > 1')
  for (const none of [null, undefined, '', ' \n ']) assert.equal(parseCondition(none, 'c'), null)
})

test('long and deep ones are refused at once', () => {
  const refused = [
    `input.x == "${'a'.repeat(10_240)}"`,
    `${'('.repeat(500)}true${')'.repeat(500)}`,
    '!'.repeat(1_990),
    `${'-'.repeat(1_900)}1 == 1`,
    `input${'[0]'.repeat(600)}`,
    `input${'.a'.repeat(900)}`,
    Array(400).fill('true').join('&&'),
    '['.repeat(1_000),
    '{'.repeat(1_000),
    `${'true?'.repeat(300)}true`,
  ]
  for (const condition of refused) {
    const started = performance.now()
    assert.ok(faultOf(condition), condition.slice(0, 30))
    assert.ok(performance.now() - started < 1_000, condition.slice(0, 30))
  }
})

test('what takes too long is broken off and has no value', () => {
  const list = JSON.stringify(Array.from({ length: 5_000 }, (_, i) => i))
  const slow: [condition: string, body: string][] = [
    ['input.all(a, input.all(b, input.all(c, a + b + c >= 0)))', list],
    ['input.exists(a, input.exists(b, input.exists(c, a == b && b == c && a > 99999)))', list],
    ['input.map(a, input.map(b, input.map(c, input))).size() > 3', list],
    ['input.matches("^(a+)+$")', `${'a'.repeat(40)}!`],
    ['input.matches("(.*)*b(.*)*c(.*)*d")', 'ab'.repeat(50_000)],
    [`${'[1]'}${'.map(v, [v, v])'.repeat(15)} == [1]${'.map(v, [v, v])'.repeat(15)} && input.all(a, input.all(b, a == b || a != b))`, list],
  ]
  for (const [condition, body] of slow) {
    assert.equal(faultOf(condition), null, condition)
    const started = performance.now()
    assert.equal(judge(condition, body), 'It took longer than 20 ms.', condition)
    assert.ok(performance.now() - started < 2_000, condition)
  }
  assert.equal(judge('input.all(i, i >= 0)', list), true, 'one loop over as much is no matter')
  assert.equal(judge('input.matches("^a+$")', 'aaa'), true)
})

test('many parts over a large body are bounded too', () => {
  const body = { l: Array.from({ length: 60_000 }, () => 1), s: 'a'.repeat(60_000) }
  const slow = [
    Array(60).fill('2 in input.l').join(' || '),
    Array(55).fill('input.s.size() > 99999').join(' || '),
    `[${Array(60).fill('input.s').join(',')}].exists(s, s + s + s == "")`,
  ]
  for (const condition of slow) {
    assert.equal(faultOf(condition), null, condition)
    const started = performance.now()
    const value = judge(condition, body)
    assert.ok(value === false || value === 'It took longer than 20 ms.', String(value))
    assert.ok(performance.now() - started < 2_000, condition)
  }
})

test('deep bodies and large ones', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  assert.match(String(judge('input == input', deep)), /nested deeper/)
  const large = { items: Array.from({ length: 4_000 }, (_, i) => ({ id: i, text: 'x'.repeat(40) })) }
  assert.equal(judge('input.items.size() == 4000 && input.items[3999].id == 3999', large), true)
})

test('true or false, and nothing else', () => {
  assert.match(String(judge('input.x', { x: 1 })), /neither true nor false/)
  assert.equal(judge('input.x', { x: true }), true)
  assert.equal(judge('input.x || true', {}), true, 'a disjunction that is true anyway')
  assert.equal(judge('not a condition'), "Unexpected character: 'a'.")
})
