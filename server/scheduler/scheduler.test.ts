import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { cancel } from '../commands/cancel.ts'
import { createAction } from '../commands/create-action.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { send } from '../commands/send.ts'
import { sendMany } from '../commands/send-many.ts'
import { updateAction } from '../commands/update-action.ts'
import { publicId } from '../domain/ids.ts'

const idsOf = (results: Awaited<ReturnType<typeof sendMany>>) =>
  results.map((result) => {
    assert.ok('id' in result)
    return result.id
  })

test('a request is sent at once with its headers, and everything about it is on record', async () => {
  await using rig = await schedulerRig()
  await rig.schedule({ headerPrefix: 'X-Acme', userAgent: 'Docket/9' })
  const { id } = await send(rig.ctx, { url: `${rig.target.url}/hook?a=1`, headers: { 'X-Own': 'yes' }, body: { n: 1 } })
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'SUCCEEDED')
  assert.equal(row!.response_code, 200)
  assert.equal(row!.lease_owner, null)
  const [arrival] = await rig.target.arrived()
  assert.equal(arrival!.method, 'POST')
  assert.equal(arrival!.url, '/hook?a=1')
  assert.equal(arrival!.body, '{"n":1}')
  const invocation = publicId('invocation', id)
  const { headers } = arrival!
  assert.equal(headers['x-own'], 'yes')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['user-agent'], 'Docket/9')
  assert.match(headers['x-acme-action-id'] as string, /^act_/)
  assert.equal(headers['x-acme-action-invocation-id'], invocation)
  assert.equal(headers['x-acme-trusted'], '1')
  assert.equal(headers['x-acme-attempt'], '1')
  assert.equal(headers['x-acme-scheduled-for'], row!.scheduled_for!.toISOString())
  assert.equal(headers['idempotency-key'], invocation)
  assert.match(headers.traceparent as string, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  const [attempt] = await rig.attempts(id)
  assert.equal(attempt!.response_body, '{"ok":true}')
  assert.equal(attempt!.response_headers!['content-type'], 'application/json')
  assert.ok(attempt!.started_at >= row!.run_at && attempt!.finished_at >= attempt!.started_at)
  assert.deepEqual(await rig.events(id), ['invocation.created', 'invocation.running', 'invocation.succeeded'])
})

test('three hundred instants: each once, none before its time', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const from = Date.now() + 700
  const inputs = Array.from({ length: 300 }, (_, n) => {
    const scheduledAt = new Date(from + n * 5).toISOString()
    return { url: `${rig.target.url}/`, scheduledAt, headers: { 'x-at': scheduledAt } }
  })
  const ids = idsOf(await sendMany(rig.ctx, inputs))
  await rig.ended(ids)
  assert.equal(rig.target.arrivals.length, 300)
  assert.equal(new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key'])).size, 300)
  for (const { at, headers } of rig.target.arrivals)
    assert.ok(at >= Date.parse(headers['x-at'] as string), `${at} is before ${headers['x-at']}`)
})

test('of cancel and send exactly one wins', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const at = Date.now() + 600
  const ids = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 200 }, (_, n) => ({ url: `${rig.target.url}/`, scheduledAt: new Date(at + (n % 20) * 10).toISOString() })),
    ),
  )
  // The first rows to become RUNNING say that the others are about to.
  await rig.until(ids[0]!, ({ status }) => status !== 'PENDING')
  const answers = await Promise.allSettled(ids.map((id) => cancel(rig.ctx, publicId('invocation', id))))
  await rig.ended(ids)
  const sent = new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key']))
  let cancelled = 0
  for (const [n, id] of ids.entries()) {
    const accepted = answers[n]!.status === 'fulfilled'
    if (accepted) cancelled++
    assert.equal((await rig.row(id)).status, accepted ? 'CANCELLED' : 'SUCCEEDED')
    assert.equal(sent.has(publicId('invocation', id)), !accepted)
  }
  assert.ok(cancelled > 0 && cancelled < ids.length, `${cancelled} of ${ids.length} were cancelled; the race was not there`)
})

test('a failed attempt is retried with the same key, and the version of the request that was sent first', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { id: actionId } = await createAction(rig.ctx, {
    name: 'edited',
    target: { url: `${rig.target.url}/old?status=500` },
    body: 'old',
    retryable: true,
  })
  const action = publicId('action', actionId)
  const { id } = await invokeNow(rig.ctx, action)
  const waiting = await rig.until(id, ({ status }) => status === 'RETRYING')
  assert.equal(waiting.error_source, 'TARGET')
  assert.equal(waiting.error_code, 'HTTP_500')
  assert.equal(waiting.response_code, 500)
  const [first] = await rig.attempts(id)
  const pause = waiting.run_at.getTime() - first!.finished_at.getTime()
  assert.ok(pause >= 15_999 && pause <= 24_001, `${pause} ms is not 20 s ± 20 %`)
  await updateAction(rig.ctx, action, { target: { url: `${rig.target.url}/new` }, body: 'new' })
  rig.target.answer = () => ({ status: 200 })
  await rig.makeDue(id)
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'SUCCEEDED')
  assert.equal(row!.error_code, null)
  const [one, two] = rig.target.arrivals
  assert.equal(two!.url, '/old?status=500')
  assert.equal(two!.body, 'old')
  assert.equal(two!.headers['x-forte-attempt'], '2')
  assert.equal(two!.headers['idempotency-key'], one!.headers['idempotency-key'])
  assert.notEqual(two!.headers.traceparent, one!.headers.traceparent)
  assert.equal(two!.headers['x-forte-scheduled-for'], one!.headers['x-forte-scheduled-for'])
  assert.deepEqual(
    (await rig.attempts(id)).map(({ number, response_code }) => [number, response_code]),
    [
      [1, 500],
      [2, 200],
    ],
  )
  assert.deepEqual(await rig.events(id), [
    'invocation.created',
    'invocation.running',
    'invocation.retrying',
    'invocation.running',
    'invocation.succeeded',
  ])
  const later = await invokeNow(rig.ctx, action, { input: { fresh: true } })
  await rig.ended([later.id])
  assert.equal(rig.target.arrivals[2]!.url, '/new')
  assert.equal(rig.target.arrivals[2]!.body, '{"fresh":true}')
})

test('attempts end with maxAttempts, and Retry-After sets the pause', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { id } = await send(rig.ctx, {
    url: `${rig.target.url}/?status=503&retry-after=1`,
    retryable: true,
    retry: { maxAttempts: 2 },
  })
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'FAILED')
  assert.equal(row!.error_code, 'HTTP_503')
  const [one, two] = await rig.attempts(id)
  const pause = two!.started_at.getTime() - one!.finished_at.getTime()
  assert.ok(pause >= 999 && pause < 1_500, `came back after ${pause} ms`)
  assert.equal(rig.target.arrivals.length, 2)
})

test('what is not retryable is sent once', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { id } = await send(rig.ctx, { url: `${rig.target.url}/?status=500` })
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'FAILED')
  assert.equal(row!.attempt_count, 1)
})

test('410 ends a run and pauses its recurring action, with what was made ahead', async () => {
  await using rig = await schedulerRig()
  const { id } = await createAction(rig.ctx, {
    name: 'gone',
    target: { url: `${rig.target.url}/?status=410` },
    schedule: { cronExpression: '* * * * *', timezone: 'UTC' },
    retryable: true,
  })
  await rig.db.pool.query(`update actions set next_run_at = date_trunc('minute', clock_timestamp()) where id = $1`, [id])
  await rig.schedule()
  await rig.target.arrived()
  const [run] = (await rig.db.pool.query<{ id: string }>('select id from invocations where action_id = $1 order by scheduled_for', [id]))
    .rows
  await rig.until(run!.id, ({ status }) => status === 'FAILED')
  const action = await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ enabled: boolean; pause_note: string; next_run_at: Date | null }>(
      'select enabled, pause_note, next_run_at from actions where id = $1',
      [id],
    )
    return rows[0]!.enabled ? 'the action is not paused' : rows[0]!
  })
  assert.match(action.pause_note, /410/)
  assert.equal(action.next_run_at, null)
})

test('a host that never answers does not hold up another', async () => {
  await using rig = await schedulerRig()
  await rig.schedule({ concurrency: 12, perOrigin: 4 })
  const other = rig.target.url.replace('127.0.0.1', 'localhost')
  const dead = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 60 }, () => ({ url: `${rig.target.url}/dead?hang=1` })),
    ),
  )
  await rig.target.arrived(4)
  const alive = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 30 }, () => ({ url: `${other}/alive` })),
    ),
  )
  await rig.ended(alive, 5_000)
  assert.equal(rig.target.arrivals.filter(({ url }) => url.startsWith('/dead')).length, 4)
  rig.target.release()
  await rig.ended(dead)
  assert.equal(rig.target.arrivals.length, 90)
})

test('several schedulers share the work and send nothing twice', async () => {
  await using rig = await schedulerRig()
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  const at = new Date(Date.now() + 500).toISOString()
  const later = Array.from({ length: 400 }, () => ({ url: `${rig.target.url}/`, scheduledAt: at }))
  const now = Array.from({ length: 400 }, () => ({ url: `${rig.target.url}/` }))
  const ids = [...idsOf(await sendMany(rig.ctx, later)), ...idsOf(await sendMany(rig.ctx, now))]
  await rig.ended(ids)
  assert.equal(rig.target.arrivals.length, 800)
  const { rows } = await rig.db.pool.query('select count(*)::int as n from attempts')
  assert.equal(rows[0].n, 800)
})

test('a stopped scheduler gives back at once what it holds, and lets requests under way finish', async () => {
  await using rig = await schedulerRig()
  const first = await rig.schedule({ concurrency: 5, perOrigin: 5 })
  const slow = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 5 }, () => ({ url: `${rig.target.url}/slow?hang=1` })),
    ),
  )
  await rig.target.arrived(5)
  const at = new Date(Date.now() + 900).toISOString()
  const coming = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 20 }, () => ({ url: `${rig.target.url}/coming`, scheduledAt: at })),
    ),
  )
  await rig.until(coming[0]!, ({ lease_owner }) => lease_owner !== null)
  const stopped = first.stop()
  await rig.until(coming[0]!, ({ lease_owner }) => lease_owner === null)
  rig.target.release()
  await stopped
  for (const id of slow) assert.equal((await rig.row(id)).status, 'SUCCEEDED')
  for (const id of coming) assert.equal((await rig.row(id)).lease_owner, null)
  await rig.schedule()
  await rig.ended(coming, 5_000)
  assert.equal(rig.target.arrivals.length, 25)
})

test('what does not finish before the deadline of a stop ends as interrupted', async () => {
  await using rig = await schedulerRig()
  const scheduler = await rig.schedule()
  const once = await send(rig.ctx, { url: `${rig.target.url}/?hang=1` })
  const again = await send(rig.ctx, { url: `${rig.target.url}/?hang=1`, retryable: true })
  await rig.target.arrived(2)
  await scheduler.stop({ deadlineMs: 50 })
  const failed = await rig.row(once.id)
  assert.deepEqual([failed.status, failed.error_source, failed.error_code], ['FAILED', 'UNKNOWN', 'INTERRUPTED'])
  const retrying = await rig.row(again.id)
  assert.deepEqual([retrying.status, retrying.error_source, retrying.attempt_count], ['RETRYING', 'UNKNOWN', 1])
  rig.target.release()
  await rig.schedule()
  const [row] = await rig.ended([again.id])
  assert.deepEqual([row!.status, row!.attempt_count], ['SUCCEEDED', 2])
  assert.equal(rig.target.arrivals.length, 3)
})

test('loses and doubles nothing while its database connections are cut', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const from = Date.now() + 300
  const ids = idsOf(
    await sendMany(
      rig.ctx,
      Array.from({ length: 400 }, (_, n) => ({
        url: `${rig.target.url}/`,
        retryable: true,
        scheduledAt: new Date(from + n * 5).toISOString(),
      })),
    ),
  )
  for (const quarter of [50, 150, 250, 350]) {
    await rig.target.arrived(quarter)
    await cutConnections(rig)
  }
  // A cut can hit between the commit of a mark and its answer: such a row is nobody's until its lease runs out.
  await rig.target.arrived(390)
  const beat = setInterval(() => void rig.lapse(`status = 'RUNNING' and dispatched_at < clock_timestamp() - interval '2 seconds'`), 500)
  try {
    const rows = await rig.ended(ids)
    assert.ok(rows.every(({ status }) => status === 'SUCCEEDED'))
  } finally {
    clearInterval(beat)
  }
  const pairs = rig.target.arrivals.map(({ headers }) => `${headers['idempotency-key']} ${headers['x-forte-attempt']}`)
  assert.equal(new Set(pairs).size, pairs.length, 'an attempt was sent twice')
  assert.equal(new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key'])).size, 400)
})

const cutConnections = (rig: SchedulerRig) =>
  rig.db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'docket engine'`,
  )
