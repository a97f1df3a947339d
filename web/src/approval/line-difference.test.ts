import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineDifference } from './line-difference.ts'

const told = (before: string, after: string) =>
  lineDifference(before, after)
    .map(({ kind, text }) => `${{ same: ' ', gone: '-', new: '+' }[kind]}${text}`)
    .join('\n')

test('equal texts differ in no line', () => {
  assert.equal(told('a\nb', 'a\nb'), ' a\n b')
})

test('a changed line goes and comes, and what is around it stays', () => {
  assert.equal(told('{\n  "amount": 5\n}', '{\n  "amount": 900\n}'), ' {\n-  "amount": 5\n+  "amount": 900\n }')
})

test('lines that stay are found between others', () => {
  assert.equal(told('a\nb\nc\nd', 'x\nb\nd\ny'), '-a\n+x\n b\n-c\n d\n+y')
  assert.equal(told('a', 'b\na\nc'), '+b\n a\n+c')
})

test('before and after can be had back from any difference', () => {
  const pick = (seed: number) => Array.from({ length: seed % 23 }, (_, index) => 'abc'[(seed * (index + 7)) % 3]).join('\n')
  for (let seed = 1; seed < 200; seed++) {
    const [before, after] = [pick(seed), pick(seed * 31 + 5)]
    const lines = lineDifference(before, after)
    const side = (without: string) => lines.filter(({ kind }) => kind !== without).map(({ text }) => text)
    assert.equal(side('new').join('\n'), before)
    assert.equal(side('gone').join('\n'), after)
  }
})

test('texts of thousands of lines are told as a whole, at once', () => {
  const long = (word: string) => Array.from({ length: 5_000 }, (_, index) => `${word} ${index}`).join('\n')
  const lines = lineDifference(long('old'), long('new'))
  assert.equal(lines.length, 10_000)
  assert.equal(lines[0]?.kind, 'gone')
})
