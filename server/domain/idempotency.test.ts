import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type KeyedRequest, type KeyState, keyTurns } from './idempotency.ts'

const ask = (idempotencyKey: string | null, fingerprint = 'f'): KeyedRequest => ({ idempotencyKey, fingerprint })

test('free, kept, in flight, without a key', () => {
  const states = new Map<string, KeyState>([
    ['free', 'FREE'],
    ['busy', 'IN_FLIGHT'],
    ['kept', { fingerprint: 'f', resultId: 'r' }],
  ])
  const turns = keyTurns([ask('free'), ask('busy'), ask('kept'), ask('kept', 'g'), ask(null), ask('free'), ask('free', 'g')], states)
  assert.deepEqual(
    turns.map((turn) => (turn.kind === 'REFUSED' ? [turn.error.code, turn.error.field] : turn)),
    [
      { kind: 'DO' },
      ['IDEMPOTENCY_IN_FLIGHT', 'idempotencyKey'],
      { kind: 'ANSWERED', id: 'r' },
      ['IDEMPOTENCY_MISMATCH', 'idempotencyKey'],
      { kind: 'DO' },
      { kind: 'SAME', as: 0 },
      ['IDEMPOTENCY_MISMATCH', 'idempotencyKey'],
    ],
  )
})

/** Answers call after call as a server does that keeps what it did. */
function serve(calls: KeyedRequest[][]): string[] {
  const kept = new Map<string, KeyState>()
  let made = 0
  return calls.flatMap((call) => {
    const states = new Map(call.flatMap(({ idempotencyKey: key }) => (key === null ? [] : [[key, kept.get(key) ?? ('FREE' as const)]])))
    const answers: string[] = []
    for (const [index, turn] of keyTurns(call, states).entries()) {
      const { idempotencyKey: key, fingerprint } = call[index]!
      if (turn.kind === 'REFUSED') answers.push(turn.error.code)
      else if (turn.kind === 'ANSWERED') answers.push(turn.id)
      else if (turn.kind === 'SAME') answers.push(answers[turn.as]!)
      else {
        answers.push(`run ${made++}`)
        if (key !== null) kept.set(key, { fingerprint, resultId: answers.at(-1)! })
      }
    }
    return answers
  })
}

test('a batch is answered as its requests one after another', () => {
  const request = fc.record({ idempotencyKey: fc.constantFrom(null, 'a', 'b', 'c'), fingerprint: fc.constantFrom('f', 'g') })
  fc.assert(
    fc.property(fc.array(fc.array(request, { maxLength: 8 }), { maxLength: 5 }), (calls) => {
      assert.deepEqual(serve(calls), serve(calls.flat().map((one) => [one])))
    }),
  )
})
