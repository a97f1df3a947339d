import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BlockerCode, blockersOf, type Waiting } from './blockers.ts'
import { AHEAD_MAX, type NamedSubject } from './lane-blockers.ts'
import { isFinal, STATUSES } from './lifecycle.ts'

const NOW = Date.parse('2026-03-11T12:00:00Z')
const DUE: Waiting = {
  status: 'PENDING',
  trigger: 'SCHEDULE',
  runAt: NOW - 1,
  held: false,
  attemptCount: 0,
  pauseNote: null,
  mode: 'ACTIVE',
  inFront: null,
  heldBack: null,
  schedulerAt: NOW - 200,
  now: NOW,
}
const LATER = NOW + 60_000
const OTHER = { id: 'inv_1', status: 'RUNNING' } as const

const SERVICE: NamedSubject = { name: 'Ledger', limit: null, running: 0, bucket: null, breaker: { state: 'CLOSED', probeAt: null } }
const limit = (maxConcurrency: number | null, rateLimit: number | null = null) => ({
  maxConcurrency,
  rateLimit,
  ratePeriod: rateLimit === null ? null : ('SECOND' as const),
})
const held = (changes: Partial<NamedSubject>, ahead = 0): Partial<Waiting> => ({
  heldBack: { subjects: [{ ...SERVICE, ...changes }], ahead },
})
const FULL = { limit: limit(2), running: 2 }
const EMPTY = { limit: limit(null, 10), bucket: { tokens: 0, at: NOW } }

const cases: [string, Partial<Waiting>, BlockerCode[]][] = [
  ['due, nothing in the way', {}, ['QUEUED']],
  ['due again after a mark that was taken back', { status: 'RETRYING' }, ['QUEUED']],
  ['its time is to come', { runAt: LATER }, ['SCHEDULED']],
  ['between two attempts', { status: 'RETRYING', attemptCount: 1, runAt: LATER }, ['RETRY_WAIT']],
  ['of a paused action', { held: true }, ['PAUSED']],
  ['of a paused action, later', { held: true, runAt: LATER }, ['PAUSED', 'SCHEDULED']],
  ['schedules rest', { mode: 'SCHEDULES_PAUSED' }, ['PROJECT_PAUSED']],
  ['schedules rest, asked for by hand', { mode: 'SCHEDULES_PAUSED', trigger: 'MANUAL' }, ['QUEUED']],
  ['everything rests', { mode: 'ALL_PAUSED', trigger: 'MANUAL' }, ['PROJECT_PAUSED']],
  ['another run in front', { inFront: OTHER }, ['OVERLAP']],
  ['another run in front, not due itself', { inFront: OTHER, runAt: LATER }, ['SCHEDULED']],
  ['in a lane with room', held({ limit: limit(2), running: 1 }), ['QUEUED']],
  ['its service has all the runs that it may have', held(FULL), ['CONCURRENCY_LIMIT']],
  ['all starts of its service are used', held(EMPTY), ['RATE_LIMIT']],
  ['those in front will use the starts that are left', held({ limit: limit(null, 10) }, 10), ['RATE_LIMIT']],
  ['not those that leave one', held({ limit: limit(null, 10) }, 9), ['QUEUED']],
  ['its circuit is open', held({ ...FULL, breaker: { state: 'OPEN', probeAt: LATER } }), ['CIRCUIT_OPEN', 'CONCURRENCY_LIMIT']],
  ['a probe is under way', held({ breaker: { state: 'HALF_OPEN', probeAt: LATER } }), ['CIRCUIT_OPEN']],
  ['in a lane, not due', { ...held(FULL), runAt: LATER }, ['SCHEDULED']],
  ['nobody has approved it', { status: 'AWAITING_APPROVAL', held: true, runAt: LATER }, ['AWAITING_APPROVAL']],
  ['no scheduler ever', { schedulerAt: null }, ['SCHEDULER_OFF']],
  ['the scheduler is silent', { schedulerAt: NOW - 15_000 }, ['SCHEDULER_OFF']],
  [
    'everything at once, people first',
    { mode: 'ALL_PAUSED', held: true, runAt: LATER, status: 'RETRYING', attemptCount: 2, schedulerAt: null },
    ['PROJECT_PAUSED', 'PAUSED', 'RETRY_WAIT', 'SCHEDULER_OFF'],
  ],
]
for (const [name, waiting, codes] of cases) {
  test(`${name}: ${codes.join(', ')}`, () =>
    assert.deepEqual(
      blockersOf({ ...DUE, ...waiting }).map(({ code }) => code),
      codes,
    ))
}

test('they say until when: the probe, the turn at the rate of the limit, or that nobody can say', () => {
  const untilOf = (waiting: Partial<Waiting>) => blockersOf({ ...DUE, ...waiting })[0]!.until
  assert.equal(untilOf(held({ breaker: { state: 'OPEN', probeAt: LATER } })), LATER)
  assert.equal(untilOf(held({ breaker: { state: 'HALF_OPEN', probeAt: LATER } })), null)
  assert.equal(untilOf(held(FULL)), null)
  assert.equal(untilOf(held(EMPTY)), NOW + 100)
  assert.equal(untilOf(held(EMPTY, 4)), NOW + 500)
  assert.equal(untilOf(held(EMPTY, AHEAD_MAX)), null)
})

test('every state that waits has a blocker, whatever else is true; running and final ones have none', () => {
  for (const status of STATUSES) {
    for (const runAt of [NOW - 1, LATER]) {
      for (const held of [false, true]) {
        for (const mode of ['ACTIVE', 'SCHEDULES_PAUSED', 'ALL_PAUSED'] as const) {
          for (const inFront of [null, OTHER]) {
            const blockers = blockersOf({ ...DUE, status, runAt, held, mode, inFront })
            assert.equal(blockers.length > 0, status !== 'RUNNING' && !isFinal(status), `${status} ${runAt} ${held} ${mode}`)
            for (const { message } of blockers) assert.match(message, /^[A-Z].*\.$/)
          }
        }
      }
    }
  }
})

test('only time says when it ends; the pause note and the other run are named', () => {
  const [paused, scheduled] = blockersOf({ ...DUE, held: true, runAt: LATER, pauseNote: 'Stock-taking.' })
  assert.deepEqual([paused!.until, scheduled!.until], [null, LATER])
  assert.equal(paused!.message, 'Its action is paused: Stock-taking.')
  assert.match(blockersOf({ ...DUE, inFront: OTHER })[0]!.message, /inv_1 is RUNNING/)
})
