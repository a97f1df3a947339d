import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { sendMany } from '../server/commands/send-many.ts'
import { startServer, type TestServer } from './server.ts'
import { type ShiftedRig, shiftedRig } from './shifted-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const everyMinute = { schedule: { cronExpression: '* * * * *', timezone: 'UTC' } }

const serve = (rig: ShiftedRig, env?: Record<string, string>) => startServer({ databaseUrl: rig.url, env })
const CLOCK_AHEAD = { NODE_OPTIONS: `--import ${resolve(import.meta.dirname, 'preload/clock-ahead.ts')}`, CLOCK_AHEAD_MS: '90000' }

/** Nominal times that came in at `path`, epoch ms. */
const came = (rig: ShiftedRig, path: string) =>
  rig.target.arrivals.filter(({ url }) => url === path).map(({ headers }) => Date.parse(String(headers['x-forte-scheduled-for'])))

/** A run at the database's present; when it has come in, the server lives in that time. */
async function probe(rig: ShiftedRig, name: string) {
  const at = rig.clock.now() + 300
  await rig.create({ schedule: { scheduledAt: new Date(at).toISOString() } }, `/${name}`)
  const [arrival] = await rig.target.arrived(1, ({ url }) => url === `/${name}`)
  const late = arrival!.at + rig.clock.shiftMs - at
  assert.ok(late >= 0 && late < 5_000, `${name} came ${late} ms late`)
}

test('the clock of the database goes an hour forward and back again', async () => {
  await using rig = await shiftedRig()
  const { clock } = rig
  // Right after a full minute, so that none passes by itself before the clock is put to one.
  await clock.toMinute(-10_000)
  const id = await rig.create(everyMinute, '/minute')
  let server = await serve(rig)
  try {
    const start = await clock.toMinute(1_500)
    const once = new Date(start + HOUR_MS / 2).toISOString()
    await rig.create({ schedule: { scheduledAt: once } }, '/once')
    await rig.target.arrived(1)
    assert.deepEqual(came(rig, '/minute'), [start])

    await clock.jump(HOUR_MS)
    await rig.target.arrived(3)
    await rig.eventually(async () => {
      const rows = await rig.runs(id)
      return rows.at(-1)!.status === 'SUCCEEDED' && rows.length > 60 ? rows : `${rows.length} rows`
    })
    assert.deepEqual(came(rig, '/minute'), [start, start + HOUR_MS])
    assert.deepEqual(came(rig, '/once'), [start + HOUR_MS / 2])
    const missed = (await rig.runs(id)).filter(({ status }) => status === 'MISSED')
    assert.deepEqual([missed.length, missed[0]!.status_reason], [59, 'SCHEDULER_DOWN'])

    await clock.jump(-HOUR_MS)
    const beside = await rig.create(everyMinute, '/beside')
    const [second, third] = [start + MINUTE_MS, start + 2 * MINUTE_MS]
    assert.equal(await clock.toMinute(1_500), second)
    await rig.target.arrived(1, ({ url }) => url === '/beside')
    // A start computes anew what comes next, and by this clock it has all been before.
    assert.equal(await server.stop(), 0)
    server = await serve(rig)
    assert.equal(await clock.toMinute(1_500), third)
    await rig.target.arrived(2, ({ url }) => url === '/beside')
    assert.deepEqual(came(rig, '/beside'), [second, third])
    assert.deepEqual(came(rig, '/minute'), [start, start + HOUR_MS], 'nothing is repeated')
    assert.equal((await rig.runs(id)).length, 61)

    await clock.jump(start + HOUR_MS + MINUTE_MS - 1_500 - clock.now())
    await rig.target.arrived(3, ({ url }) => url === '/minute')
    assert.deepEqual(came(rig, '/minute'), [start, start + HOUR_MS, start + HOUR_MS + MINUTE_MS])
    await rig.eventually(async () => {
      const open = [...(await rig.runs(id)), ...(await rig.runs(beside))].find(
        ({ status }) => status !== 'MISSED' && status !== 'SUCCEEDED',
      )
      return open ? `not ended: ${JSON.stringify(open)}` : {}
    })
  } finally {
    await server[Symbol.asyncDispose]()
  }
})

test('a clock that jumps to and fro: every run once, none before its time', async () => {
  await using rig = await shiftedRig()
  const { clock } = rig
  await clock.toMinute(-15_000)
  for (const n of Array(10).keys()) await rig.create({ ...everyMinute, overlapPolicy: 'ALLOW' }, `/${n}`)
  await using _server = await serve(rig)
  const early: string[] = []
  rig.target.answer = ({ headers, at }) => {
    const due = Date.parse(String(headers['x-forte-scheduled-for']))
    if (at + clock.shiftMs < due) early.push(`${headers['x-forte-scheduled-for']} by ${due - at - clock.shiftMs} ms`)
    return undefined
  }
  let net = 0
  let highest = 0
  let sent = 0
  // No minute begins while the clock jumps: what is sent at that moment has the time of before.
  for (const [n, minutes] of [3, -2, 1, -1, 45, -44, -3, 2, 90, -92].entries()) {
    await clock.jump(minutes * MINUTE_MS)
    await probe(rig, `probe-${n}`)
    net += minutes
    if (net <= highest) continue
    highest = net
    sent += 10
    await rig.target.arrived(sent, ({ url }) => !url.startsWith('/probe'))
  }
  assert.deepEqual(early, [])
  const seen = rig.target.arrivals.map(({ url, headers }) => `${url} ${headers['x-forte-scheduled-for']}`)
  assert.equal(new Set(seen).size, seen.length, 'nothing came twice')
  assert.equal(rig.target.arrivals.length, sent + 10, 'only what was never due before')
})

test('a request that is under way when the clock goes forward is not taken for abandoned by the server that makes it', async () => {
  await using rig = await shiftedRig()
  await using _server = await serve(rig)
  const [result] = await sendMany(rig.ctx, [{ url: `${rig.target.url}/slow?hang=1` }], rig.clock.now())
  const id = 'id' in result! ? result.id : ''
  await rig.target.arrived()
  await rig.clock.jump(HOUR_MS)
  await probe(rig, 'after')
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query(`select from invocations where id = $1 and lease_until < clock_timestamp()`, [id])
    return rows.length > 0 ? rows : 'its lease is good'
  })
  for (const n of Array(6).keys()) await probe(rig, `round-${n}`)
  rig.target.release()
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.error_code, row!.attempt_count], ['SUCCEEDED', null, 1])
})

test('two servers whose clocks are 90 s apart: the database decides, and the wrong one says so', async (t) => {
  await using rig = await shiftedRig()
  const { clock } = rig
  await clock.toMinute(-10_000)
  await using right = await serve(rig)
  await using wrong = await serve(rig, CLOCK_AHEAD)
  /** What `/readyz` says of both. The test puts the database forward too, and by so much both are behind. */
  const skewsAreRight = async () => {
    for (const [{ url }, ahead] of [
      [right, 0],
      [wrong, 90_000],
    ] as const) {
      const response = await fetch(`${url}/readyz`)
      const { status, clockSkewMs } = (await response.json()) as { status: string; clockSkewMs: number }
      assert.deepEqual([response.status, status], [200, 'ok'])
      const wanted = ahead - clock.shiftMs
      assert.ok(Math.abs(clockSkewMs - wanted) < 200, `${clockSkewMs} is not ${wanted}`)
    }
  }
  const saidBy = ({ output }: TestServer) => output().match(/"clockSkewMs":.*the clock of this machine is .* the database's/g) ?? []

  await skewsAreRight()
  const said = saidBy(wrong).map((line) => Number(/is ([\d.]+) s ahead/.exec(line)?.[1]))
  assert.equal(said.length, 1, 'once')
  assert.ok(Math.abs(said[0]! - (90 - clock.shiftMs / 1000)) < 0.3, `${said[0]} s`)

  /** A clock that goes forward by more than a lease makes each of the two take what the other one has under way for abandoned. */
  const nothingUnderWay = () =>
    rig.eventually(async () => {
      const { rows } = await rig.db.pool.query("select id from invocations where status = 'RUNNING'")
      return rows.length === 0 ? rows : `${rows.length} are under way`
    })

  await t.test('every run once, at its time', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => rig.create(everyMinute, `/${n}`)))
    const from = Date.now() + 1_000
    const inputs = Array.from({ length: 300 }, (_, n) => ({
      url: `${rig.target.url}/once-${n}`,
      scheduledAt: new Date(from + n * 5).toISOString(),
    }))
    await sendMany(rig.ctx, inputs)
    await rig.target.arrived(300)
    await nothingUnderWay()
    const minutes = [await clock.toMinute(3_000)]
    await rig.target.arrived(330)
    await nothingUnderWay()
    minutes.push(await clock.toMinute(3_000))
    await rig.target.arrived(360)
    assert.equal(rig.target.arrivals.length, 360)
    for (const [n, id] of ids.entries()) {
      assert.deepEqual(came(rig, `/${n}`), minutes)
      await rig.eventually(async () => {
        const open = (await rig.runs(id)).filter(({ status }) => status !== 'SUCCEEDED')
        return open.length === 0 ? {} : `not ended: ${JSON.stringify(open)}`
      })
    }
    const { rows } = await rig.db.pool.query('select count(*)::int as early from invocations where started_at < run_at')
    assert.equal(rows[0].early, 0)
    for (const { headers, at } of rig.target.arrivals) {
      const due = Date.parse(String(headers['x-forte-scheduled-for']))
      // The last jump is the largest shift; without it, what came before it has its own time.
      assert.ok(at + clock.shiftMs >= due)
    }
  })

  await t.test('what is saved through the wrong server is judged by the database, too', async () => {
    const input = { name: 'by the wrong one', target: { url: `${rig.target.url}/saved` }, ...everyMinute }
    // Without what the test has put forward, by which the two came nearer to each other.
    await clock.jump(-clock.shiftMs - MINUTE_MS)
    const minute = await clock.toMinute(4_000)
    await skewsAreRight()
    const saved = await wrong.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { nextRunAt } }', { input })
    assert.equal(Date.parse(saved.createAction.nextRunAt), minute)
    await rig.target.arrived(1, ({ url }) => url === '/saved')
    assert.deepEqual(came(rig, '/saved'), [minute])
    const scheduledAt = new Date(clock.now() + 1_500).toISOString()
    await wrong.graphql('mutation ($input: SendInput!) { send(input: $input) { id } }', {
      input: { url: `${rig.target.url}/sent`, scheduledAt },
    })
    await rig.target.arrived(1, ({ url }) => url === '/sent')
  })

  assert.ok(saidBy(wrong).length <= 4, `once per change, and not ${saidBy(wrong).join('\n')}`)
})
