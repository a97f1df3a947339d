import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { testDatabase } from '../test/harness.ts'
import { startServer } from '../test/server.ts'
import { createClient } from './index.ts'

test('every call, against a real server', async (t) => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server
  const { echoUrl, ...project } = await client.project()
  const target = { url: echoUrl }

  await t.test('viewer and project', async () => {
    const viewer = await client.viewer()
    assert.equal(viewer.project.id, project.id)
    assert.match(project.id, /^prj_/)
    assert.equal(project.name, 'default')
  })

  await t.test('actions: create, get, list, update, pause, resume, invokeNow, delete', async () => {
    const made = await client.actions.create({
      name: 'Hourly',
      target,
      schedule: { cronExpression: '@hourly', timezone: 'Europe/Berlin' },
      tags: ['a'],
    })
    assert.equal(made.kind, 'RECURRING')
    assert.equal(made.nextRuns.length, 5)
    assert.equal(made.nextRuns[0]!.at, made.nextRunAt)
    assert.deepEqual(await client.actions.get(made.id), made)
    assert.deepEqual(
      (await client.actions.list({ filter: { search: 'hour' } })).items.map(({ id }) => id),
      [made.id],
    )
    const renamed = await client.actions.update(made.id, { name: 'Each hour', timeoutSeconds: 5 })
    assert.deepEqual([renamed.name, renamed.timeoutSeconds, renamed.schedule?.cronExpression], ['Each hour', 5, '@hourly'])

    const paused = await client.actions.pause(made.id, 'holidays')
    assert.deepEqual([paused.enabled, paused.pauseNote, paused.nextRunAt], [false, 'holidays', null])
    const resumed = await client.actions.resume(made.id)
    assert.deepEqual([resumed.enabled, resumed.pauseNote], [true, null])
    assert.ok(resumed.nextRunAt)

    const run = await client.actions.invokeNow(made.id, { input: { n: 1 }, record: { type: 'invoice', id: '7' } })
    assert.deepEqual([run.action.id, run.trigger, run.record], [made.id, 'MANUAL', { type: 'invoice', id: '7' }])
    const states: string[] = []
    for await (const { status } of client.watchReceipt(run.receiptUrl)) states.push(status)
    assert.equal(states.at(-1), 'SUCCEEDED')

    assert.equal(await client.actions.delete(made.id), made.id)
    assert.equal(await client.actions.get(made.id), null)
  })

  await t.test('the same key updates instead of making another', async () => {
    const one = await client.actions.create({ key: 'nightly', name: 'One', target })
    const two = await client.actions.create({ key: 'nightly', name: 'Two', target })
    assert.equal(two.id, one.id)
    assert.equal((await client.actions.get(one.id))?.name, 'Two')
  })

  await t.test('createMany and sendMany answer item by item', async () => {
    const actions = await client.actions.createMany([
      { name: 'Good', target },
      { name: 'Bad', target, schedule: { cronExpression: '61 * * * *', timezone: 'UTC' } },
    ])
    assert.equal(actions[0]!.action?.name, 'Good')
    assert.equal(actions[1]!.action, null)
    assert.equal(actions[1]!.error?.code, 'INVALID_CRON')
    const sent = await client.sendMany([{ url: echoUrl }, { url: 'ftp://example.com/' }])
    assert.ok(sent[0]!.invocation)
    assert.ok(sent[1]!.error)
  })

  await t.test('cancel before its time, retry afterwards', async () => {
    const scheduledAt = new Date(Date.now() + 3_600_000).toISOString()
    const waiting = await client.send({ url: echoUrl, scheduledAt })
    assert.deepEqual([waiting.status, waiting.runAt], ['PENDING', scheduledAt])
    const cancelled = await client.invocations.cancel(waiting.id)
    assert.deepEqual([cancelled.status, cancelled.statusReason], ['CANCELLED', 'USER'])
    await assert.rejects(client.invocations.cancel(waiting.id), { code: 'INVALID_TRANSITION' })
    const again = await client.invocations.retry(waiting.id)
    assert.deepEqual([again.retryOf?.id, again.trigger], [waiting.id, 'RETRY'])
  })

  await t.test('pages follow each other without gap or double', async () => {
    await client.actions.createMany(Array.from({ length: 7 }, (_, index) => ({ name: `Page ${index}`, target, recordType: 'paged' })))
    const ids: string[] = []
    let after: string | undefined
    do {
      const page = await client.actions.list({ filter: { recordType: 'paged' }, first: 3, ...(after ? { after } : {}) })
      ids.push(...page.items.map(({ id }) => id))
      after = page.hasNextPage ? page.endCursor! : undefined
    } while (after)
    assert.equal(ids.length, 7)
    assert.equal(new Set(ids).size, 7)
  })

  await t.test('services, tokens and the schedule preview', async () => {
    const service = await client.services.create({ name: 'billing', baseUrl: 'https://billing.example.com' })
    assert.ok((await client.services.list()).items.some(({ id }) => id === service.id))
    const { token, apiToken } = await client.tokens.create({ name: 'ci' })
    assert.equal((await createClient({ url: server.url, token }).viewer()).actor.name, 'ci')
    assert.ok((await client.tokens.list()).items.some(({ id }) => id === apiToken.id))
    assert.ok((await client.tokens.revoke(apiToken.id)).revokedAt)
    const preview = await client.schedulePreview(
      { cronExpression: '30 2 * * *', timezone: 'America/New_York' },
      { from: '2026-03-07T12:00:00Z', count: 2 },
    )
    assert.deepEqual(
      preview.runs.map(({ at }) => at),
      ['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z'],
    )
  })

  await t.test('refusals carry code and field', async () => {
    const refused = client.actions.create({ name: 'x', target, schedule: { cronExpression: '0 25 * * *', timezone: 'UTC' } })
    await assert.rejects(refused, { name: 'DocketApiError', code: 'INVALID_CRON', field: 'schedule.cronExpression' })
    await assert.rejects(client.invocations.cancel('inv_01h455vb4pex5vsknk084sn02q'), { code: 'NOT_FOUND' })
    await assert.rejects(createClient({ url: server.url, token: 'wrong' }).viewer(), { code: 'UNAUTHENTICATED' })
  })
})

test('no server, and something that is no Docket', async () => {
  const server = createServer((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const client = createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await assert.rejects(client.viewer(), { code: 'BAD_RESPONSE' })
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await assert.rejects(client.viewer(), { code: 'UNREACHABLE' })
})
