import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendMany } from '../server/commands/send-many.ts'
import { internalId, publicId } from '../server/domain/ids.ts'
import type { Answer } from './receiver.ts'
import { startServer, type TestServer } from './server.ts'
import { type ShiftedRig, shiftedRig } from './shifted-clock.ts'

const HOUR_S = 3_600

/** Saves an action with these settings that calls the target at `path`, and runs it once; gives the id of the run. */
async function runOnce(server: TestServer, target: string, settings: object): Promise<string> {
  const input = { name: 'a', target: { url: target }, ...settings }
  const { createAction } = await server.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', { input })
  const { invokeNow } = await server.graphql('mutation ($id: ID!) { invokeNow(actionId: $id) { id } }', { id: createAction.id })
  return invokeNow.id
}

interface Shown {
  status: string
  nextRetryAt: string | null
  attemptCount: number
  error: { code: string } | null
  attempts: { edges: { node: { number: number; startedAt: string; finishedAt: string; responseCode: number | null } }[] }
}
const SHOWN =
  'status nextRetryAt attemptCount error { code } attempts(first: 100) { edges { node { number startedAt finishedAt responseCode } } }'

const shown = async (server: TestServer, id: string): Promise<Shown> =>
  (await server.graphql(`query ($id: ID!) { invocation(id: $id) { ${SHOWN} } }`, { id })).invocation

/** The run when it waits for its next attempt or is over, after so many attempts. */
async function after(rig: ShiftedRig, server: TestServer, id: string, attempts: number): Promise<Shown> {
  await rig.until(
    internalId('invocation', id),
    (row) => row.attempt_count >= attempts && row.status !== 'RUNNING' && row.status !== 'PENDING',
  )
  return shown(server, id)
}

/** From the end of the last attempt to the next one, as it is announced, s; null at the end of the run. */
function pauseOf({ nextRetryAt, attempts }: Shown): number | null {
  const last = attempts.edges.at(-1)!.node
  return nextRetryAt === null ? null : (Date.parse(nextRetryAt) - Date.parse(last.finishedAt)) / 1_000
}

interface Case {
  settings: object
  /** One for each attempt; the last one is repeated. */
  answers: (Answer | ((now: number) => Answer))[]
  /** Pauses in s after each attempt; a pair is the least and the most. */
  pauses: (number | [number, number])[]
  end: string
}

const always = (status: number): Answer => ({ status })
const retryAfter = (value: string): Answer => ({ status: 503, headers: { 'retry-after': value } })
const jittered = (seconds: number): [number, number] => [seconds * 0.8, seconds * 1.2]

const CASES: Record<string, Case> = {
  'F28: as by default, on a target that flaps': {
    settings: { retryable: true, retry: { maxAttempts: 4 } },
    answers: [always(500), always(500), always(500), always(200)],
    pauses: [jittered(20), jittered(40), jittered(80)],
    end: 'SUCCEEDED',
  },
  'three attempts when nothing is said': {
    settings: { retryable: true },
    answers: [always(500)],
    pauses: [jittered(20), jittered(40)],
    end: 'FAILED',
  },
  'none when not retryable': { settings: {}, answers: [always(500)], pauses: [], end: 'FAILED' },
  'a list of delays, of which the last is repeated': {
    settings: { retryable: true, retry: { maxAttempts: 4, delaysSeconds: [5, 60], jitter: 0 } },
    answers: [always(500)],
    pauses: [5, 60, 60],
    end: 'FAILED',
  },
  'growing ones with a cap': {
    settings: { retryable: true, retry: { maxAttempts: 5, backoffSeconds: 2, backoffFactor: 3, maxBackoffSeconds: 10, jitter: 0 } },
    answers: [always(500)],
    pauses: [2, 6, 10, 10],
    end: 'FAILED',
  },
  'a jitter of its own': {
    settings: { retryable: true, retry: { maxAttempts: 2, delaysSeconds: [100], jitter: 0.5 } },
    answers: [always(500)],
    pauses: [[50, 150]],
    end: 'FAILED',
  },
  'some classes only: not 404, but 429, which says "not now"': {
    settings: { retryable: true, retry: { maxAttempts: 5, delaysSeconds: [9], jitter: 0, retryOn: ['HTTP_5XX'] } },
    answers: [always(500), always(429), always(404)],
    pauses: [9, 9],
    end: 'FAILED',
  },
  'a lost connection only where that is asked for': {
    settings: { retryable: true, retry: { maxAttempts: 5, delaysSeconds: [9], jitter: 0, retryOn: ['NETWORK'] } },
    answers: [{ drop: true }, always(500)],
    pauses: [9],
    end: 'FAILED',
  },
  'Retry-After in seconds, before the plan, up to an hour': {
    settings: { retryable: true, retry: { maxAttempts: 4, delaysSeconds: [9] } },
    answers: [retryAfter('77'), retryAfter('0'), retryAfter('86400'), always(200)],
    pauses: [[77, 92.4], 0, HOUR_S],
    end: 'SUCCEEDED',
  },
  'Retry-After as a date': {
    settings: { retryable: true, retry: { maxAttempts: 3, delaysSeconds: [9], jitter: 0 } },
    // Whole seconds: up to one is lost.
    answers: [
      (now) => retryAfter(new Date(now + 600_000).toUTCString()),
      (now) => retryAfter(new Date(now - 5_000).toUTCString()),
      always(200),
    ],
    pauses: [[598.5, 600], 0],
    end: 'SUCCEEDED',
  },
  '410 is the end': { settings: { retryable: true }, answers: [always(410)], pauses: [], end: 'FAILED' },
}

test('the pauses between attempts are those of the settings, and are kept', async (t) => {
  await using rig = await shiftedRig()
  const { clock, target } = rig
  await using server = await startServer({ databaseUrl: rig.url })
  const cases = Object.values(CASES)
  target.answer = ({ url, headers }) => {
    const { answers } = cases[Number(url.slice(1))]!
    const answer = answers[Number(headers['x-forte-attempt']) - 1] ?? answers.at(-1)!
    return typeof answer === 'function' ? answer(clock.now()) : answer
  }
  const ids = await Promise.all(cases.map(({ settings }, n) => runOnce(server, `${target.url}/${n}`, settings)))
  const pauses: number[][] = cases.map(() => [])
  const announced: number[][] = cases.map(() => [])
  let last: Shown[] = []
  for (let attempt = 1; ; attempt++) {
    last = await Promise.all(ids.map((id, n) => after(rig, server, id, Math.min(attempt, cases[n]!.pauses.length + 1))))
    for (const [n, run] of last.entries()) {
      const pause = pauseOf(run)
      if (pause === null || pauses[n]!.length >= attempt) continue
      pauses[n]!.push(pause)
      announced[n]!.push(Date.parse(run.nextRetryAt!))
    }
    const next = last.flatMap(({ nextRetryAt }) => (nextRetryAt === null ? [] : [Date.parse(nextRetryAt)]))
    if (next.length === 0) break
    await clock.jump(Math.max(0, Math.max(...next) - clock.now()))
  }
  for (const [n, [name, { pauses: planned, end }]] of Object.entries(CASES).entries()) {
    await t.test(name, () => {
      const run = last[n]!
      assert.equal(run.status, end)
      assert.equal(run.attemptCount, planned.length + 1)
      assert.equal(pauses[n]!.length, planned.length)
      for (const [at, plan] of planned.entries()) {
        const pause = pauses[n]![at]!
        const [least, most] = Array.isArray(plan) ? plan : [plan, plan]
        // An attempt's end is known to the ms, and written to it.
        assert.ok(pause >= least - 0.002 && pause <= most + 0.002, `${pause} s after attempt ${at + 1}`)
        const started = Date.parse(run.attempts.edges[at + 1]!.node.startedAt)
        assert.ok(started >= announced[n]![at]!, 'no attempt comes before it was announced')
      }
    })
  }
})

test('F29: a thousand runs that fail at once come back one by one, and never more than usual at a time', () => thousandFail(false))

test('F29: so do a thousand that are told the same moment by Retry-After, and none of them earlier', () => thousandFail(true))

async function thousandFail(toldTogether: boolean) {
  await using rig = await shiftedRig()
  const { clock, target } = rig
  await using _server = await startServer({ databaseUrl: rig.url })
  // Some time after the last of them has failed, and by far longer than that takes.
  const toldAt = Math.ceil(clock.now() / 1_000) * 1_000 + 600_000
  const told: Record<string, string> = toldTogether ? { 'retry-after': new Date(toldAt).toUTCString() } : {}
  let open = 0
  let most = 0
  target.answer = ({ headers }) => {
    most = Math.max(most, ++open)
    // How long the target takes, below: by then this one is answered.
    setTimeout(() => open--, 10)
    return headers['x-forte-attempt'] === '1' ? { status: 503, headers: told, delayMs: 10 } : { delayMs: 10 }
  }
  const inputs = Array.from({ length: 1_000 }, () => ({ url: `${target.url}/`, retryable: true }))
  const ids = (await sendMany(rig.ctx, inputs, clock.now())).map((result) => ('id' in result ? result.id : ''))
  const { rows } = await rig.eventually(async () => {
    const result = await rig.db.pool.query<{ pause: number; at: number }>(
      `select date_part('epoch', i.run_at - a.finished_at) as pause, date_part('epoch', i.run_at) * 1000 as at
       from invocations i join attempts a on a.invocation_id = i.id where i.status = 'RETRYING'`,
    )
    return result.rows.length === 1_000 ? result : `${result.rows.length} wait for their retry`
  })
  const returns = new Map<number, number>()
  for (const { pause, at } of rows) {
    // In eight parts of the time over which the plan spreads them.
    if (toldTogether) assert.ok(at >= toldAt && pause <= 1.2 * 601, `${pause} s, ${at - toldAt} ms later than asked`)
    else assert.ok(pause >= 15.99 && pause <= 24.01, `${pause} s`)
    const part = Math.floor(toldTogether ? (at - toldAt) / 15_000 : pause)
    returns.set(part, (returns.get(part) ?? 0) + 1)
  }
  // 125 in each if they were even; five standard deviations more would be 180.
  for (const [part, count] of returns) assert.ok(count <= 180, `${count} of 1,000 come back in part ${part}`)
  assert.ok(returns.size >= 7)

  // The worst that can happen to them: they are all due at the same moment after all.
  await clock.jump(Math.max(...rows.map(({ at }) => at)) - clock.now())
  for (const row of await rig.ended(ids)) assert.deepEqual([row.status, row.attempt_count], ['SUCCEEDED', 2])
  assert.equal(target.arrivals.length, 2_000)
  // 64 to one host is what a server has under way at most.
  assert.ok(most <= 2 * 64, `${most} at a time`)
  const pairs = new Set(target.arrivals.map(({ headers }) => `${headers['idempotency-key']} ${headers['x-forte-attempt']}`))
  assert.equal(pairs.size, 2_000)
  assert.ok(ids.every((id) => pairs.has(`${publicId('invocation', id)} 2`)))
}
