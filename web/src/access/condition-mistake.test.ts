import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markedLine } from './condition-mistake.ts'

test('the mark stands below the place that is wrong', () => {
  assert.equal(markedLine('input.amount <', { message: '', line: 1, column: 15 }), 'input.amount <\n              ^')
  assert.equal(markedLine('a &&\n\tb c', { message: '', line: 2, column: 4 }), '\tb c\n\t  ^')
})

test('a place beyond the text does no harm', () => {
  assert.equal(markedLine('a', { message: '', line: 9, column: 3 }), '\n^')
})
