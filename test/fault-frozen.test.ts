import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { send } from '../server/commands/send.ts'
import { sendMany } from '../server/commands/send-many.ts'
import type { Arrival } from './receiver.ts'
import { schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'
import { shiftedRig } from './shifted-clock.ts'

const MINUTE_MS = 60_000
const everyMinute = { schedule: { cronExpression: '* * * * *', timezone: 'UTC' } }
const preload = (name: string) => `--import ${resolve(import.meta.dirname, 'preload', name)}`

test('suspended for ten minutes with a run at hand: the newest missed one runs, once, and the next is on time', async () => {
  await using rig = await shiftedRig()
  const { clock, target } = rig
  // Right after a full minute, so that none passes by itself before the clock is put to one.
  await clock.toMinute(-10_000)
  const id = await rig.create(everyMinute, '/minute')
  await using server = await startServer({ databaseUrl: rig.url })
  const start = await clock.toMinute(3_000)
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query('select id from invocations where lease_owner is not null')
    return rows.length > 0 ? rows : 'not claimed'
  })
  process.kill(server.pid, 'SIGSTOP')
  const atHand = (await rig.runs(id))[0]!.status
  const resumed = start + 10 * MINUTE_MS
  await clock.jump(resumed + 5_000 - clock.now())
  process.kill(server.pid, 'SIGCONT')
  const rows = await rig.eventually(async () => {
    const rows = await rig.runs(id)
    const open = rows.some(({ status }) => status !== 'SUCCEEDED' && status !== 'MISSED')
    return rows.at(-1)!.at === resumed && !open ? rows : `${JSON.stringify(rows)}`
  })
  // The run at hand had its row before; unless it was being sent already, it is ten minutes late, like those that had none.
  const sent = atHand === 'RUNNING'
  assert.deepEqual(
    rows.map(({ status }) => status),
    [sent ? 'SUCCEEDED' : 'MISSED', ...Array(9).fill('MISSED'), 'SUCCEEDED'],
  )
  const next = resumed + MINUTE_MS
  assert.equal(await clock.toMinute(1_500), next)
  const nominal = ({ headers }: Arrival) => Date.parse(String(headers['x-forte-scheduled-for']))
  await target.arrived(1, (arrival) => nominal(arrival) === next)
  assert.deepEqual(target.arrivals.map(nominal), [...(sent ? [start] : []), resumed, next])
  const last = await rig.eventually(async () => {
    const last = (await rig.runs(id)).at(-1)!
    return last.status === 'SUCCEEDED' ? last : 'not ended'
  })
  assert.ok(last.late! >= 0 && last.late! < 5_000, `${last.late} ms late`)
})

test('suspended beside another server for longer than its leases: what it held is run by the other, and by nobody else', async () => {
  await using rig = await shiftedRig()
  const { clock, target } = rig
  const inputs = Array.from({ length: 40 }, (_, n) => ({
    url: `${target.url}/${n}`,
    retryable: n % 2 === 0,
    scheduledAt: new Date(clock.now() + 6_000).toISOString(),
  }))
  const ids = (await sendMany(rig.ctx, inputs, clock.now())).map((result) => ('id' in result ? result.id : ''))
  await using frozen = await startServer({ databaseUrl: rig.url })
  for (const id of ids) await rig.until(id, ({ lease_owner }) => lease_owner !== null)
  process.kill(frozen.pid, 'SIGSTOP')
  await rig.schedule()
  await clock.jump(10 * MINUTE_MS)
  await target.arrived(40)
  await rig.ended(ids)
  process.kill(frozen.pid, 'SIGCONT')
  // It has nothing left to send when it has stopped cleanly.
  assert.equal(await frozen.stop(), 0)
  assert.equal(target.arrivals.length, 40)
  for (const row of await rig.ended(ids)) assert.deepEqual([row.status, row.attempt_count], ['SUCCEEDED', 1])
})

test('busy with itself for five seconds: leases hold, nothing is sent twice, and what was late says so', async () => {
  await using rig = await schedulerRig()
  const { target } = rig
  const env = { NODE_OPTIONS: preload('block-on-signal.ts'), BLOCK_MS: '5000' }
  await using busy = await startServer({ databaseUrl: rig.url, env })
  const open = await send(rig.ctx, { url: `${target.url}/open?hang=1`, retryable: true })
  await target.arrived()
  const scheduledAt = Date.now() + 1_800
  const inputs = Array.from({ length: 20 }, (_, n) => ({
    url: `${target.url}/${n}`,
    retryable: n % 2 === 0,
    scheduledAt: new Date(scheduledAt).toISOString(),
  }))
  const ids = (await sendMany(rig.ctx, inputs)).map((result) => ('id' in result ? result.id : ''))
  for (const id of ids) await rig.until(id, ({ lease_owner }) => lease_owner !== null)
  process.kill(busy.pid, 'SIGUSR2')
  await rig.schedule()
  target.release()
  const other = await send(rig.ctx, { url: `${target.url}/other` })
  await rig.until(other.id, ({ status }) => status === 'SUCCEEDED')
  assert.doesNotMatch(busy.output(), /blocked/, 'the other server works meanwhile')
  const rows = await rig.ended([open.id, ...ids])
  assert.match(busy.output(), /blocked/)
  for (const row of rows) assert.deepEqual([row.status, row.attempt_count], ['SUCCEEDED', 1])
  assert.equal(target.arrivals.length, 22)
  for (const row of rows.filter(({ id }) => id !== open.id)) {
    const late = row.started_at!.getTime() - scheduledAt
    assert.ok(late > 2_000 && late < 15_000, `${late} ms late`)
  }
  const [attempt] = await rig.attempts(open.id)
  assert.ok(attempt!.duration_ms > 4_000, 'the answer that waited for the process is timed as it came')
})

test('timers that fire early: nothing arrives before its time', async () => {
  await using rig = await schedulerRig()
  const server = await startServer({ databaseUrl: rig.url, env: { NODE_OPTIONS: preload('early-timers.ts') } })
  const from = Date.now() + 1_500
  const inputs = Array.from({ length: 400 }, (_, n) => ({
    url: `${rig.target.url}/${n}`,
    scheduledAt: new Date(from + n * 7).toISOString(),
  }))
  await sendMany(rig.ctx, inputs)
  await rig.target.arrived(400)
  assert.equal(await server.stop(), 0)
  await server[Symbol.asyncDispose]()
  const cut = Number(/early timers: (\d+)/.exec(server.output())?.[1])
  assert.ok(cut > 400, `${cut} timers were cut short`)
  const early = rig.target.arrivals.filter(({ at, headers }) => at < Date.parse(String(headers['x-forte-scheduled-for'])))
  assert.deepEqual(early, [])
  const { rows } = await rig.db.pool.query("select min(started_at - scheduled_for) >= interval '0' as sound from invocations")
  assert.equal(rows[0].sound, true)
})
