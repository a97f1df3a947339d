import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakerRule, percent } from './breaker-words.ts'
import { limitDraftOf, limitInput, limitMistake, limitWords } from './limit-words.ts'

test('a limit is told by what it limits', () => {
  assert.equal(limitWords(null), undefined)
  assert.equal(limitWords({ maxConcurrency: 5, rateLimit: null, ratePeriod: null }), '5 at a time')
  assert.equal(limitWords({ maxConcurrency: 5, rateLimit: 1_200, ratePeriod: 'MINUTE' }), '5 at a time, 1,200 a minute')
})

test('controls and limit are the same, there and back', () => {
  const limit = { maxConcurrency: 3, rateLimit: 10, ratePeriod: 'MINUTE' as const }
  assert.deepEqual(limitInput(limitDraftOf(limit)), limit)
  assert.equal(limitInput(limitDraftOf(null)), null)
  assert.deepEqual(limitInput({ maxConcurrency: '', rateLimit: '2', ratePeriod: 'SECOND' }), {
    maxConcurrency: null,
    rateLimit: 2,
    ratePeriod: 'SECOND',
  })
})

test('what is no number is left to the server to refuse', () => {
  assert.equal(limitInput({ maxConcurrency: '2.5', rateLimit: '', ratePeriod: 'SECOND' })?.maxConcurrency, -1)
})

test('what is no limit is told at its field', () => {
  const mistake = (part: Partial<ReturnType<typeof limitDraftOf>>) => limitMistake({ ...limitDraftOf(null), ...part })?.field
  assert.equal(mistake({}), undefined)
  assert.equal(mistake({ maxConcurrency: ' 100000 ', rateLimit: '1' }), undefined)
  for (const text of ['0', '-1', '2.5', '100001', 'many']) {
    assert.equal(mistake({ maxConcurrency: text }), 'maxConcurrency')
    assert.equal(mistake({ rateLimit: text }), 'rateLimit')
  }
})

test('the rule of a circuit breaker is a sentence', () => {
  const rule = { enabled: true, failureShare: Math.fround(0.55), windowSeconds: 60, minAttempts: 20, cooldownSeconds: 30 }
  assert.equal(breakerRule(rule), 'Opens when 55 % or more of at least 20 requests within 1 min fail, and tries again after 30 s.')
  assert.equal(percent(Math.fround(0.1)), '10 %')
  assert.equal(breakerRule({ ...rule, enabled: false }), 'Never opens.')
})
