import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import pg from 'pg'
import { send } from '../server/commands/send.ts'
import { sendMany } from '../server/commands/send-many.ts'
import type { SendInput } from '../server/domain/action-input.ts'
import { publicId } from '../server/domain/ids.ts'
import type { Arrival } from './receiver.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'
import { startServer, type TestServer } from './server.ts'
import { shiftedRig } from './shifted-clock.ts'

// What can go wrong on the way of a request, with servers of their own. Of the numbered faults those that are not in here:
// F1 F2 F5     restart.test.ts                     killed before and after sending; frozen for longer than a lease
// F26 F27 F31  delivery-load.test.ts               many at once, a host that is dead, cancelling while they are sent
// F28 F29      delivery-retry.test.ts              a target that flaps; a thousand failures at once
// F35          server/scheduler/callbacks.test.ts  the receiver of callbacks is down
// F38          here with targets that never answer; in restart.test.ts with such that do

const serve = (rig: SchedulerRig) => startServer({ databaseUrl: rig.url })
const isCallback = ({ url }: Arrival) => url.startsWith('/callback')
const attemptOf = ({ headers }: Arrival) => `${headers['idempotency-key']} ${headers['x-forte-attempt']}`

async function storeMany({ ctx }: SchedulerRig, inputs: readonly SendInput[]): Promise<string[]> {
  return (await sendMany(ctx, inputs)).map((result) => {
    assert.ok('id' in result)
    return result.id
  })
}

/**
 * Ends the server by `kill -9` when it knows the answer to its request and is about to write that into the row of `table`: a lock of the test
 * keeps the statement waiting, and it is taken back before the lock goes.
 */
async function killBeforeRecord(
  rig: SchedulerRig,
  server: TestServer,
  row: { table: string; id: string },
  answer: () => void,
): Promise<void> {
  const holder = new pg.Client({ connectionString: rig.url })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(`select from ${row.table} where ${row.table === 'callbacks' ? 'invocation_id' : 'id'} = $1 for update`, [row.id])
    answer()
    const blocked = await rig.eventually(async () => {
      const { rows } = await rig.db.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0 ? rows : 'nobody waits for the row'
    })
    await server.stop('SIGKILL')
    // PostgreSQL does not notice by itself that the one who asked is gone.
    for (const { pid } of blocked) await rig.db.pool.query('select pg_terminate_backend($1)', [pid])
    await rig.eventually(async () => {
      const { rows } = await rig.db.pool.query('select from pg_stat_activity where pid = any($1)', [blocked.map(({ pid }) => pid)])
      return rows.length === 0 ? rows : 'it is not gone'
    })
  } finally {
    await holder.query('rollback')
    await holder.end()
  }
}

interface CallbackRow {
  status: string
  attempt_count: number
}

const delivered = (rig: SchedulerRig, id: string) =>
  rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<CallbackRow>('select status, attempt_count from callbacks where invocation_id = $1', [id])
    return rows[0]?.status === 'DELIVERED' ? rows[0] : `the callback is ${JSON.stringify(rows[0])}`
  })

// The first one waits for half a minute, and the others need not wait for it.
suite('what goes wrong', { concurrency: 2 }, () => {
  test('F38: SIGTERM during 20 sends that get no answer: gone within 35 s with code 0, none lost', async () => {
    await using rig = await schedulerRig()
    await using server = await serve(rig)
    const ids = await storeMany(
      rig,
      Array.from({ length: 20 }, (_, n) => ({ url: `${rig.target.url}/?hang=1`, retryable: n % 2 === 0, timeoutSeconds: 300 })),
    )
    await rig.target.arrived(20)
    const told = performance.now()
    assert.equal(await server.stop(), 0)
    assert.ok(performance.now() - told < 35_000)
    const rows = await Promise.all(ids.map((id) => rig.row(id)))
    for (const [n, row] of rows.entries())
      assert.deepEqual([row.status, row.error_code, row.lease_owner], [n % 2 === 0 ? 'RETRYING' : 'FAILED', 'INTERRUPTED', null])
  })

  test('F3: after the answer of the target, before it is on record: the callback comes, with the end that is on record', async () => {
    await using rig = await schedulerRig()
    await using first = await serve(rig)
    const { id } = await send(rig.ctx, { url: `${rig.target.url}/run?hang=1`, retryable: true, callbackUrl: `${rig.target.url}/callback` })
    await rig.target.arrived()
    await killBeforeRecord(rig, first, { table: 'invocations', id }, rig.target.release)
    assert.equal((await rig.row(id)).status, 'RUNNING')
    assert.equal(await rig.lapse(), 1)
    await using _second = await serve(rig)
    const [arrival] = await rig.target.arrived(1, isCallback)
    const told = JSON.parse(arrival!.body)
    assert.deepEqual([told.status, told.attemptCount], ['SUCCEEDED', 2])
    assert.equal((await delivered(rig, id)).attempt_count, 1)
    assert.equal(rig.target.arrivals.filter(isCallback).length, 1)
  })

  test('F3: after the end of the run, before its callback: the next server sends it', async () => {
    await using rig = await schedulerRig()
    await using first = await serve(rig)
    const mode = (mode: string) => rig.db.pool.query('update projects set execution_mode = $1::execution_mode', [mode])
    const { id } = await send(rig.ctx, { url: `${rig.target.url}/run?hang=1`, callbackUrl: `${rig.target.url}/callback` })
    await rig.target.arrived()
    // So that it certainly does not send it between the end of the run and its own.
    await mode('ALL_PAUSED')
    rig.target.release()
    await rig.ended([id])
    await first.stop('SIGKILL')
    await mode('ACTIVE')
    await using _second = await serve(rig)
    assert.equal((await delivered(rig, id)).attempt_count, 1)
    const [arrival, ...more] = rig.target.arrivals.filter(isCallback)
    assert.deepEqual([arrival!.headers['webhook-id'], more.length], [publicId('callback', id), 0])
  })

  test('F3: after the answer to the callback, before it is on record: sent again, with the same webhook-id', async () => {
    await using rig = await schedulerRig()
    await using first = await serve(rig)
    const { id } = await send(rig.ctx, { url: `${rig.target.url}/run`, callbackUrl: `${rig.target.url}/callback?hang=1` })
    await rig.target.arrived(1, isCallback)
    const end = await rig.row(id)
    await killBeforeRecord(rig, first, { table: 'callbacks', id }, rig.target.release)
    await rig.db.pool.query(`update callbacks set lease_until = now() - interval '1 second'`)
    await using _second = await serve(rig)
    const [one, two] = await rig.target.arrived(2, isCallback)
    assert.equal((await delivered(rig, id)).attempt_count, 2)
    assert.equal(one!.headers['webhook-id'], publicId('callback', id))
    assert.equal(two!.headers['webhook-id'], one!.headers['webhook-id'])
    // Each of these servers has an address of its own.
    const [before, after] = [one!, two!].map(({ body }) => ({ ...JSON.parse(body), receiptUrl: null }))
    assert.deepEqual(after, before)
    assert.deepEqual(await rig.row(id), end, 'the invocation ended once')
  })

  test('F4: at random, nine times: no occurrence without its row, none with two, no attempt sent twice', async (t) => {
    const KILLS = 9
    const ACTIONS = 10
    await using rig = await shiftedRig()
    const { clock, target } = rig
    await clock.toMinute(-10_000)
    const policies = {
      retryable: true,
      retry: { maxAttempts: 20 },
      overlapPolicy: 'ALLOW',
      catchUp: 'ALL',
      catchUpWindowSeconds: 7_200,
    } as const
    const schedule = { cronExpression: '* * * * *', timezone: 'UTC' }
    const ids = await Promise.all(Array.from({ length: ACTIONS }, (_, n) => rig.create({ ...policies, schedule }, `/${n}`)))
    // One in ten fails, every fourth takes its time.
    target.answer = () => ({ status: target.arrivals.length % 10 === 7 ? 500 : 200, delayMs: target.arrivals.length % 4 === 0 ? 150 : 0 })
    const servers = [await serve(rig), await serve(rig)]
    const minutes: number[] = []
    const said: number[] = []
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const coming = serve(rig)
        minutes.push(await clock.toMinute(700))
        const more = Math.floor(Math.random() * ACTIONS)
        said.push(more)
        await target.arrived(target.arrivals.length + more)
        await servers.splice(Math.floor(Math.random() * servers.length), 1)[0]!.stop('SIGKILL')
        servers.push(await coming)
      }
      t.diagnostic(`killed after ${said.join(', ')} arrivals`)
      const last = minutes.at(-1)!
      await rig.eventually(async () => {
        const { rows } = await rig.db.pool.query('select from invocations where scheduled_for = to_timestamp($1::float8 / 1000)', [last])
        return rows.length === ACTIONS ? rows : `${rows.length} rows for the last minute`
      })
      await rig.db.pool.query('update actions set next_run_at = null')
      let jumpedAt = Number.NEGATIVE_INFINITY
      const rows = await rig.eventually(async () => {
        const rows = await Promise.all(ids.map((id) => rig.runs(id)))
        const counted = rows.map((of) => of.filter(({ at }) => at <= last))
        const open = counted.flat().find(({ status }) => status !== 'SUCCEEDED')
        if (!open) return counted
        // What the dead ones held becomes free, and what failed is due again.
        if (performance.now() - jumpedAt > 1_000) {
          await clock.jump(60_000)
          jumpedAt = performance.now()
        }
        return `not ended: ${JSON.stringify(open)}`
      }, 45_000)
      const nominal = Array.from({ length: (minutes.at(-1)! - minutes[0]!) / 60_000 + 1 }, (_, n) => minutes[0]! + n * 60_000)
      for (const of of rows)
        assert.deepEqual(
          of.map(({ at }) => at),
          nominal,
        )
      const pairs = target.arrivals.map(attemptOf)
      assert.equal(new Set(pairs).size, pairs.length, 'an attempt was sent twice')
      const served = new Set(target.arrivals.map(({ url, headers }) => `${url} ${Date.parse(String(headers['x-forte-scheduled-for']))}`))
      for (const n of ids.keys()) for (const at of nominal) assert.ok(served.has(`/${n} ${at}`), `/${n} at ${at} was not sent`)
    } finally {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
    }
  })
})
