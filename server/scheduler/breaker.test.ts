import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invoke, type LimitedService, limitedService } from '../../test/limited-service.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { createAction } from '../commands/create-action.ts'
import { resetBreaker } from '../commands/reset-breaker.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { judgeProbe, openBreaker } from '../store/breaker-transitions.ts'
import { readBreakers } from '../store/breakers.ts'

/** Opens after two failures and probes every second. */
const TOUCHY = { minAttempts: 2, failureShare: 0.5, cooldownSeconds: 1 }
/** Opens after two failures, and then waits for longer than a test lasts. */
const PATIENT = { ...TOUCHY, cooldownSeconds: 600 }

interface BreakerRow {
  state: string
  failed_probes: number
  opened_at: Date | null
  probe_at: Date | null
  probe_id: string | null
  limited: boolean
}

const breakerOf = async ({ db }: SchedulerRig, { id }: LimitedService) =>
  (
    await db.pool.query<BreakerRow>('select b.*, s.limited from services s left join breakers b on b.service_id = s.id where s.id = $1', [
      id,
    ])
  ).rows[0]!
const until = (rig: SchedulerRig, service: LimitedService, state: string) =>
  rig.eventually(async () => {
    const row = await breakerOf(rig, service)
    return row.state === state ? row : `the circuit is ${row.state}`
  })
const notes = async ({ db }: SchedulerRig) =>
  (await db.pool.query<{ type: string; note: string }>("select type, note from events where type like 'breaker.%' order by seq")).rows
const types = async (rig: SchedulerRig) => (await notes(rig)).map(({ type }) => type)

test('too many failures open the circuit, what comes then waits, and a probe that is answered closes it', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = () => ({ status: 503 })
  const action = await service.action()
  await rig.schedule()
  const failed = await invoke(rig.ctx, action, 2)
  await rig.ended(failed)
  const open = await until(rig, service, 'OPEN')
  assert.ok(open.limited && open.opened_at && open.probe_at)
  const before = rig.target.arrivals.length
  rig.target.answer = undefined
  const waiting = await invoke(rig.ctx, action, 20)
  const rows = await rig.ended(waiting)
  assert.ok(rows.every(({ status, attempt_count }) => status === 'SUCCEEDED' && attempt_count === 1))
  const closed = await until(rig, service, 'CLOSED')
  assert.deepEqual([closed.limited, closed.opened_at, closed.probe_at, closed.failed_probes], [false, null, null, 0])
  assert.equal(rig.target.arrivals.length, before + 20)
  const [probe] = await rig.attempts((await firstSent(rig, waiting)).id)
  assert.ok(probe!.started_at.getTime() >= open.probe_at!.getTime() - 1, 'sent before the circuit had cooled down')
  const told = await notes(rig)
  assert.deepEqual(
    told.map(({ type }) => type),
    ['breaker.opened', 'breaker.half_opened', 'breaker.closed'],
  )
  for (const { note } of told) assert.ok(note.startsWith(`${service.name} (${publicId('service', service.id)}): `), note)
  assert.match(told[0]!.note, /2 of 2 attempts within 60 s failed; next probe at 20\d\d-.*Z\.$/)
})

const firstSent = async ({ db }: SchedulerRig, ids: readonly string[]) =>
  (await db.pool.query<{ id: string }>('select id from invocations where id = any($1) order by dispatched_at limit 1', [ids])).rows[0]!

test('a probe that fails opens it for twice as long, and attempts are not spent meanwhile', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = () => ({ status: 429 })
  const action = await service.action({ retryable: true, retry: { maxAttempts: 5, delaysSeconds: [0] } as never })
  await rig.schedule()
  const ids = await invoke(rig.ctx, action, 6)
  await rig.eventually(async () => {
    const { failed_probes } = await breakerOf(rig, service)
    return failed_probes >= 2 ? {} : `${failed_probes} probes have failed`
  })
  const row = await until(rig, service, 'OPEN')
  const sent = rig.target.arrivals.length
  // Each once, and some again before the circuit was open; not the five attempts that each of them has.
  assert.ok(sent <= 6 * 2 + row.failed_probes, `${sent} requests`)
  assert.ok(row.probe_at!.getTime() - Date.now() > 2_000, 'the third probe comes 4 s after the second')
  assert.ok((await Promise.all(ids.map((id) => rig.row(id)))).every(({ status }) => status === 'RETRYING'))
  rig.target.answer = undefined
  const rows = await rig.ended(ids)
  assert.ok(rows.every(({ status }) => status === 'SUCCEEDED'))
  assert.deepEqual(
    (await types(rig)).filter((type) => type !== 'breaker.half_opened'),
    ['breaker.opened', 'breaker.opened', 'breaker.opened', 'breaker.closed'].slice(-(row.failed_probes + 2)),
  )
})

test('nothing is lost in an outage: 200 runs, three servers, one event for each change of the circuit', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: { cooldownSeconds: 2 } })
  rig.target.answer = () => ({ drop: true })
  const action = await service.action({ retryable: true, retry: { maxAttempts: 4, delaysSeconds: [1] } as never })
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  const ids: string[] = []
  for (let n = 0; n < 20; n++) ids.push(...(await invoke(rig.ctx, action, 10)))
  await until(rig, service, 'OPEN')
  await rig.eventually(async () => ((await types(rig)).includes('breaker.half_opened') ? {} : 'no probe yet'))
  rig.target.answer = undefined
  const rows = await rig.ended(ids, 60_000)
  assert.ok(rows.every(({ status }) => status === 'SUCCEEDED'))
  await until(rig, service, 'CLOSED')
  const told = await types(rig)
  assert.equal(told[0], 'breaker.opened')
  assert.equal(told.at(-1), 'breaker.closed')
  for (const [index, type] of told.entries()) {
    const after: Record<string, string[]> = {
      'breaker.opened': ['breaker.half_opened'],
      'breaker.half_opened': ['breaker.opened', 'breaker.closed'],
      'breaker.closed': [],
    }
    if (index + 1 < told.length) assert.ok(after[type]!.includes(told[index + 1]!), told.join(', '))
  }
  const { rows: left } = await rig.db.pool.query('select from limited_runs')
  assert.equal(left.length, 0)
})

test('an open circuit of a service with 500 actions leaves the start of others unchanged', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: PATIENT })
  rig.target.answer = ({ url }) => (url === '/' ? { status: 500 } : undefined)
  const { id: other } = await createAction(rig.ctx, { name: 'o', target: { url: `${rig.target.url}/other` } })
  const action = await service.action()
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, action, 2))
  await until(rig, service, 'OPEN')
  await rig.db.pool.query(
    `insert into actions (id, project_id, name, kind, service_id, path, created_at, updated_at)
     select gen_random_uuid(), project_id, name, kind, service_id, path, now(), now() from actions, generate_series(1, 499) where id = $1`,
    [action],
  )
  const at = Date.now() + 3_000
  const due = (where: string) =>
    rig.db.pool.query<{ id: string }>(
      `insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, actor_kind, created_at)
       select gen_random_uuid(), project_id, id, 'PENDING', 'MANUAL', to_timestamp($2::float8 / 1000), now(), 1, 'SYSTEM', now()
       from actions where ${where} returning id`,
      [where.includes('service_id') ? service.id : other, at],
    )
  const held = await due('service_id = $1')
  assert.equal(held.rowCount, 500)
  const { rows: free } = await due('id = $1')
  const [row] = await rig.ended(free.map(({ id }) => id))
  const [attempt] = await rig.attempts(row!.id)
  const late = attempt!.started_at.getTime() - at
  assert.ok(late >= 0 && late < 500, `${late} ms`)
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ count: number }>(
      "select count(*)::int as count from invocations where status = 'PENDING' and lane is null",
    )
    return rows[0]!.count === 0 ? {} : `${rows[0]!.count} wait in no lane`
  })
  assert.equal(rig.target.arrivals.filter(({ url }) => url === '/').length, 2)
  await resetBreaker(rig.ctx, publicId('service', service.id))
  rig.target.answer = undefined
  await rig.ended(
    held.rows.map(({ id }) => id),
    40_000,
  )
  const told = await notes(rig)
  assert.match(told.at(-1)!.note, /: closed by hand\.$/)
})

test('another server sends another probe when the first one is lost with its server', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = () => ({ status: 500 })
  const action = await service.action({ timeoutSeconds: 300 })
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, action, 2))
  await until(rig, service, 'OPEN')
  rig.target.answer = () => ({ hang: true })
  const ids = await invoke(rig.ctx, action, 3)
  const half = await until(rig, service, 'HALF_OPEN')
  const lost = half.probe_id!
  const { lease_until } = await rig.row(lost)
  assert.equal(half.probe_at!.getTime(), lease_until!.getTime())
  rig.target.answer = undefined
  // As when its server is gone and the lease has run out.
  await rig.schedule()
  await rig.lapse("status = 'RUNNING'")
  await rig.db.pool.query('update breakers set probe_at = clock_timestamp() where service_id = $1', [service.id])
  const rows = await rig.ended(ids)
  assert.equal(rows.find(({ id }) => id === lost)!.error_code, 'INTERRUPTED')
  assert.equal(rows.filter(({ status }) => status === 'SUCCEEDED').length, 2)
  await until(rig, service, 'CLOSED')
  assert.deepEqual(await types(rig), ['breaker.opened', 'breaker.half_opened', 'breaker.closed'])
})

test('the probe is a run that may fail: one that is sent once only waits for the others', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = () => ({ status: 500 })
  const [once, often] = [
    await service.action(),
    await service.action({ retryable: true, retry: { maxAttempts: 9, delaysSeconds: [1] } as never }),
  ]
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, once, 2))
  await until(rig, service, 'OPEN')
  const [first] = (await invoke(rig.ctx, once, 1)) as [string]
  const [second] = (await invoke(rig.ctx, often, 1)) as [string]
  await rig.until(second, ({ attempt_count }) => attempt_count > 0)
  const row = await rig.row(first)
  assert.deepEqual([row.status, row.attempt_count], ['PENDING', 0])
  rig.target.answer = undefined
  assert.ok((await rig.ended([first, second])).every(({ status }) => status === 'SUCCEEDED'))
})

test('a probe that says nothing of the service is followed by another one at once', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = () => ({ status: 500 })
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, await service.action(), 2))
  await until(rig, service, 'OPEN')
  const probeId = newId()
  await rig.db.pool.query(
    "update breakers set state = 'HALF_OPEN', probe_at = now() + interval '1 hour', probe_id = $2 where service_id = $1",
    [service.id, probeId],
  )
  const said = { serviceId: service.id, because: 'it was not sent' }
  assert.equal(await judgeProbe(rig.db.pool, { ...said, probeId: newId(), health: 'UP' }), false)
  assert.equal((await breakerOf(rig, service)).state, 'HALF_OPEN')
  assert.equal(await judgeProbe(rig.db.pool, { ...said, probeId, health: 'UNKNOWN' }), true)
  rig.target.answer = undefined
  await rig.ended(await invoke(rig.ctx, await service.action(), 2))
  await until(rig, service, 'CLOSED')
  assert.deepEqual(await types(rig), ['breaker.opened', 'breaker.closed'])
})

test('of many servers that find the same, one opens the circuit and one judges its probe', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url)
  const found = (await readBreakers(rig.db.pool, [service.id])).get(service.id)!
  const opened = await Promise.all(Array.from({ length: 8 }, () => openBreaker(rig.db.pool, found, { attempts: 20, failed: 12 })))
  assert.equal(opened.filter(Boolean).length, 1)
  assert.equal(await openBreaker(rig.db.pool, found, { attempts: 20, failed: 12 }), false)
  const probeId = newId()
  await rig.db.pool.query("update breakers set state = 'HALF_OPEN', probe_id = $2 where service_id = $1", [service.id, probeId])
  const verdict = { serviceId: service.id, probeId, health: 'DOWN', because: 'HTTP_503' } as const
  const judged = await Promise.all(Array.from({ length: 8 }, () => judgeProbe(rig.db.pool, verdict)))
  assert.equal(judged.filter(Boolean).length, 1)
  const told = await notes(rig)
  assert.deepEqual(
    told.map(({ type }) => type),
    ['breaker.opened', 'breaker.opened'],
  )
  assert.match(told[1]!.note, /: the probe failed \(HTTP_503\); next probe at /)
  const row = await breakerOf(rig, service)
  assert.equal(Math.round((row.probe_at!.getTime() - Date.now()) / 10_000), 6)
})

test('an occurrence behind one that waits for an open circuit is MISSED(CIRCUIT_OPEN)', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: PATIENT })
  rig.target.answer = () => ({ status: 500 })
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, await service.action(), 2))
  await until(rig, service, 'OPEN')
  const schedule = { cronExpression: '0 0 1 1 *', timezone: 'UTC' }
  for (const [overlapPolicy, missed] of [
    ['SKIP', ['', 'CIRCUIT_OPEN', 'CIRCUIT_OPEN']],
    ['QUEUE_ONE', ['', '', 'CIRCUIT_OPEN']],
    ['ALLOW', ['', '', '']],
  ] as const) {
    const action = await service.action({ schedule, overlapPolicy })
    const ids: string[] = []
    for (const reason of missed) {
      const id = newId()
      ids.push(id)
      await rig.db.pool.query(
        `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind,
           created_at, exclusive)
         select $1, a.project_id, a.id, 'PENDING', 'SCHEDULE', at, at, at, 1, 'SYSTEM', at - interval '1 second', a.overlap_policy <> 'ALLOW'
         from actions a, (select clock_timestamp() - interval '10 milliseconds' + $3 * interval '1 millisecond' as at) t where a.id = $2`,
        [id, action, ids.length],
      )
      rig.db.signal.emit('due')
      if (reason) assert.equal((await rig.until(id, ({ status }) => status !== 'PENDING')).status_reason, reason)
      else if (ids.length === 1 || overlapPolicy === 'ALLOW')
        await rig.eventually(async () => {
          const { rows } = await rig.db.pool.query<{ lane: string | null }>('select lane from invocations where id = $1', [id])
          return rows[0]!.lane ? {} : 'it is in no lane'
        })
    }
  }
  await resetBreaker(rig.ctx, publicId('service', service.id))
  rig.target.answer = undefined
  const { rows } = await rig.db.pool.query<{ id: string }>('select id from invocations where finished_at is null')
  assert.equal(rows.length, 6)
  assert.ok((await rig.ended(rows.map(({ id }) => id))).every(({ status }) => status === 'SUCCEEDED'))
})

test('plain URLs, answers that refuse, and a breaker that is off open nothing', async () => {
  await using rig = await schedulerRig()
  const off = await limitedService(rig.ctx, rig.target.url, { breaker: { ...TOUCHY, enabled: false } })
  const refusing = await limitedService(rig.ctx, `${rig.target.url}/no`, { breaker: TOUCHY })
  const watched = await limitedService(rig.ctx, rig.target.url, { breaker: TOUCHY })
  rig.target.answer = ({ url }) => ({ status: url.startsWith('/no') ? 404 : 500 })
  await rig.schedule()
  const { id: plain } = await createAction(rig.ctx, { name: 'p', target: { url: `${rig.target.url}/` } })
  const actions = [await off.action(), await refusing.action(), plain]
  const ids = (await Promise.all(actions.map((action) => invoke(rig.ctx, action, 8)))).flat()
  await rig.ended(ids)
  // The one that is watched opens later than any of the others would have.
  await rig.ended(await invoke(rig.ctx, await watched.action(), 2))
  await until(rig, watched, 'OPEN')
  assert.equal((await types(rig)).length, 1)
  assert.deepEqual([(await breakerOf(rig, off)).state, (await breakerOf(rig, refusing)).state], ['CLOSED', 'CLOSED'])
  // Turned off while it is open, it closes.
  await watched.edit({ breaker: { enabled: false } })
  assert.deepEqual(await types(rig), ['breaker.opened', 'breaker.closed'])
  assert.equal((await breakerOf(rig, watched)).limited, false)
})

test('while it has a limit, a service stays limited when its circuit closes', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { breaker: PATIENT, limit: { maxConcurrency: 2 } })
  rig.target.answer = () => ({ status: 500 })
  await rig.schedule()
  await rig.ended(await invoke(rig.ctx, await service.action(), 2))
  await until(rig, service, 'OPEN')
  await resetBreaker(rig.ctx, publicId('service', service.id))
  assert.deepEqual([(await breakerOf(rig, service)).state, (await breakerOf(rig, service)).limited], ['CLOSED', true])
  await service.edit({ limit: null })
  assert.equal((await breakerOf(rig, service)).limited, false)
})
