import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from './server.ts'
import { shiftedRig } from './shifted-clock.ts'

const SERVERS = 4
const SCHEDULES = 200
const MINUTES = 3
const MINUTE_MS = 60_000

test('four servers, 200 schedules due in the same second, three minutes in turn: every occurrence once', async () => {
  await using rig = await shiftedRig()
  const { clock, target, db } = rig
  await clock.toMinute(-20_000)
  const cron = { schedule: { cronExpression: '* * * * *', timezone: 'UTC' } }
  for (let n = 0; n < SCHEDULES; n++) await rig.create(cron, `/${n}`)
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer({ databaseUrl: rig.url })))
  const minutes: number[] = []
  try {
    for (let n = 1; n <= MINUTES; n++) {
      minutes.push(await clock.toMinute(1_500))
      await target.arrived(n * SCHEDULES, () => true, 30_000)
      await rig.eventually(async () => {
        const { rows } = await db.pool.query<{ open: number }>('select count(*)::int as open from invocations where finished_at is null')
        return rows[0]!.open === 0 ? rows : `${rows[0]!.open} runs have not ended`
      })
    }
  } finally {
    for (const server of servers) assert.equal(await server.stop(), 0)
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  }
  assert.deepEqual(
    minutes,
    minutes.map((_, n) => minutes[0]! + n * MINUTE_MS),
  )
  const { rows } = await db.pool.query<{
    runs: number
    actions: number
    attempts: number
    owners: number
    succeeded: number
    events: number
  }>(
    `select count(*)::int as runs, count(distinct action_id)::int as actions, sum(attempt_count)::int as attempts,
       (count(*) filter (where status = 'SUCCEEDED'))::int as succeeded,
       (select count(*)::int from events where type = 'invocation.created') as events
     from invocations`,
  )
  const runs = SCHEDULES * MINUTES
  assert.deepEqual(rows[0], { runs, actions: SCHEDULES, attempts: runs, succeeded: runs, events: runs })
  const seen = new Set(target.arrivals.map(({ url, headers }) => `${url} ${headers['x-forte-scheduled-for']}`))
  assert.deepEqual([seen.size, target.arrivals.length], [runs, runs])
  for (const { headers } of target.arrivals) assert.ok(minutes.includes(Date.parse(String(headers['x-forte-scheduled-for']))))
})
