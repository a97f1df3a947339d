import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countWords, spanMistake } from './backfill-words.ts'

const NOW = Date.parse('2026-07-01T12:00:00Z')
const span = (from: string, to: string) => spanMistake({ from, to }, NOW)

test('a span that cannot be counted says why', () => {
  assert.equal(span('2026-06-01T09:00:00+02:00', '2026-07-01T14:00:00+02:00'), undefined, 'up to this very moment')
  assert.match(span('', '2026-07-01T09:00:00Z') ?? '', /both ends/)
  assert.match(span('2026-06-01T09:00:00Z', '') ?? '', /both ends/)
  assert.match(span('2026-06-02T09:00:00Z', '2026-06-01T09:00:00Z') ?? '', /before/)
  assert.match(span('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z') ?? '', /before/)
  assert.match(span('2026-06-01T09:00:00Z', '2026-07-01T12:01:00Z') ?? '', /has passed/)
})

test('a count in words', () => {
  assert.equal(countWords('counting'), 'Counting…')
  assert.equal(countWords({ why: 'Because.' }), 'Because.')
  assert.match(countWords(0), /no time/)
  assert.match(countWords(1), /^1 time of/)
  assert.match(countWords(1_000), /^1000 times of/)
  assert.match(countWords(1_001), /^More than 1,000 times/)
})
