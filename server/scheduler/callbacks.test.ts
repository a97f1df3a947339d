import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { attemptsOf, callbackOf, cameBack, dueNow, isCallback, isOver, run, until, waits } from '../../test/callback-rig.ts'
import { startReceiver } from '../../test/receiver.ts'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { cancel } from '../commands/cancel.ts'
import { retryCallback } from '../commands/retry-callback.ts'
import { send } from '../commands/send.ts'
import { sendMany } from '../commands/send-many.ts'
import { publicId } from '../domain/ids.ts'
import { newSigningSecret } from '../store/signing-secrets.ts'
import { createVault } from '../store/vault.ts'

test('a final invocation is told to its callbackUrl, signed, with an id of its own, and all of it is on record', async () => {
  await using rig = await schedulerRig()
  const owner = { table: 'projects', id: rig.ctx.projectId } as const
  const { secret, sealed } = newSigningSecret(rig.db.vault, owner)
  await rig.db.pool.query('update projects set signing_secret = $2 where id = $1', [owner.id, sealed])
  await rig.schedule({
    headerPrefix: 'X-Acme',
    userAgent: 'Docket/9',
    receiptUrl: (id, version) => `https://docket.example/r/${id}-${version}`,
  })
  const record = { type: 'order', id: '7' }
  const { id } = await run(rig, { name: 'Ship', record })
  const [arrival] = await cameBack(rig)
  const { headers, body } = arrival!
  const row = await rig.row(id)
  const callbackId = publicId('callback', id)
  assert.equal(arrival!.method, 'POST')
  assert.deepEqual([headers['webhook-id'], headers['idempotency-key']], [callbackId, callbackId])
  assert.equal(headers['x-acme-action-invocation-id'], publicId('invocation', id))
  assert.deepEqual([headers['content-type'], headers['user-agent']], ['application/json', 'Docket/9'])
  assert.match(headers.traceparent as string, new RegExp(`^00-${id.replaceAll('-', '')}-[0-9a-f]{16}-01$`))
  const told = new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>
  assert.deepEqual(
    [told.id, told.status, told.responseCode, told.responseBody],
    [publicId('invocation', id), 'SUCCEEDED', 200, '{"ok":true}'],
  )
  assert.deepEqual([told.record, told.finishedAt, told.error], [record, row.finished_at!.toISOString(), null])
  assert.equal((told.action as { name: string }).name, 'Ship')
  assert.equal(told.receiptUrl, `https://docket.example/r/${id}-0`)

  const callback = await until(rig, id, isOver)
  assert.deepEqual([callback.status, callback.attempt_count, callback.response_code], ['DELIVERED', 1, 200])
  assert.equal(callback.lease_owner, null)
  const [attempt] = await attemptsOf(rig, id)
  assert.deepEqual([attempt!.number, attempt!.response_code, attempt!.response_body], [1, 200, '{"ok":true}'])
  assert.ok(attempt!.wait_ms !== null && attempt!.started_at >= row.finished_at!)
  assert.deepEqual(await rig.events(id), ['invocation.created', 'invocation.running', 'invocation.succeeded', 'callback.delivered'])
  assert.deepEqual(await rig.row(id), row, 'the invocation is as it was')
})

test('every kind of end is told, and nothing before the end', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const far = new Date(Date.now() + 3_600_000).toISOString()
  const failed = await run(rig, { url: `${rig.target.url}/run?status=500`, retryable: true, retry: { maxAttempts: 2 } })
  const cancelled = await run(rig, { scheduledAt: far })
  const missed = await run(rig, { scheduledAt: far })
  await rig.until(failed.id, ({ status }) => status === 'RETRYING')
  assert.equal(await callbackOf(rig, failed.id), undefined)
  await rig.makeDue(failed.id)
  await cancel(rig.ctx, publicId('invocation', cancelled.id))
  await rig.db.pool.query(
    `with ended as (
       update invocations set status = 'MISSED', outcome = 'MISSED', status_reason = 'PAUSED', finished_at = now() where id = $1 returning *)
     insert into callbacks (invocation_id, project_id, url, max_attempts, run_at, created_at)
     select id, project_id, $2, 8, finished_at, finished_at from ended`,
    [missed.id, `${rig.target.url}/callback`],
  )
  const told = new Map((await cameBack(rig, 3)).map(({ body }) => [JSON.parse(body).id, JSON.parse(body)]))
  const of = ({ id }: { id: string }) => told.get(publicId('invocation', id))
  assert.deepEqual([of(failed).status, of(failed).error.code, of(failed).attemptCount], ['FAILED', 'HTTP_500', 2])
  assert.deepEqual([of(cancelled).status, of(cancelled).statusReason, of(cancelled).startedAt], ['CANCELLED', 'USER', null])
  assert.deepEqual([of(missed).status, of(missed).statusReason], ['MISSED', 'PAUSED'])
})

test('F35: while its receiver is down a callback has its own plan, and the invocation does not notice', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const receiver = await startReceiver()
  const port = Number(new URL(receiver.url).port)
  await receiver.close()
  const { id } = await run(rig, { callbackUrl: `http://127.0.0.1:${port}/` })
  const [before] = await rig.ended([id])
  for (let attempt = 1; attempt <= 8; attempt++) {
    const row = await until(rig, id, (row) => isOver(row) || waits(attempt)(row))
    assert.equal(row.error_code, 'CONNECT_FAILED')
    assert.equal(row.status, attempt === 8 ? 'FAILED' : 'PENDING')
    if (attempt === 8) break
    const pause = row.run_at.getTime() - (await attemptsOf(rig, id)).at(-1)!.finished_at.getTime()
    const planned = 20_000 * 2 ** (attempt - 1)
    assert.ok(Math.abs(pause - planned) <= planned * 0.2 + 2, `${pause} ms is not ${planned} ms ± 20 %`)
    await dueNow(rig, id)
  }
  assert.deepEqual(
    (await attemptsOf(rig, id)).map(({ number }) => number),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
  assert.deepEqual(await rig.row(id), before)
  const events = (await rig.events(id)).filter((type) => type.startsWith('callback'))
  assert.deepEqual(events, [...Array(7).fill('callback.retrying'), 'callback.failed'])
})

test('Retry-After sets the pause, 410 ends it, and a person can have it sent again', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const answers = [
    { status: 503, headers: { 'retry-after': '120' } },
    { status: 429, headers: { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() } },
    { status: 410 },
  ]
  rig.target.answer = (arrival) => (isCallback(arrival) ? (answers.shift() ?? {}) : undefined)
  const { id } = await run(rig)
  const invocation = publicId('invocation', id)
  for (const [attempt, seconds] of [
    [1, 120],
    [2, 3_600],
  ] as const) {
    const row = await until(rig, id, waits(attempt))
    const { finished_at } = (await attemptsOf(rig, id)).at(-1)!
    const pause = (row.run_at.getTime() - finished_at.getTime()) / 1_000
    assert.ok(pause >= seconds - 0.002 && pause <= Math.min(seconds * 1.2, 3_600) + 0.002, `${pause} s`)
    await assert.rejects(retryCallback(rig.ctx, invocation), { code: 'INVALID_TRANSITION', message: /PENDING/ })
    await dueNow(rig, id)
  }
  const given = await until(rig, id, isOver)
  assert.deepEqual([given.status, given.attempt_count, given.error_code], ['FAILED', 3, 'HTTP_410'])

  assert.deepEqual(await retryCallback(rig.ctx, invocation), { id })
  const again = await until(rig, id, isOver)
  assert.deepEqual([again.status, again.attempt_count, again.max_attempts, again.error_code], ['DELIVERED', 4, 11, null])
  assert.equal(new Set((await cameBack(rig, 4)).map(({ headers }) => headers['webhook-id'])).size, 1)
  await assert.rejects(retryCallback(rig.ctx, invocation), { code: 'INVALID_TRANSITION', message: /DELIVERED/ })
  const without = await send(rig.ctx, { url: `${rig.target.url}/run` })
  await assert.rejects(retryCallback(rig.ctx, publicId('invocation', without.id)), { code: 'INVALID_TRANSITION', message: /no callback/ })
  await assert.rejects(retryCallback(rig.ctx, publicId('invocation', rig.ctx.projectId)), { code: 'NOT_FOUND' })
})

test('an address that may not be called is not called, and not tried again', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  await assert.rejects(run(rig, { callbackUrl: 'http://169.254.169.254/latest' }), { code: 'TARGET_BLOCKED_ADDRESS', field: 'callbackUrl' })
  // As if it had been saved while the operator allowed it.
  const { id } = await run(rig, { url: `${rig.target.url}/run?hang=1` })
  await rig.target.arrived()
  await rig.db.pool.query('update actions set callback_url = $1', ['http://169.254.169.254/latest'])
  rig.target.release()
  const row = await until(rig, id, isOver)
  assert.deepEqual([row.status, row.attempt_count, row.error_code], ['FAILED', 1, 'TARGET_BLOCKED_ADDRESS'])
  const [attempt] = await attemptsOf(rig, id)
  assert.deepEqual([attempt!.failed_phase, attempt!.response_code], ['GUARD', null])
})

test('a server that cannot open the signing secret sends nothing unsigned: it says so and leaves it to a later attempt', async () => {
  await using rig = await schedulerRig()
  const owner = { table: 'projects', id: rig.ctx.projectId } as const
  const { sealed } = newSigningSecret(createVault({ secretKey: 'another key than that of the tests' }), owner)
  const { rows } = await rig.db.pool.query('select signing_secret from projects')
  await rig.db.pool.query('update projects set signing_secret = $1', [sealed])
  await rig.schedule()
  const { id } = await run(rig)
  const row = await until(rig, id, waits(1))
  assert.deepEqual([row.status, row.error_code], ['PENDING', 'SECRET_UNREADABLE'])
  assert.equal(rig.target.arrivals.length, 0)
  await rig.db.pool.query('update projects set signing_secret = $1', [rows[0].signing_secret])
  await dueNow(rig, id)
  assert.equal((await until(rig, id, isOver)).status, 'DELIVERED')
})

test('a receiver that never answers holds up neither the callbacks of others nor any run', async () => {
  await using rig = await schedulerRig()
  await using dead = await startReceiver()
  dead.answer = () => ({ hang: true })
  const inputs = Array.from({ length: 240 }, (_, n) => ({
    url: `${rig.target.url}/run`,
    callbackUrl: n < 200 ? `${dead.url}/${n}` : `${rig.target.url}/callback/${n}`,
  }))
  await sendMany(rig.ctx, inputs)
  await rig.schedule()
  await rig.target.arrived(240, ({ url }) => url === '/run')
  const live = await cameBack(rig, 40)
  assert.equal(new Set(live.map(({ url }) => url)).size, 40)
  assert.equal(dead.arrivals.length, 4, 'it got no more than its part')
  dead.answer = undefined
  dead.release()
  await dead.arrived(200)
  assert.equal(new Set(dead.arrivals.map(({ url }) => url)).size, 200)
})

test('while a project sends nothing at all, its callbacks wait', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const mode = (mode: string) =>
    rig.db.pool.query('update projects set execution_mode = $2::execution_mode where id = $1', [rig.ctx.projectId, mode])
  const held = await run(rig, { url: `${rig.target.url}/run?hang=1` })
  await rig.target.arrived()
  await mode('ALL_PAUSED')
  rig.target.release()
  await rig.ended([held.id])
  // Another project's goes out meanwhile.
  const projectId = crypto.randomUUID()
  await rig.db.pool.query('insert into projects (id, name, created_at) values ($1, $2, now())', [projectId, 'another'])
  const url = `${rig.target.url}/callback/other`
  const other = await send({ ...rig.ctx, projectId }, { url: `${rig.target.url}/run`, callbackUrl: url })
  await until(rig, other.id, isOver)
  assert.equal((await callbackOf(rig, held.id))!.attempt_count, 0)
  await mode('ACTIVE')
  assert.equal((await until(rig, held.id, isOver)).status, 'DELIVERED')
})
