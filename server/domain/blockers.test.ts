import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BlockerCode, blockersOf, type Waiting } from './blockers.ts'
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
