import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../sdk/index.ts'
import { publicId } from '../server/domain/ids.ts'
import { keepAll } from '../server/domain/retention.ts'
import { driveBulk, openBulkOperations } from '../server/store/drive-bulk.ts'
import { applyRetention } from '../server/store/retention.ts'
import { type ApiServer, startApi } from './api-server.ts'
import { addHistory, type PastRun } from './history.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const url = 'https://example.com/'

async function action(api: ApiServer, target: object = { url }, name = 'job') {
  const { data } = await api.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
    input: { name, target },
  })
  const id: string = data.createAction.id
  const row = await api.db.prisma.action.findFirstOrThrow({ where: { name } })
  return { id, of: { projectId: api.projectId, actionId: row.id } }
}

async function found(api: ApiServer, filter: object): Promise<string[]> {
  const { data, errors } = await api.graphql(
    'query ($filter: InvocationFilter) { invocations(filter: $filter, first: 100) { edges { node { id } } } invocationCount(filter: $filter) }',
    { filter },
  )
  assert.equal(errors, undefined)
  const ids = data.invocations.edges.map(({ node }: { node: { id: string } }) => node.id)
  assert.equal(data.invocationCount, ids.length)
  return ids
}

const client = (api: ApiServer) => createClient({ url: api.url, token: api.token })

test('filter by the text of the error: any case, no wildcards, code or message, also beyond ASCII', async () => {
  await using api = await startApi()
  const { of } = await action(api)
  const failed = (n: number, errorCode: string, errorMessage: string): PastRun => ({
    status: 'FAILED',
    at: Date.now() - n * MINUTE_MS,
    errorCode,
    errorMessage,
  })
  const uuids = await addHistory(api.db.pool, of, [
    failed(1, 'HTTP_503', 'Service Unavailable: 100% of QUOTA_x used'),
    failed(2, 'DNS_FAILED', 'No such host'),
    failed(3, 'HTTP_404', 'Nicht verfügbar: ÄRGER \\ Pfad'),
    { status: 'SUCCEEDED', at: Date.now() - 4 * MINUTE_MS },
    { ...failed(5, 'HTTP_503', 'between two attempts'), status: 'RETRYING' },
    { status: 'CANCELLED', at: Date.now() - 6 * MINUTE_MS },
  ])
  const [quota, dns, umlaut, , retrying] = uuids.map((id) => publicId('invocation', id))
  for (const [errorText, expected] of [
    ['http_503', [quota]],
    ['unavailable', [quota]],
    ['NO SUCH HOST', [dns]],
    ['100%', [quota]],
    ['100% of quota_X', [quota]],
    ['%', [quota]],
    ['_x used', [quota]],
    ['host%', []],
    ['H__P', []],
    ['ärger', [umlaut]],
    ['VERFÜGBAR', [umlaut]],
    ['\\', [umlaut]],
    ['\\ pfad', [umlaut]],
    ["'; drop table invocations; --", []],
    ['  dns_  ', [dns]],
    [' ', uuids.map((id) => publicId('invocation', id))],
  ] as const) {
    assert.deepEqual(await found(api, { errorText }), expected, errorText)
  }
  assert.deepEqual(await found(api, { errorText: '503', statuses: ['RETRYING'] }), [retrying])
  assert.deepEqual(await found(api, { errorText: '503', statuses: ['RETRYING', 'FAILED'] }), [quota, retrying])
  assert.deepEqual(await found(api, { errorText: '503', statuses: ['SUCCEEDED', 'CANCELLED'] }), [])
  assert.deepEqual(await found(api, { errorText: 'http', to: new Date(Date.now() - 2.5 * MINUTE_MS).toISOString() }), [umlaut])
  const { errors } = await api.graphql('{ invocationCount(filter: { errorText: "\\u0000" }) }')
  assert.deepEqual(errors![0]!.extensions, { code: 'BAD_USER_INPUT', field: 'filter.errorText' })
})

test('filter by service, with the actions of others left out', async () => {
  await using api = await startApi()
  const { data } = await api.graphql(
    'mutation { createService(input: { name: "billing", baseUrl: "https://billing.example.com" }) { id } }',
  )
  const serviceId: string = data.createService.id
  const own = await action(api, { serviceId, path: '/a' }, 'own')
  const other = await action(api)
  const runs: PastRun[] = [
    { status: 'FAILED', at: Date.now() - 2 },
    { status: 'SUCCEEDED', at: Date.now() - 1 },
  ]
  const ids = (await addHistory(api.db.pool, own.of, runs)).map((id) => publicId('invocation', id)).reverse()
  await addHistory(api.db.pool, other.of, runs)
  assert.deepEqual(await found(api, { serviceId }), ids)
  assert.deepEqual(await found(api, { serviceId, statuses: ['FAILED'] }), [ids[1]])
  assert.deepEqual(await found(api, { serviceId, actionId: other.id }), [])
  assert.deepEqual(await found(api, { serviceId: publicId('service', crypto.randomUUID()) }), [])
  const { errors } = await api.graphql('query ($id: ID) { invocationCount(filter: { serviceId: $id }) }', { id: own.id })
  assert.deepEqual(errors![0]!.extensions, { code: 'NOT_FOUND', field: 'filter.serviceId' })
})

test('bulk operations over the API: count first, follow, list, stop', async () => {
  await using api = await startApi()
  const { id, of } = await action(api)
  await addHistory(
    api.db.pool,
    of,
    Array.from({ length: 60 }, (_, n) => ({ status: 'FAILED' as const, at: Date.now() - HOUR_MS + n })),
  )
  const docket = client(api)
  const filter = { actionId: id, statuses: ['FAILED' as const] }
  assert.equal(await docket.bulk.count(filter), 60)
  const started = await docket.bulk.retry(filter)
  assert.deepEqual([started.kind, started.status, started.total, started.done, started.actor.name], ['RETRY', 'RUNNING', 60, 0, 'admin'])
  const [running] = await openBulkOperations(api.db.pool)
  await driveBulk(api.db, running!.id)
  assert.equal((await docket.bulk.get(started.id))?.done, 50)
  const [retry] = (await docket.invocations.list({ filter: { statuses: ['PENDING'] }, first: 1 })).items
  assert.deepEqual([retry?.trigger, retry?.actor.name], ['RETRY', 'admin'])
  const stopped = await docket.bulk.stop(started.id)
  assert.deepEqual([stopped.status, stopped.done, stopped.finishedAt !== null], ['STOPPED', 50, true])
  const cancel = await docket.bulk.cancel({})
  assert.deepEqual([cancel.kind, cancel.total], ['CANCEL', 50])
  const list = await docket.bulk.list({ first: 1 })
  assert.deepEqual([list.items.map((one) => one.id), list.hasNextPage], [[cancel.id], true])
  const rest = await docket.bulk.list({ first: 1, after: list.endCursor! })
  assert.deepEqual([rest.items.map((one) => one.id), rest.hasNextPage], [[started.id], false])
  const { data } = await api.graphql('query ($id: ID!) { node(id: $id) { ... on BulkOperation { status } } }', { id: started.id })
  assert.deepEqual(data.node, { status: 'STOPPED' })
  assert.equal(await docket.bulk.get(id), null)
  await assert.rejects(docket.bulk.stop(id), { code: 'NOT_FOUND' })
  await assert.rejects(docket.bulk.cancel({}), { code: 'INVALID_TRANSITION' })
  const after = Buffer.from('backfills x').toString('base64url')
  await assert.rejects(docket.bulk.list({ after }), { code: 'BAD_USER_INPUT', field: 'after' })
})

test('stats: by status and bucket, latencies of attempts, and what fails most', async () => {
  await using api = await startApi()
  const one = await action(api)
  const two = await action(api, { url }, 'two')
  const now = Date.now()
  const durations = Array.from({ length: 100 }, (_, n) => n + 1)
  const width = 30 * MINUTE_MS
  const bucket = Math.floor(now / width) * width - 4 * width
  await addHistory(
    api.db.pool,
    one.of,
    durations.map((ms) => ({ status: 'SUCCEEDED' as const, at: bucket + ms * 1_000, attempts: [ms] })),
  )
  await addHistory(api.db.pool, two.of, [
    ...[1, 2, 3].map((n): PastRun => ({ status: 'FAILED', at: bucket + width + n, errorCode: 'TIMEOUT', attempts: [1_000, 2_000] })),
    { status: 'FAILED', at: bucket + width + 4, errorCode: 'HTTP_500', attempts: [5] },
    { status: 'MISSED', at: bucket + width },
    { status: 'CANCELLED', at: bucket + 2 * width },
    { status: 'PENDING', at: bucket + width },
    { status: 'PENDING', at: now + HOUR_MS },
    { status: 'SUCCEEDED', at: now - 25 * HOUR_MS, attempts: [60_000] },
  ])
  await addHistory(api.db.pool, one.of, [{ status: 'FAILED', at: bucket, errorCode: 'HTTP_500', attempts: [5] }])
  const docket = client(api)
  const stats = await docket.stats()
  const { total, succeeded, failed, missed, cancelled, successRate } = stats
  assert.deepEqual({ total, succeeded, failed, missed, cancelled }, { total: 107, succeeded: 100, failed: 5, missed: 1, cancelled: 1 })
  assert.equal(successRate, 100 / 105)
  assert.equal(stats.buckets.length, 48)
  assert.deepEqual([stats.buckets[0]!.from, stats.from], [stats.from, new Date(bucket - 43 * width).toISOString()])
  assert.ok(Date.parse(stats.to) >= now)
  const [first, second, third] = stats.buckets.filter(({ from }) => Date.parse(from) >= bucket)
  assert.deepEqual(first, { from: new Date(bucket).toISOString(), succeeded: 100, failed: 1, other: 0, latencyP50Ms: 50, latencyP95Ms: 95 })
  assert.deepEqual(second, {
    from: new Date(bucket + width).toISOString(),
    succeeded: 0,
    failed: 4,
    other: 1,
    latencyP50Ms: 1_000,
    latencyP95Ms: 2_000,
  })
  assert.deepEqual([third?.other, third?.latencyP50Ms], [1, null])
  assert.equal(stats.latencyP50Ms, 52)
  assert.deepEqual(
    stats.topFailures.map(({ action, errorCode, count }) => [action.name, errorCode, count]),
    [
      ['two', 'TIMEOUT', 3],
      ['two', 'HTTP_500', 1],
      ['job', 'HTTP_500', 1],
    ],
  )
  assert.equal(stats.topFailures[0]!.lastAt, new Date(bucket + width + 3).toISOString())
  // What the list shows for the same span.
  const from = new Date(bucket + width).toISOString()
  assert.equal(await docket.bulk.count({ statuses: ['FAILED'], from, to: new Date(bucket + 2 * width - 1).toISOString() }), 4)

  await addHistory(api.db.pool, one.of, [{ status: 'FAILED', at: now - 1 }])
  assert.deepEqual(await docket.stats(), stats, 'kept for a few seconds')
  assert.equal((await docket.stats(168)).failed, 6)
  assert.equal((await docket.stats(168)).succeeded, 101)
  for (const hours of [0, 169, -1]) await assert.rejects(docket.stats(hours), { code: 'BAD_USER_INPUT', field: 'hours' })

  api.statements()
  await docket.stats(167)
  assert.ok(api.statements().length <= 2)
})

test('a cursor whose events retention has removed is refused, and a watch goes on after a reload', async () => {
  await using api = await startApi()
  const { of } = await action(api)
  const docket = client(api)
  const old = (await docket.project()).eventCursor
  const event = (id: string) =>
    api.db.pool.query(
      "insert into events (project_id, type, at, action_id, invocation_id, status) values ($1, 'invocation.created', now(), $2, $3, 'PENDING')",
      [api.projectId, of.actionId, id],
    )
  const [first, second, third] = await addHistory(
    api.db.pool,
    of,
    [1, 2, 3].map((n) => ({ status: 'PENDING' as const, at: Date.now() + n * HOUR_MS })),
  )
  await event(first!)
  const kept = (await docket.project()).eventCursor
  await event(second!)
  await api.db.pool.query("update events set at = now() - interval '91 days' where seq < (select max(seq) from events)")
  assert.ok((await applyRetention(api.db.pool, keepAll(90))).events > 0)

  const expired = { code: 'CURSOR_EXPIRED', field: 'after' }
  await assert.rejects(docket.events({ after: old }), expired)
  await assert.rejects(docket.watchInvocations({ after: old }).next(), expired)
  assert.equal((await docket.events({ after: kept })).items.length, 1)
  assert.equal((await docket.events()).items.length, 1)

  const reloads: string[] = []
  const watch = docket.watchInvocations({
    after: old,
    onExpired: async () => {
      reloads.push('reload')
      // Falls between the reload and the new subscription.
      await event(third!)
    },
  })
  const { value } = await watch.next()
  assert.deepEqual([reloads, value?.invocation.id], [['reload'], publicId('invocation', third!)])
  const next = watch.next()
  await event(first!)
  api.db.signal.emit('events')
  assert.equal((await next).value?.invocation.id, publicId('invocation', first!))
  assert.deepEqual(reloads, ['reload'])
  await watch.return?.()
  await docket.close()
})
