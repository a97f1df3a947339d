import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventCursor, seqOfCursor } from './cursor.ts'
import { publicId } from './ids.ts'

test('a cursor gives its place back', () => {
  for (const seq of [0n, 1n, 4_711n, 2n ** 53n, 2n ** 62n - 1n]) {
    const cursor = eventCursor(seq)
    assert.match(cursor, /^evt_[0-9a-z]{26}$/)
    assert.equal(seqOfCursor(cursor), seq)
  }
})

test('what was not given out is refused', () => {
  const cursor = eventCursor(4_711n)
  const forged = [
    '',
    '4711',
    'evt_',
    cursor.toUpperCase(),
    `${cursor.slice(0, -1)}${cursor.endsWith('1') ? '2' : '1'}`,
    cursor.replace('evt', 'inv'),
    publicId('event', '01920000-0000-7000-8000-000000000000'),
    publicId('invocation', '01920000-0000-7000-8000-000000000000'),
  ]
  for (const text of forged) assert.throws(() => seqOfCursor(text, 'after'), { code: 'BAD_USER_INPUT', field: 'after' }, text)
})
