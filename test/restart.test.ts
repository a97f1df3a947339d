import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { send } from '../server/commands/send.ts'
import { sendMany } from '../server/commands/send-many.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

const serve = (rig: SchedulerRig) => startServer({ databaseUrl: rig.url })

/** The server's lease on RUNNING rows covers the request's whole deadline (30 s) and a margin: the tests do not wait for it but move it. */
const runningLapse = (rig: SchedulerRig) => rig.lapse(`status = 'RUNNING'`)

test('killed between claim and send: the next server sends it, once, also what must not run twice', async () => {
  await using rig = await schedulerRig()
  const first = await serve(rig)
  const inputs = [true, false].map((retryable) => ({
    url: `${rig.target.url}/`,
    retryable,
    scheduledAt: new Date(Date.now() + 1_500).toISOString(),
  }))
  const ids = (await sendMany(rig.ctx, inputs)).map((result) => ('id' in result ? result.id : ''))
  // A lock on the rows keeps them from being marked, so that the kill certainly comes before the request.
  const blocker = new pg.Client({ connectionString: rig.url })
  await blocker.connect()
  for (const id of ids) await rig.until(id, ({ lease_owner }) => lease_owner !== null)
  await blocker.query('begin')
  await blocker.query('select from invocations where id = any($1) for update', [ids])
  await first.stop('SIGKILL')
  await blocker.query('rollback')
  await blocker.end()
  for (const id of ids) assert.equal((await rig.row(id)).status, 'PENDING')
  assert.equal(await rig.lapse(), 2)
  await using _second = await serve(rig)
  for (const row of await rig.ended(ids)) assert.deepEqual([row.status, row.attempt_count], ['SUCCEEDED', 1])
  assert.equal(rig.target.arrivals.length, 2)
})

test('killed after the request left: repeated where that is allowed, else recorded as unknown', async () => {
  await using rig = await schedulerRig()
  const first = await serve(rig)
  const again = await send(rig.ctx, { url: `${rig.target.url}/again?hang=1`, retryable: true })
  const once = await send(rig.ctx, { url: `${rig.target.url}/once?hang=1` })
  await rig.target.arrived(2)
  await first.stop('SIGKILL')
  rig.target.release()
  assert.equal(await runningLapse(rig), 2)
  await using _second = await serve(rig)
  await rig.ended([again.id, once.id])
  const repeated = await rig.row(again.id)
  assert.deepEqual([repeated.status, repeated.attempt_count], ['SUCCEEDED', 2])
  const unknown = await rig.row(once.id)
  assert.deepEqual([unknown.status, unknown.error_source, unknown.error_code], ['FAILED', 'UNKNOWN', 'INTERRUPTED'])
  const [lost] = await rig.attempts(once.id)
  assert.deepEqual([lost!.number, lost!.error_source, lost!.response_code], [1, 'UNKNOWN', null])
  const arrivals = rig.target.arrivals.map(({ url, headers }) => `${url.slice(1, 6)} ${headers['x-forte-attempt']}`)
  assert.deepEqual(arrivals.sort(), ['again 1', 'again 2', 'once? 1'])
  const keys = rig.target.arrivals.filter(({ url }) => url.startsWith('/again')).map(({ headers }) => headers['idempotency-key'])
  assert.equal(keys[0], keys[1])
})

test('killed under load beside another server: nothing lost, no attempt twice, nothing that must not run twice sent twice', async () => {
  await using rig = await schedulerRig()
  const victim = await serve(rig)
  await using _survivor = await serve(rig)
  const from = Date.now() + 1_000
  const inputs = Array.from({ length: 600 }, (_, n) => ({
    url: `${rig.target.url}/${n}?delay=${n % 3 === 0 ? 30 : 0}`,
    retryable: n % 2 === 0,
    scheduledAt: new Date(from + n * 3).toISOString(),
  }))
  const ids = (await sendMany(rig.ctx, inputs)).map((result) => ('id' in result ? result.id : ''))
  await rig.target.arrived(200)
  await victim.stop('SIGKILL')
  await rig.target.arrived(300)
  // Whatever of the dead one's is left: rows whose instant has passed long ago and that nobody finished.
  const beat = setInterval(() => void rig.lapse(`run_at < clock_timestamp() - interval '1.5 seconds'`), 500)
  const rows = await rig.ended(ids).finally(() => clearInterval(beat))
  const arrivals = new Map<string, number>()
  const pairs = new Set<string>()
  for (const { url, headers } of rig.target.arrivals) {
    arrivals.set(url, (arrivals.get(url) ?? 0) + 1)
    pairs.add(`${headers['idempotency-key']} ${headers['x-forte-attempt']}`)
  }
  assert.equal(pairs.size, rig.target.arrivals.length, 'an attempt was sent twice')
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const [n, { url, retryable }] of inputs.entries()) {
    const row = byId.get(ids[n]!)!
    const sent = arrivals.get(new URL(url).pathname + new URL(url).search) ?? 0
    if (retryable) assert.equal(row.status, 'SUCCEEDED')
    else {
      assert.ok(sent <= 1, `${url} must not be sent twice`)
      assert.equal(row.status, row.error_source === 'UNKNOWN' ? 'FAILED' : 'SUCCEEDED')
    }
    assert.ok(sent > 0 || row.error_source === 'UNKNOWN', `${url} was lost`)
  }
})

test('frozen for longer than its lease: what it brings late is fenced off', async () => {
  await using rig = await schedulerRig()
  await using frozen = await serve(rig)
  const { id } = await send(rig.ctx, { url: `${rig.target.url}/?hang=1`, retryable: true })
  await rig.target.arrived()
  process.kill(frozen.pid, 'SIGSTOP')
  await runningLapse(rig)
  await using _second = await serve(rig)
  await rig.target.arrived(2)
  rig.target.release()
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.attempt_count], ['SUCCEEDED', 2])
  process.kill(frozen.pid, 'SIGCONT')
  // It has answered for the late outcome when it has stopped cleanly.
  assert.equal(await frozen.stop(), 0)
  assert.deepEqual(await rig.row(id), row)
  assert.deepEqual(
    (await rig.attempts(id)).map(({ number, error_source }) => [number, error_source]),
    [
      [1, 'UNKNOWN'],
      [2, null],
    ],
  )
})

test('SIGTERM with requests under way: they finish, what was claimed goes to the other server at once', async () => {
  await using rig = await schedulerRig()
  await using first = await serve(rig)
  const slow = (
    await sendMany(
      rig.ctx,
      Array.from({ length: 20 }, () => ({ url: `${rig.target.url}/slow?hang=1` })),
    )
  ).map((result) => ('id' in result ? result.id : ''))
  await rig.target.arrived(20)
  const scheduledAt = new Date(Date.now() + 1_200).toISOString()
  const coming = (
    await sendMany(
      rig.ctx,
      Array.from({ length: 20 }, () => ({ url: `${rig.target.url}/coming`, scheduledAt })),
    )
  ).map((result) => ('id' in result ? result.id : ''))
  await rig.until(coming[0]!, ({ lease_owner }) => lease_owner !== null)
  let ended = false
  const stopped = first.stop().finally(() => {
    ended = true
  })
  await rig.until(coming[0]!, ({ lease_owner }) => lease_owner === null)
  await using _second = await serve(rig)
  const taken = await rig.ended(coming, 10_000)
  assert.ok(taken.every(({ status }) => status === 'SUCCEEDED'))
  assert.equal(ended, false)
  rig.target.release()
  assert.equal(await stopped, 0)
  for (const id of slow) assert.equal((await rig.row(id)).status, 'SUCCEEDED')
  assert.equal(rig.target.arrivals.length, 40)
})

test('what the server sends to its own echo ends well, also while it stops and as soon as it is up again', async () => {
  await using rig = await schedulerRig()
  await using first = await serve(rig)
  const echoes = (query = '') => Array.from({ length: 40 }, () => ({ url: `${first.url}/echo${query}` }))
  const idsOf = (results: readonly object[]) => results.map((result) => ('id' in result ? String(result.id) : ''))
  const slow = idsOf(await sendMany(rig.ctx, [...echoes('?delay=5000'), { url: `${rig.target.url}/?hang=1` }]))
  await rig.target.arrived(1)
  for (const id of slow) await rig.until(id, ({ status }) => status === 'RUNNING')
  const stopped = first.stop()
  for (const id of slow.slice(0, -1)) await rig.until(id, ({ status }) => status !== 'RUNNING')
  assert.equal((await fetch(`${first.url}/readyz`)).status, 503)
  rig.target.release()
  const meanwhile = idsOf(await sendMany(rig.ctx, echoes()))
  assert.equal(await stopped, 0)
  const late = idsOf(await sendMany(rig.ctx, echoes()))
  await using _second = await startServer({ databaseUrl: rig.url, port: first.port })
  const rows = await rig.ended([...slow, ...meanwhile, ...late])
  assert.deepEqual(new Set(rows.map(({ status, error_code }) => `${status} ${error_code}`)), new Set(['SUCCEEDED null']))
})
