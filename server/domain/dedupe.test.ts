import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DedupeRequest, dedupeTurns, type FirstRun, parseDedupe } from './dedupe.ts'
import type { HttpMethod } from './http-method.ts'

test('defaults: the first one for 24 hours, the last body for 5 seconds', () => {
  assert.equal(parseDedupe(null), null)
  assert.equal(parseDedupe(undefined), null)
  assert.deepEqual(parseDedupe({ key: 'a', mode: null, windowSeconds: null }), { key: 'a', mode: 'KEEP_FIRST', windowSeconds: 86_400 })
  assert.deepEqual(parseDedupe({ key: 'a', mode: 'REPLACE_PENDING' }), { key: 'a', mode: 'REPLACE_PENDING', windowSeconds: 5 })
  for (const windowSeconds of [1, 2_592_000]) assert.equal(parseDedupe({ key: 'a', windowSeconds })!.windowSeconds, windowSeconds)
})

test('what is wrong is refused with its field', () => {
  for (const windowSeconds of [0, -1, 1.5, 2_592_001, Number.NaN, '5' as never]) {
    assert.throws(() => parseDedupe({ key: 'a', windowSeconds }), { code: 'BAD_USER_INPUT', field: 'dedupe.windowSeconds' })
  }
  assert.throws(() => parseDedupe({ key: 'a', mode: 'KEEP_LAST' as never }), { code: 'BAD_USER_INPUT', field: 'dedupe.mode' })
  assert.throws(() => parseDedupe({ key: '' }), { code: 'BAD_USER_INPUT', field: 'dedupe.key' })
})

/** What the rows would be after call after call, and what each request was answered. */
function serve(calls: DedupeRequest[][], sent: ReadonlySet<number>) {
  const runs: { body: string | null; method: HttpMethod }[] = []
  const firsts = new Map<string, number>()
  const found = (key: string): [string, FirstRun][] => {
    const run = firsts.get(key)
    return run === undefined ? [] : [[key, { id: String(run), pending: !sent.has(run), method: runs[run]!.method }]]
  }
  const answers = calls.flatMap((call) => {
    const turns = dedupeTurns(call, new Map(call.flatMap(({ dedupe }) => (dedupe ? found(dedupe.key) : []))))
    const answered: (number | string)[] = []
    for (const [index, turn] of turns.entries()) {
      const { dedupe, body, method } = call[index]!
      if (turn.kind === 'NO_BODY') answered.push(turn.kind)
      else if (turn.kind === 'MAKE') {
        if (dedupe) firsts.set(dedupe.key, runs.length)
        answered.push(runs.length)
        runs.push({ body, method: method! })
      } else {
        const run = turn.kind === 'FIRST' ? Number(turn.id) : Number(answered[turn.as])
        if (turn.replace) runs[run]!.body = body
        answered.push(run)
      }
    }
    return answered
  })
  return { answers, runs }
}

const dedupe = fc.record({
  key: fc.constantFrom('a', 'b'),
  mode: fc.constantFrom('KEEP_FIRST' as const, 'REPLACE_PENDING' as const),
  windowSeconds: fc.constant(5),
})
const request = fc.oneof(
  fc.record({ dedupe: fc.option(dedupe), body: fc.constantFrom(null, '1', '2', '3'), method: fc.constant('POST' as const) }),
  fc.record({ dedupe: fc.option(dedupe), body: fc.constant(null), method: fc.constant('GET' as const) }),
)

test('a batch is answered as its requests one after another', () => {
  fc.assert(
    fc.property(fc.array(fc.array(request, { maxLength: 8 }), { maxLength: 5 }), (calls) => {
      const nothingSent = new Set<number>()
      assert.deepEqual(
        serve(calls, nothingSent),
        serve(
          calls.flat().map((one) => [one]),
          nothingSent,
        ),
      )
    }),
  )
})

test('one that was sent keeps its body, and REPLACE_PENDING makes another one', () => {
  const replace = { key: 'a', mode: 'REPLACE_PENDING' as const, windowSeconds: 5 }
  const keep = { key: 'a', mode: 'KEEP_FIRST' as const, windowSeconds: 5 }
  const of = (dedupe: typeof replace | typeof keep, body: string): DedupeRequest => ({ dedupe, body, method: 'POST' })
  const { answers, runs } = serve(
    [[of(replace, '1')], [of(keep, '2')], [of(replace, '3')], [of(replace, '4')], [of(keep, '5')]],
    new Set([0]),
  )
  assert.deepEqual(answers, [0, 0, 1, 1, 1])
  assert.deepEqual(
    runs.map(({ body }) => body),
    ['1', '4'],
  )
})

test('a GET has no body to be replaced', () => {
  const replace = { key: 'a', mode: 'REPLACE_PENDING' as const, windowSeconds: 5 }
  const firsts = new Map([['a', { id: 'x', pending: true, method: 'GET' as const }]])
  assert.deepEqual(
    dedupeTurns(
      [
        { dedupe: replace, body: '1', method: 'POST' },
        { dedupe: replace, body: null, method: 'POST' },
      ],
      firsts,
    ),
    [{ kind: 'NO_BODY' }, { kind: 'FIRST', id: 'x', replace: true }],
  )
})
