import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { canBecome, type InvocationStatus } from '../domain/lifecycle.ts'
import { runsBetween } from '../domain/recurring.ts'
import { type ActionInput, readActions } from './read-actions.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const FROM = Date.parse('2026-01-01T00:00:00Z')
const DAY = 86_400_000
const at = (text: string) => Date.parse(text)
const cron = (cronExpression: string, timezone = 'UTC') => ({ cronExpression, timezone })

type Options = Partial<Omit<SimulateOptions, 'actions'>>

/** Simulates a day from FROM on, with the timeline as text and as lines. */
function play(actions: ActionInput[], options: Options = {}) {
  const { from = FROM, to = from + DAY } = options
  let lines = ''
  const onLines = (more: string) => {
    lines += more
  }
  const result = simulate({ first: 1_000, ...options, actions: readActions(actions, from), from, to, onLines })
  const told = result.timeline.map(({ at, action, status, reason, attempt }) =>
    [new Date(at).toISOString().slice(11, 19), action, reason ?? status, ...(status === 'RUNNING' ? [attempt] : [])].join(' '),
  )
  return { ...result, lines, told }
}

const MIXED: ActionInput[] = [
  { name: 'minutes', schedule: cron('* * * * *'), simulate: { duration: '10s..90s' }, timeoutSeconds: 80, retryable: true },
  { name: 'berlin', schedule: cron('30 2 * * *', 'Europe/Berlin'), retryable: true, simulate: { failureRate: 0.4 } },
  { name: 'queue', schedule: cron('*/2 * * * *'), overlapPolicy: 'QUEUE_ONE', simulate: { duration: '3m' }, timeoutSeconds: 300 },
  { name: 'newest', schedule: cron('*/5 * * * *'), overlapPolicy: 'CANCEL_OTHER', retryable: true, simulate: { failureRate: 0.9 } },
  { name: 'rolling', schedule: { every: 'PT7M', recurrence: 'ROLLING' }, simulate: { duration: '20s' } },
  {
    name: 'spread',
    schedule: { ...cron('@hourly'), spreadSeconds: 600 },
    overlapPolicy: 'ALLOW',
    catchUp: 'ALL',
    catchUpWindowSeconds: 7_200,
  },
]
const ROUGH: Options = { downtimes: [{ from: FROM + 7.2e6, to: FROM + 1.23e7 }], target: { durationMs: [50, 2_000], failureRate: 0.1 } }

test('the same input and seed give the same digest, another seed or another target another one', () => {
  const { digest } = play(MIXED, ROUGH)
  assert.equal(play(MIXED, ROUGH).digest, digest)
  assert.notEqual(play(MIXED, { ...ROUGH, seed: 2 }).digest, digest)
  assert.notEqual(play(MIXED, { ...ROUGH, target: { durationMs: [50, 2_000], failureRate: 0.2 } }).digest, digest)
})

test('the digest is the SHA-256 of the lines, and the first entries are their beginning', () => {
  const { digest, lines, entries, timeline } = play([{ name: 'Zürich "1"', schedule: cron('*/5 * * * *') }, ...MIXED], ROUGH)
  assert.equal(createHash('sha256').update(lines).digest('hex'), digest)
  const rows = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(rows.length, entries)
  assert.deepEqual(
    rows
      .slice(0, timeline.length)
      .map(({ at, action, scheduledFor, status }) => [Date.parse(at), action, Date.parse(scheduledFor), status]),
    timeline.map(({ at, action, scheduledFor, status }) => [at, action, scheduledFor, status]),
  )
})

test('time only moves forward, every run follows the lifecycle to its end, and every occurrence is counted once', () => {
  const { lines, actions } = play(MIXED, ROUGH)
  const states = new Map<string, InvocationStatus>()
  let before = ''
  for (const line of lines.trimEnd().split('\n')) {
    const { at, action, scheduledFor, status, reason } = JSON.parse(line)
    assert.ok(at >= before, `${at} after ${before}`)
    before = at
    const key = `${action} ${scheduledFor}`
    assert.ok(canBecome(states.get(key) ?? 'PENDING', status, reason), `${key}: ${states.get(key)} to ${status}`)
    states.set(key, status)
  }
  for (const status of states.values()) assert.ok(['SUCCEEDED', 'FAILED', 'MISSED', 'CANCELLED'].includes(status), status)
  assert.equal(
    states.size,
    actions.reduce((sum, { occurrences }) => sum + occurrences, 0),
  )
  for (const { action, occurrences, succeeded, failed, missed, cancelled, attempts, retries } of actions) {
    assert.equal(succeeded + failed + missed + cancelled, occurrences, action)
    if (cancelled === 0) assert.equal(attempts - retries, succeeded + failed, action)
  }
})

test('the occurrences are those of the preview, with everything that decides them', () => {
  const calendars = [{ name: 'free days', dates: ['2026-03-30', '2026-12-24'], weekdays: [6, 7] }]
  const schedules: ActionInput['schedule'][] = [
    cron('30 2 * * *', 'America/New_York'),
    cron('*/15 1-3 * * 0', 'Europe/Berlin'),
    { ...cron('0 9 * * *', 'Europe/Berlin'), calendarId: 'free days', calendarRule: 'NEXT_BUSINESS_DAY' },
    { ...cron('0 9 * * *', 'Europe/Berlin'), calendarId: 'free days' },
    { every: 'P1D', timezone: 'Australia/Lord_Howe', startAt: '2026-02-01T01:45:00+11:00' },
    { every: 'PT50M', startAt: '2026-05-01T00:00:00Z', endAt: '2026-06-01T00:00:00Z' },
    { ...cron('15 1,2 * * *', 'Europe/Berlin'), dstPolicy: 'LITERAL' },
  ]
  const to = FROM + 365 * DAY
  const actions = readActions({ calendars, actions: schedules.map((schedule, i) => ({ name: `${i}`, schedule })) }, FROM)
  const { actions: counts } = simulate({ actions, from: FROM, to })
  for (const [i, { schedule, calendar }] of actions.entries()) {
    assert.ok(schedule.kind === 'RECURRING')
    const preview = runsBetween(schedule, calendar, FROM - 1, to - 1, 1_000_000)
    assert.ok(preview.length > 0)
    assert.deepEqual([counts[i]!.occurrences, counts[i]!.succeeded], [preview.length, preview.length], `schedule ${i}`)
  }
})

test('each nominal time of the preview is in the timeline, once', () => {
  const actions = readActions([{ name: 'a', schedule: cron('*/20 0-4 * * *', 'America/New_York') }], FROM)
  const { schedule } = actions[0]!
  assert.ok(schedule.kind === 'RECURRING')
  const { timeline } = simulate({ actions, from: FROM, to: FROM + 120 * DAY, first: 1e6 })
  const sent = timeline.filter(({ status }) => status === 'RUNNING').map(({ scheduledFor }) => scheduledFor)
  assert.deepEqual(sent, runsBetween(schedule, null, FROM - 1, FROM + 120 * DAY - 1, 1e6))
})

test('on the nights when the clocks change a job runs exactly once', () => {
  const night = (from: string, expression: string) =>
    play([{ name: 'job', schedule: cron(expression, 'America/New_York') }], { from: at(from), to: at(from) + DAY }).timeline.filter(
      ({ status }) => status === 'SUCCEEDED',
    )
  // 02:30 does not exist, so it runs an hour later by the clock on the wall; 01:30 comes twice, and the first one runs.
  assert.deepEqual(
    night('2026-03-08T05:00:00Z', '30 2 * * *').map(({ scheduledFor }) => scheduledFor),
    [at('2026-03-08T07:30:00Z')],
  )
  assert.deepEqual(
    night('2026-11-01T04:00:00Z', '30 1 * * *').map(({ scheduledFor }) => scheduledFor),
    [at('2026-11-01T05:30:00Z')],
  )
})

test('retries wait as the real ones do, and end', () => {
  const { timeline, actions } = play([{ name: 'a', schedule: cron('0 12 * * *'), retryable: true, retry: { maxAttempts: 4 } }], {
    target: { durationMs: [100, 100], failureRate: 1 },
  })
  assert.deepEqual(
    timeline.map(({ status, attempt, error }) => [status, attempt, error]),
    [1, 2, 3, 4].flatMap((attempt) => [
      ['RUNNING', attempt, null],
      [attempt < 4 ? 'RETRYING' : 'FAILED', attempt, 'HTTP_503'],
    ]),
  )
  const waits = timeline.filter(({ status }) => status === 'RETRYING').map(({ at, retryAt }) => retryAt! - at)
  for (const [i, wait] of waits.entries()) assert.ok(Math.abs(wait / (20_000 * 2 ** i) - 1) <= 0.2, `wait ${i + 1}: ${wait} ms`)
  const starts = timeline.filter(({ status, attempt }) => status === 'RUNNING' && attempt > 1).map((entry) => entry.at)
  assert.deepEqual(
    starts,
    timeline.filter(({ retryAt }) => retryAt !== null).map(({ retryAt }) => retryAt),
  )
  const { attempts, retries, failed } = actions[0]!
  assert.deepEqual([attempts, retries, failed], [4, 3, 1])
})

test('an attempt ends at its time limit', () => {
  const { timeline } = play([{ name: 'a', schedule: cron('0 12 * * *'), timeoutSeconds: 5, simulate: { duration: '6s' } }])
  assert.deepEqual(
    timeline.map(({ status, error, at }) => [status, error, at - FROM - DAY / 2]),
    [
      ['RUNNING', null, 0],
      ['FAILED', 'TIMEOUT', 5_000],
    ],
  )
})

/** Four occurrences, a minute apart, of a job that takes two and a half. */
const meet = (overlapPolicy: ActionInput['overlapPolicy']) =>
  play([{ name: 'a', overlapPolicy, schedule: cron('0-3 8 * * *'), simulate: { duration: '150s' }, timeoutSeconds: 300 }])
const meeting = (overlapPolicy: ActionInput['overlapPolicy']) =>
  meet(overlapPolicy).told.map((line) => line.replace('08:', '').replace(' a', ''))

test('SKIP misses what is due while another run is not over', () => {
  assert.deepEqual(meeting('SKIP'), [
    '00:00 RUNNING 1',
    '01:00 OVERLAP',
    '02:00 OVERLAP',
    '02:30 SUCCEEDED',
    '03:00 RUNNING 1',
    '05:30 SUCCEEDED',
  ])
})

test('QUEUE_ONE lets one wait and misses the others', () => {
  assert.deepEqual(meeting('QUEUE_ONE'), [
    '00:00 RUNNING 1',
    '02:00 OVERLAP',
    '02:30 SUCCEEDED',
    '02:30 RUNNING 1',
    '05:00 SUCCEEDED',
    '05:00 RUNNING 1',
    '07:30 SUCCEEDED',
  ])
})

test('ALLOW runs them beside each other', () => {
  const told = meeting('ALLOW')
  assert.deepEqual(told.slice(0, 4), ['00:00 RUNNING 1', '01:00 RUNNING 1', '02:00 RUNNING 1', '02:30 SUCCEEDED'])
  const { collisions, actions } = meet('ALLOW')
  assert.deepEqual(collisions.peak, { at: FROM + 8 * 3_600_000 + 120_000, running: 3 })
  assert.equal(actions[0]!.overlapped, 3)
})

test('CANCEL_OTHER ends the run before: a request fails, a run between attempts is cancelled', () => {
  assert.deepEqual(meeting('CANCEL_OTHER'), [
    '00:00 RUNNING 1',
    '01:00 FAILED',
    '01:00 RUNNING 1',
    '02:00 FAILED',
    '02:00 RUNNING 1',
    '03:00 FAILED',
    '03:00 RUNNING 1',
    '05:30 SUCCEEDED',
  ])
  const { actions, timeline } = play(
    [{ name: 'a', schedule: cron('0,1 8 * * *'), overlapPolicy: 'CANCEL_OTHER', retryable: true, retry: { maxAttempts: 5 } }],
    { target: { durationMs: [10, 10], failureRate: 1 } },
  )
  assert.deepEqual(actions[0]!.cancelledBy, { SUPERSEDED: 1 })
  assert.deepEqual(timeline.at(-1)!.attempt, 5)
})

test('between two attempts a run is not over, and its next attempt is not held back by what waits', () => {
  const { told } = play(
    [{ name: 'a', schedule: cron('0,1 8 * * *'), overlapPolicy: 'QUEUE_ONE', retryable: true, retry: { maxAttempts: 3 } }],
    { target: { durationMs: [10, 10], failureRate: 1 } },
  )
  assert.deepEqual(
    told.map((line) => line.slice(9)),
    [1, 2].flatMap(() => ['a RUNNING 1', 'a RETRYING', 'a RUNNING 2', 'a RETRYING', 'a RUNNING 3', 'a FAILED']),
  )
})

/** Down from 07:30 until 10:01, for a job every half hour. */
const outage = (more: Partial<ActionInput>) => {
  const downtimes = [{ from: at('2026-01-01T07:29:00Z'), to: at('2026-01-01T10:01:00Z') }]
  const { told, actions } = play([{ name: 'a', schedule: cron('*/30 7-10 * * *'), ...more }], { downtimes })
  return {
    missed: actions[0]!.missedBy.SCHEDULER_DOWN ?? 0,
    late: told.filter((line) => line.startsWith('10:01') && line.includes('RUNNING')).length,
  }
}

test('after a downtime the catch-up policy decides', () => {
  assert.deepEqual(outage({ catchUp: 'LATEST' }), { missed: 5, late: 1 })
  assert.deepEqual(outage({ catchUp: 'LATEST', catchUpWindowSeconds: 30 }), { missed: 6, late: 0 })
  assert.deepEqual(outage({ catchUp: 'ALL', catchUpWindowSeconds: 4_000, overlapPolicy: 'ALLOW' }), { missed: 3, late: 3 })
  assert.deepEqual(outage({ catchUp: 'NONE' }), { missed: 6, late: 0 })
})

test('what is caught up under SKIP runs one after another', () => {
  const downtimes = [{ from: at('2026-01-01T07:29:00Z'), to: at('2026-01-01T10:01:00Z') }]
  const schedule = cron('*/30 7-9 * * *')
  const { actions, collisions } = play(
    [{ name: 'a', schedule, catchUp: 'ALL', catchUpWindowSeconds: 86_400, simulate: { duration: '10s' } }],
    { downtimes },
  )
  assert.deepEqual([actions[0]!.succeeded, actions[0]!.missed, collisions.peak!.running], [6, 0, 1])
})

test('a long downtime leaves a thousand rows and one that stands for the rest', () => {
  const down = { from: FROM + DAY + 30_000, to: FROM + 4 * DAY + 30_000 }
  const { actions, timeline } = play([{ name: 'a', schedule: cron('* * * * *') }], { to: FROM + 5 * DAY, downtimes: [down], first: 1e6 })
  const rows = timeline.filter(({ status }) => status === 'MISSED')
  assert.equal(rows.length, 1_001)
  assert.equal(actions[0]!.occurrences, 5 * 1_440)
  assert.equal(actions[0]!.missed, 1_001 + rows[0]!.missedCount!)
  assert.equal(actions[0]!.missed + actions[0]!.succeeded, 5 * 1_440)
})

test('an attempt that a downtime cuts off is spent: retryable runs go on, others have failed', () => {
  const downtimes = [{ from: at('2026-01-01T08:00:01Z'), to: at('2026-01-01T09:00:00Z') }]
  const job = { schedule: cron('0 8 * * *'), simulate: { duration: '2s' } }
  const { told } = play(
    [
      { name: 'once', ...job },
      { name: 'again', ...job, retryable: true },
    ],
    { downtimes },
  )
  assert.deepEqual(told, [
    '08:00:00 once RUNNING 1',
    '08:00:00 again RUNNING 1',
    '09:00:00 once FAILED',
    '09:00:00 again RETRYING',
    '09:00:00 again RUNNING 2',
    '09:00:02 again SUCCEEDED',
  ])
})

test('a rolling interval counts from the end of the run before', () => {
  const { timeline } = play([
    { name: 'a', schedule: { every: 'PT1H', recurrence: 'ROLLING' }, simulate: { duration: '60s' }, timeoutSeconds: 300 },
  ])
  const starts = timeline.filter(({ status }) => status === 'RUNNING').map(({ at }) => (at - FROM) / 60_000)
  assert.deepEqual(starts.slice(0, 4), [60, 121, 182, 243])
})

test('a rolling action goes on after a downtime that it missed', () => {
  const downtimes = [{ from: FROM + 1_800_000, to: FROM + 6 * 3_600_000 }]
  const { told } = play([{ name: 'a', schedule: { every: 'PT1H', recurrence: 'ROLLING' } }], { downtimes, to: FROM + 8 * 3_600_000 })
  assert.deepEqual(told, ['06:00:00 a SCHEDULER_DOWN', '07:00:00 a RUNNING 1', '07:00:00 a SUCCEEDED'])
})

test('maxRuns ends a schedule, counting what it made before', () => {
  const [first, second] = play([
    { name: 'five', schedule: cron('@hourly'), maxRuns: 5 },
    { name: 'two left', schedule: cron('@hourly'), maxRuns: 5, runsMade: 3 },
  ]).actions
  assert.deepEqual([first!.occurrences, second!.occurrences], [5, 2])
})

test('a spread moves all runs of an action by the same time', () => {
  const { timeline } = play([{ name: 'a', id: 'some action', schedule: { ...cron('@hourly'), spreadSeconds: 600 } }])
  const offsets = new Set(timeline.filter(({ status }) => status === 'RUNNING').map(({ at, scheduledFor }) => at - scheduledFor))
  assert.equal(offsets.size, 1)
  const [offset] = offsets
  assert.ok(offset! > 0 && offset! < 600_000)
})

test('one-time actions run once, paused and on-demand ones never', () => {
  const scheduledAt = '2026-01-01T10:00:00Z'
  const { actions } = play([
    { name: 'once', schedule: { scheduledAt } },
    { name: 'past', schedule: { scheduledAt: '2020-01-01T00:00:00Z' } },
    { name: 'paused', schedule: cron('@hourly'), enabled: false },
    { name: 'on demand' },
  ])
  assert.deepEqual(
    actions.map(({ occurrences }) => occurrences),
    [1, 0, 0, 0],
  )
})

test('the minutes in which actions meet', () => {
  const { collisions } = play([
    { name: 'a', schedule: cron('*/30 * * * *') },
    { name: 'b', schedule: cron('0 */12 * * *') },
    { name: 'c', schedule: cron('0 12 * * *') },
  ])
  assert.deepEqual(collisions.minutes, [
    { at: FROM + DAY / 2, starts: 3, actions: 3 },
    { at: FROM, starts: 2, actions: 2 },
  ])
})

test('the luck of an action does not depend on the others', () => {
  const [shaky] = MIXED.filter(({ name }) => name === 'berlin')
  const month = { to: FROM + 30 * DAY }
  const alone = play([shaky!], month).actions[0]
  assert.ok(alone!.retries > 0)
  assert.deepEqual(
    play([...MIXED, shaky!].reverse(), month).actions.find(({ action }) => action === 'berlin'),
    alone,
  )
})
