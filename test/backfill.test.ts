import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { parseId, publicId } from '../server/domain/ids.ts'
import { createLive } from '../server/live/live.ts'
import { createLog } from '../server/log.ts'
import { createScheduler } from '../server/scheduler/scheduler.ts'
import { openDatabase } from '../server/store/database.ts'
import { type ApiServer, startApi } from './api-server.ts'
import { LOOPBACK } from './loopback.ts'
import { testVault } from './vault.ts'

const VIEW = 'id status total made skipped succeeded failed cancelled waiting from to finishedAt actor { kind } action { id }'
const BACKFILL = `mutation ($id: ID!, $from: DateTime!, $to: DateTime!) {
  backfill(actionId: $id, from: $from, to: $to) { total backfill { ${VIEW} } }
}`
const SPAN = { from: '2026-03-10T00:00:00.000Z', to: '2026-03-10T05:00:00.000Z' }

async function makeAction(api: ApiServer): Promise<string> {
  const input = { name: 'a', target: { url: `${api.url}/echo` }, schedule: { cronExpression: '0 * * * *', timezone: 'UTC' } }
  const { data, errors } = await api.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', { input })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data.createAction.id
}

test('a backfill is started, seen everywhere it belongs, and cancelled', async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const { data, errors } = await api.graphql(BACKFILL, { id, ...SPAN })
  assert.equal(errors, undefined, JSON.stringify(errors))
  const { total, backfill } = data.backfill
  assert.equal(total, 6)
  assert.match(backfill.id, /^bkf_/)
  const figures = { total: 6, made: 0, skipped: 0, succeeded: 0, failed: 0 }
  assert.deepEqual(backfill, {
    id: backfill.id,
    status: 'RUNNING',
    ...figures,
    cancelled: 0,
    waiting: 6,
    ...SPAN,
    finishedAt: null,
    actor: { kind: 'TOKEN' },
    action: { id },
  })
  const seen = await api.graphql(
    `query ($b: ID!, $a: ID!) {
      backfill(id: $b) { id invocations(first: 5) { edges { node { id } } } }
      node(id: $b) { ... on Backfill { total } }
      backfills(actionId: $a, first: 1) { edges { node { id } } pageInfo { hasNextPage } }
      action(id: $a) { backfills { edges { node { id waiting } } } }
      events(first: 100) { edges { node { type actionId } } }
    }`,
    { a: id, b: backfill.id },
  )
  assert.equal(seen.errors, undefined, JSON.stringify(seen.errors))
  assert.deepEqual(seen.data.backfill, { id: backfill.id, invocations: { edges: [] } })
  assert.equal(seen.data.node.total, 6)
  assert.deepEqual(seen.data.backfills, { edges: [{ node: { id: backfill.id } }], pageInfo: { hasNextPage: false } })
  assert.deepEqual(seen.data.action.backfills.edges, [{ node: { id: backfill.id, waiting: 6 } }])
  assert.deepEqual(seen.data.events.edges.at(-1).node, { type: 'backfill.created', actionId: id })

  const { data: cancelled } = await api.graphql(`mutation ($id: ID!) { cancelBackfill(id: $id) { status cancelled waiting finishedAt } }`, {
    id: backfill.id,
  })
  const { finishedAt, ...rest } = cancelled.cancelBackfill
  assert.deepEqual(rest, { status: 'CANCELLED', cancelled: 6, waiting: 0 })
  assert.ok(finishedAt)
})

test('pages of backfills follow one another, of one action and of all', async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const made: string[] = []
  for (let n = 0; n < 3; n++) {
    const { data } = await api.graphql(BACKFILL, { id, ...SPAN })
    made.unshift(data.backfill.backfill.id)
    await api.graphql('mutation ($id: ID!) { cancelBackfill(id: $id) { id } }', { id: made[0] })
  }
  const page = '{ edges { node { id } } pageInfo { endCursor hasNextPage } }'
  const ids = (connection: { edges: { node: { id: string } }[] }) => connection.edges.map(({ node }) => node.id)
  const { data } = await api.graphql(
    `query ($id: ID!) { all: backfills(first: 2) ${page} action(id: $id) { backfills(first: 2) ${page} } }`,
    { id },
  )
  for (const first of [data.all, data.action.backfills]) {
    assert.deepEqual(ids(first), made.slice(0, 2))
    assert.equal(first.pageInfo.hasNextPage, true)
    const { data: more } = await api.graphql(
      `query ($id: ID!, $after: String) { all: backfills(actionId: $id, after: $after) ${page} action(id: $id) { backfills(after: $after) ${page} } }`,
      { id, after: first.pageInfo.endCursor },
    )
    assert.deepEqual([ids(more.all), ids(more.action.backfills)], [made.slice(2), made.slice(2)])
  }
})

test('what is wrong is named with its field', async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const future = new Date(Date.now() + 60_000).toISOString()
  const wrong: [object, object][] = [
    [{ to: future }, { code: 'BAD_USER_INPUT', field: 'to' }],
    [{ from: SPAN.to }, { code: 'BAD_USER_INPUT', field: 'from' }],
    [{ from: 'yesterday' }, { code: 'BAD_USER_INPUT', field: 'from' }],
    [{ from: '2026-01-01T00:00:00Z' }, { code: 'BAD_USER_INPUT', field: 'to' }],
    [{ id: 'act_x' }, { code: 'NOT_FOUND' }],
  ]
  for (const [more, extensions] of wrong) {
    const { errors } = await api.graphql(BACKFILL, { id, ...SPAN, ...more })
    assert.deepEqual(errors?.[0]?.extensions, extensions, JSON.stringify(more))
  }
  const { errors } = await api.graphql('mutation { setEnabledQuota(quota: 0) { id } }')
  assert.deepEqual(errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field: 'quota' })
  const { errors: at } = await api.graphql('mutation ($id: ID!, $at: DateTime!) { runAt(actionId: $id, at: $at) { id } }', {
    id,
    at: '2020-01-01T00:00:00Z',
  })
  assert.deepEqual(at?.[0]?.extensions, { code: 'INVALID_SCHEDULE', field: 'at' })
})

test('mode and quota of the project; skipNext and runAt answer their invocations, with words', async () => {
  await using api = await startApi()
  const { data } = await api.graphql(
    'mutation { setEnabledQuota(quota: 900) { enabledQuota } setExecutionMode(mode: ALL_PAUSED, note: "x") { executionMode } }',
  )
  assert.deepEqual(data, { setEnabledQuota: { enabledQuota: 900 }, setExecutionMode: { executionMode: 'ALL_PAUSED' } })
  assert.deepEqual((await api.graphql('{ project { executionMode enabledQuota } }')).data.project, {
    executionMode: 'ALL_PAUSED',
    enabledQuota: 900,
  })
  const id = await makeAction(api)
  const at = new Date(Date.now() + 60_000).toISOString()
  const { data: runs } = await api.graphql(
    `mutation ($id: ID!, $at: DateTime!) {
      runAt(actionId: $id, at: $at) { trigger runAt statusText missedCount whyNotRunning { code message until remedy } }
      skipNext(actionId: $id) { status statusReason statusText whyNotRunning { code } backfill { id } }
    }`,
    { id, at },
  )
  assert.deepEqual(
    runs.runAt.whyNotRunning.map(({ code, until }: { code: string; until: string | null }) => [code, until]),
    [
      ['PROJECT_PAUSED', null],
      ['SCHEDULED', at],
      ['SCHEDULER_OFF', null],
    ],
  )
  assert.deepEqual([runs.runAt.trigger, runs.runAt.runAt, runs.runAt.statusText, runs.runAt.missedCount], ['MANUAL', at, null, null])
  assert.deepEqual(runs.skipNext, {
    status: 'CANCELLED',
    statusReason: 'USER',
    statusText: 'Someone cancelled it before it was sent.',
    whyNotRunning: [],
    backfill: null,
  })
  await api.graphql('mutation { setExecutionMode(mode: ACTIVE) { id } }')
})

test('a page of invocations costs one read of what they wait for', async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const at = new Date(Date.now() + 60_000).toISOString()
  for (let n = 0; n < 10; n++) {
    await api.graphql('mutation ($id: ID!, $at: DateTime!) { runAt(actionId: $id, at: $at) { id } }', { id, at })
  }
  const { query } = api.db.pool
  const names: string[] = []
  api.db.pool.query = ((statement: { name?: string }, ...rest: unknown[]) => {
    if (statement.name) names.push(statement.name)
    return Reflect.apply(query, api.db.pool, [statement, ...rest])
  }) as never
  const { data } = await api.graphql(
    'query ($id: ID!) { action(id: $id) { invocations { edges { node { whyNotRunning { code } backfill { id made waiting } } } } } }',
    { id },
  )
  api.db.pool.query = query
  assert.equal(data.action.invocations.edges.length, 10)
  for (const { node } of data.action.invocations.edges) {
    assert.deepEqual(
      node.whyNotRunning.map(({ code }: { code: string }) => code),
      ['SCHEDULED', 'SCHEDULER_OFF'],
    )
  }
  assert.equal(names.filter((name) => name === 'read-waiting').length, 1)
})

test('whoever watches the invocations of an action follows its backfill to the end', async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const log = createLog('silent')
  const db = openDatabase(api.db.pool.options.connectionString!, log, { vault: testVault() })
  const live = createLive({ db: api.db, log })
  const scheduler = createScheduler({ db, log, egress: LOOPBACK })
  await scheduler.start()
  const subscription = live.subscribe({ projectId: api.projectId, actionId: parseId(id)!.uuid })
  await api.graphql(BACKFILL, { id, ...SPAN })
  const types: string[] = []
  for await (const { event, invocation } of subscription) {
    types.push(event.type)
    if (event.type !== 'backfill.finished') continue
    const { data } = await api.graphql('query ($id: ID!) { invocation(id: $id) { backfill { status succeeded waiting } } }', {
      id: publicId('invocation', invocation.id),
    })
    assert.deepEqual(data.invocation.backfill, { status: 'COMPLETED', succeeded: 6, waiting: 0 })
    break
  }
  assert.equal(types.at(-1), 'backfill.finished')
  assert.equal(types.filter((type) => type === 'invocation.succeeded').length, 6)
  await live.close()
  await scheduler.stop()
  await db.close()
})

test("another project's backfill is not there", async () => {
  await using api = await startApi()
  const id = await makeAction(api)
  const { data } = await api.graphql(BACKFILL, { id, ...SPAN })
  const { backfill } = data.backfill
  const other = randomUUID()
  await api.db.pool.query("insert into projects (id, name, created_at) values ($1, 'other', now())", [other])
  await api.db.pool.query('update backfills set project_id = $1 where id = $2', [other, parseId(backfill.id)!.uuid])
  for (const unknown of [backfill.id, publicId('backfill', randomUUID()), id, 'bkf_x', '']) {
    const { data: found } = await api.graphql('query ($id: ID!) { backfill(id: $id) { id } node(id: $id) { ... on Backfill { id } } }', {
      id: unknown,
    })
    assert.deepEqual([found.backfill, found.node?.id], [null, undefined])
    const { errors } = await api.graphql('mutation ($id: ID!) { cancelBackfill(id: $id) { id } }', { id: unknown })
    assert.deepEqual(errors?.[0]?.extensions, { code: 'NOT_FOUND' })
  }
})
