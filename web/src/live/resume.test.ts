import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resumable } from './resume.ts'
import { createResume, reconnectDelay, TOO_SLOW } from './resume.ts'

function running(after?: string) {
  const resume = createResume()
  const payload: Resumable = { variables: { actionId: 'act_1' } }
  const { seen } = resume.add(payload)
  if (after) seen(after)
  return { resume, payload }
}

test('the first connection is no gap', () => {
  const { resume } = running()
  resume.opened(0)
  assert.equal(resume.connected(), false)
})

test('after a short loss a subscription goes on behind its last event', () => {
  const { resume, payload } = running('7')
  resume.closed(1006, 0)
  resume.closed(1006, 5_000)
  resume.opened(10_000)
  assert.equal(resume.connected(), false)
  assert.deepEqual(payload.variables, { actionId: 'act_1', after: '7' })
})

test('one that has seen no event yet cannot tell where it stood', () => {
  const { resume } = running()
  resume.closed(1006, 0)
  resume.opened(100)
  assert.equal(resume.connected(), true)
})

test('after a long loss, or as too slow a reader, the present is loaded instead', () => {
  for (const [code, away] of [
    [1006, 61_000],
    [TOO_SLOW, 100],
  ] as const) {
    const { resume, payload } = running('7')
    resume.closed(code, 0)
    resume.opened(away)
    assert.equal(payload.variables?.after, undefined)
    assert.equal(resume.connected(), true)
    assert.equal(resume.connected(), false, 'told once')
  }
})

test('the pauses grow, and never to more than ten seconds', () => {
  assert.ok(reconnectDelay(0, 1) <= 250)
  assert.ok(reconnectDelay(3, 0) >= 1_000)
  assert.ok(reconnectDelay(100, 1) <= 10_000)
})
