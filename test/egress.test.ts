import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAction } from '../server/commands/create-action.ts'
import { send } from '../server/commands/send.ts'
import { PUBLIC_ONLY } from '../server/domain/egress.ts'
import { testDatabase } from './harness.ts'
import { LOOPBACK } from './loopback.ts'
import { schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

test('a target that is refused when its turn comes fails once, for good, with its attempt on record; others are sent as ever', async () => {
  await using rig = await schedulerRig()
  const { ctx, target } = rig
  const shut = await send(ctx, { url: `${target.url}/shut`, retryable: true })
  await rig.schedule({ egress: PUBLIC_ONLY })
  const row = await rig.until(shut.id, ({ status }) => status === 'FAILED')
  assert.deepEqual([row.error_source, row.error_code, row.attempt_count], ['DISPATCH', 'TARGET_BLOCKED_ADDRESS', 1])
  assert.match(row.error_message!, /EGRESS_ALLOW/)
  const { rows } = await rig.db.pool.query('select failed_phase, send_ms, wait_ms from attempts where invocation_id = $1', [shut.id])
  assert.deepEqual(rows, [{ failed_phase: 'GUARD', send_ms: null, wait_ms: null }])
  assert.equal(target.arrivals.length, 0)
})

test('an attempt records its phases, and where it failed', async () => {
  await using rig = await schedulerRig()
  const { ctx, target } = rig
  const fine = await send(ctx, { url: `${target.url}/?delay=60` })
  const lost = await send(ctx, { url: `${target.url}/?drop=1`, retryable: false })
  await rig.schedule()
  await rig.ended([fine.id, lost.id])
  const phases = async (id: string) =>
    (
      await rig.db.pool.query(
        'select dns_ms, connect_ms, tls_ms, send_ms, wait_ms, body_ms, failed_phase, duration_ms from attempts where invocation_id = $1',
        [id],
      )
    ).rows[0]
  const one = await phases(fine.id)
  assert.deepEqual([one.dns_ms, one.tls_ms, one.failed_phase], [null, null, null])
  assert.ok(one.connect_ms > 0 && one.wait_ms >= 58 && one.body_ms >= 0, JSON.stringify(one))
  const sum = one.connect_ms + one.send_ms + one.wait_ms + one.body_ms
  // Between them is only what the process itself takes.
  assert.ok(sum <= one.duration_ms + 0.1 && sum > one.duration_ms * 0.5, JSON.stringify(one))
  const other = await phases(lost.id)
  assert.deepEqual([other.failed_phase, other.body_ms], ['WAIT', null])
})

test('what cannot be called is refused when it is saved: URL, base URL, callback', async () => {
  await using rig = await schedulerRig()
  const ctx = { ...rig.ctx, egress: undefined }
  const refused = { code: 'TARGET_BLOCKED_ADDRESS' }
  await assert.rejects(send(ctx, { url: 'http://10.0.0.1/' }), { ...refused, field: 'url' })
  const action = { name: 'a', target: { url: 'https://example.com/' } }
  await assert.rejects(createAction(ctx, { ...action, target: { url: 'http://[::1]/' } }), { ...refused, field: 'target.url' })
  await assert.rejects(createAction(ctx, { ...action, callbackUrl: 'http://169.254.169.254/' }), { ...refused, field: 'callbackUrl' })
  await assert.rejects(createAction({ ...ctx, egress: LOOPBACK }, { ...action, callbackUrl: 'http://10.0.0.1/' }), refused)
  await createAction({ ...ctx, egress: LOOPBACK }, { ...action, callbackUrl: 'http://127.0.0.1/' })
})

test('a server as it comes calls its own echo and nothing else on this machine', async () => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url, env: { EGRESS_ALLOW: '' } })
  const ended = await server.client.send({ url: `${server.url}/echo?status=201`, waitSeconds: 20 })
  assert.deepEqual([ended.status, ended.responseCode], ['SUCCEEDED', 201])
  for (const url of [`${server.url}/graphql`, `${server.url}/echo/x`, 'http://127.0.0.1:5432/', server.url]) {
    await assert.rejects(server.client.send({ url }), { code: 'TARGET_BLOCKED_ADDRESS' }, url)
  }
  await assert.rejects(server.client.send({ url: `http://localhost:${server.port}/echo` }), { code: 'TARGET_BLOCKED_NAME' })
  const service = await server.client.services.create({ name: 'self', baseUrl: server.url })
  const through = await server.client.send({ serviceId: service.id, path: '/echo', waitSeconds: 20 })
  assert.equal(through.status, 'SUCCEEDED')
  const failed = await server.client.send({ serviceId: service.id, path: '/livez', waitSeconds: 20 })
  assert.deepEqual([failed.status, failed.error?.code, failed.attemptCount], ['FAILED', 'TARGET_BLOCKED_ADDRESS', 1])
  const gateway = await fetch(`${server.url}/gateway/self/echo`)
  assert.equal(gateway.status, 502)
})
