import assert from 'node:assert/strict'
import { test } from 'node:test'
import { phaseBars, phaseMs, totalMs } from './phases.ts'

const none = { dnsMs: null, connectMs: null, tlsMs: null, sendMs: null, waitMs: null, bodyMs: null }

test('each phase begins where the one before ended, and together they fill the width', () => {
  const bars = phaseBars({ phases: { ...none, dnsMs: 10, connectMs: 10, sendMs: 0, waitMs: 60, bodyMs: 20 }, failedPhase: null })
  assert.deepEqual(
    bars.map(({ key, from, share }) => [key, from, share]),
    [
      ['DNS', 0, 0.1],
      ['CONNECT', 0.1, 0.1],
      ['SEND', 0.2, 0],
      ['WAIT', 0.2, 0.6],
      ['BODY', 0.8, 0.2],
    ],
  )
  assert.equal(totalMs({ phases: { ...none, dnsMs: 1.5, waitMs: 2 } }), 3.5)
})

test('the phase of the failure is shown, also when it has no time or nothing took place at all', () => {
  assert.deepEqual(
    phaseBars({ phases: { ...none, dnsMs: 4 }, failedPhase: 'CONNECT' }).map(({ key, ms, failed }) => [key, ms, failed]),
    [
      ['DNS', 4, false],
      ['CONNECT', null, true],
    ],
  )
  assert.deepEqual(
    phaseBars({ phases: null, failedPhase: 'GUARD' }).map(({ key, failed }) => [key, failed]),
    [['GUARD', true]],
  )
  assert.deepEqual(phaseBars({ phases: null, failedPhase: null }), [])
})

test('lengths of phases keep what can be told apart', () => {
  assert.deepEqual([0.042, 0.42, 4.2, 12.4, 340.4, 1520].map(phaseMs), ['0.042 ms', '0.42 ms', '4.2 ms', '12.4 ms', '340 ms', '1.52 s'])
})
