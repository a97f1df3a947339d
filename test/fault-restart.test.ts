import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from './server.ts'
import { type RunRow, type ShiftedRig, shiftedRig } from './shifted-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const everyMinute = { schedule: { cronExpression: '* * * * *', timezone: 'UTC' } }
const serve = (rig: ShiftedRig) => startServer({ databaseUrl: rig.url })

/** The server is down until 10 s after the minute `until`; gives how long after its greeting all of `actions` had caught up, ms. */
async function down(rig: ShiftedRig, until: number, actions: readonly string[]) {
  await rig.clock.jump(until + 10_000 - rig.clock.now())
  const server = await serve(rig)
  const greeted = performance.now()
  await rig.eventually(async () => {
    for (const id of actions) {
      const rows = await rig.runs(id)
      if (rows.at(-1)?.at !== until) return `${id} has not come to the newest minute`
    }
    return actions
  })
  const tookMs = performance.now() - greeted
  for (const id of actions) await settled(rig, id)
  return { server, tookMs }
}

const settled = (rig: ShiftedRig, id: string) =>
  rig.eventually(async () => {
    const rows = await rig.runs(id)
    const open = rows.find(({ status }) => status !== 'SUCCEEDED' && status !== 'MISSED')
    return open ? `${id} has ${JSON.stringify(open)}` : rows
  })

/** Statuses of the runs after the minute `after`, with how many there are of each in turn. */
function statuses(rows: RunRow[], after: number) {
  const told: string[] = []
  let last = ''
  let count = 0
  const flush = () => count > 0 && told.push(`${count} ${last}`)
  for (const { at, status, status_reason } of rows) {
    if (at <= after) continue
    const name = status_reason ? `${status}(${status_reason})` : status
    if (name !== last) {
      flush()
      count = 0
    }
    last = name
    count++
  }
  flush()
  return told
}

const arrivalsOf = (rig: ShiftedRig, path: string) => rig.target.arrivals.filter(({ url }) => url === path).length

test('stopped at the due second, then down for 4 minutes, 3 hours, 400 days', async (t) => {
  await using rig = await shiftedRig()
  const { clock } = rig
  // Right after a full minute, so that none passes by itself before the clock is put to one.
  await clock.toMinute(-10_000)
  const latest = await rig.create(everyMinute, '/latest')
  let server = await serve(rig)
  let minute = await clock.toMinute(3_000)
  try {
    await t.test('stopped half a second before the instant and started a second after it: fired once, at once', async () => {
      await rig.eventually(async () => {
        const { rows } = await rig.db.pool.query('select id from invocations where action_id = $1 and lease_owner is not null', [latest])
        return rows.length > 0 ? rows : 'not claimed'
      })
      assert.ok(clock.now() < minute)
      assert.equal(await server.stop(), 0)
      await rig.eventually(async () => (clock.now() > minute + 1_000 ? {} : 'not a second late yet'))
      server = await serve(rig)
      const greetedAt = clock.now()
      const [row] = await settled(rig, latest)
      assert.deepEqual([row!.at, row!.status, row!.attempt_count, arrivalsOf(rig, '/latest')], [minute, 'SUCCEEDED', 1, 1])
      assert.ok(row!.late! <= greetedAt - minute + 1_000, `${row!.late} ms late, and the server greeted ${greetedAt - minute} ms after`)
    })

    const all = await rig.create({ ...everyMinute, catchUp: 'ALL', overlapPolicy: 'ALLOW' }, '/all')
    const none = await rig.create({ ...everyMinute, catchUp: 'NONE' }, '/none')
    const ids = [latest, all, none]

    const downtime = async (spanMs: number) => {
      assert.equal(await server.stop(), 0)
      const before = minute
      minute += spanMs
      const came = await down(rig, minute, ids)
      server = came.server
      const rows = await Promise.all(ids.map((id) => rig.runs(id)))
      for (const of of rows) {
        const counted = of.reduce((sum, { missed_count }) => sum + 1 + (missed_count ?? 0), 0)
        assert.equal(of.at(-1)!.at, minute, 'the newest has its row')
        assert.equal(counted, (minute - of[0]!.at) / MINUTE_MS + 1, 'every occurrence is counted once')
      }
      return { ...came, rows, told: rows.map((of) => statuses(of, before)) }
    }

    await t.test('4 minutes: the newest, each or none of the missed ones run once, late', async () => {
      const { told, rows } = await downtime(4 * MINUTE_MS)
      assert.deepEqual(told, [['3 MISSED(SCHEDULER_DOWN)', '1 SUCCEEDED'], ['4 SUCCEEDED'], ['4 MISSED(SCHEDULER_DOWN)']])
      assert.deepEqual([arrivalsOf(rig, '/latest'), arrivalsOf(rig, '/all'), arrivalsOf(rig, '/none')], [2, 4, 0])
      for (const [n, { late }] of rows[1]!.entries()) assert.ok(late! >= (3 - n) * MINUTE_MS + 10_000, `run ${n} says ${late} ms`)
    })

    await t.test('3 hours: a row for each of the 180, and only those inside the window run', async () => {
      const { told, tookMs } = await downtime(3 * HOUR_MS)
      assert.deepEqual(told, [
        ['179 MISSED(SCHEDULER_DOWN)', '1 SUCCEEDED'],
        ['175 MISSED(SCHEDULER_DOWN)', '5 SUCCEEDED'],
        ['180 MISSED(SCHEDULER_DOWN)'],
      ])
      t.diagnostic(`on record ${Math.round(tookMs)} ms after the greeting`)
    })

    await t.test('400 days: the newest thousand and one row for the rest', async () => {
      const { told, rows, tookMs } = await downtime(400 * DAY_MS)
      assert.deepEqual(told, [
        ['1001 MISSED(SCHEDULER_DOWN)', '1 SUCCEEDED'],
        ['1001 MISSED(SCHEDULER_DOWN)', '5 SUCCEEDED'],
        ['1001 MISSED(SCHEDULER_DOWN)'],
      ])
      for (const [n, run] of [1, 5, 0].entries()) {
        const summaries = rows[n]!.filter(({ missed_count }) => missed_count !== null)
        assert.deepEqual(
          summaries.map(({ at, missed_count }) => [at, missed_count]),
          [[minute - 400 * DAY_MS + MINUTE_MS, 400 * 24 * 60 - 1_001 - run]],
        )
      }
      t.diagnostic(`3 × 576,000 occurrences were on record ${Math.round(tookMs)} ms after the greeting`)
    })
    assert.deepEqual([arrivalsOf(rig, '/latest'), arrivalsOf(rig, '/all'), arrivalsOf(rig, '/none')], [4, 14, 0])
  } finally {
    await server[Symbol.asyncDispose]()
  }
})
