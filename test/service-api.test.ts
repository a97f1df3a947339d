import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from './api-server.ts'

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

async function ask(query: string, variables: object = {}) {
  const { data, errors } = await api.graphql(query, variables)
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}
/** Code, field and text of the refusal. */
async function refusal(query: string, variables: object = {}) {
  const { errors } = await api.graphql(query, variables)
  assert.ok(errors, 'it was not refused')
  return { code: errors[0]!.extensions.code, field: errors[0]!.extensions.field, message: errors[0]!.message }
}
let made = 0
const makeService = async (baseUrl = 'https://ledger.example.com') =>
  (await ask('mutation ($input: CreateServiceInput!) { createService(input: $input) { id } }', { input: { name: `s${++made}`, baseUrl } }))
    .createService.id as string
const makeAction = async (target: object, more: object = {}) =>
  (await ask('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', { input: { name: 'a', target, ...more } }))
    .createAction.id as string

const LIMIT = 'limit { id key maxConcurrency rateLimit ratePeriod running service { id } }'
const BREAKER = 'breaker { enabled failureShare windowSeconds minAttempts cooldownSeconds state openedAt probeAt }'
const VIEW = `id name baseUrl gateway actionCount ${LIMIT} ${BREAKER}`
const UPDATE = `mutation ($id: ID!, $input: UpdateServiceInput!) { updateService(id: $id, input: $input) { ${VIEW} } }`
const update = async (id: string, input: object) => (await ask(UPDATE, { id, input })).updateService
const UNTOUCHED = {
  enabled: true,
  failureShare: 0.5,
  windowSeconds: 60,
  minAttempts: 20,
  cooldownSeconds: 30,
  state: 'CLOSED',
  openedAt: null,
  probeAt: null,
}
const typesAndNotes = async () =>
  (await ask('{ events(first: 100) { edges { node { type note } } } }')).events.edges.map(
    ({ node }: { node: { type: string; note: string | null } }) => `${node.type} ${node.note}`,
  ) as string[]

test('a service is edited by what is given; absent stays, null is the default', async () => {
  const id = await makeService()
  const first = await update(id, {})
  assert.deepEqual([first.gateway, first.limit, first.breaker, first.actionCount], [true, null, UNTOUCHED, 0])
  const all = await update(id, {
    name: 'Ledger',
    baseUrl: 'https://api.example.com/v2/',
    gateway: false,
    limit: { maxConcurrency: 5, rateLimit: 100, ratePeriod: 'SECOND' },
    breaker: { failureShare: 0.1, minAttempts: 3 },
  })
  assert.deepEqual([all.name, all.baseUrl, all.gateway], ['Ledger', 'https://api.example.com/v2', false])
  assert.deepEqual([all.limit.maxConcurrency, all.limit.rateLimit, all.limit.ratePeriod, all.limit.running], [5, 100, 'SECOND', 0])
  assert.deepEqual([all.limit.key, all.limit.service.id], [null, id])
  assert.deepEqual(all.breaker, { ...UNTOUCHED, failureShare: 0.1, minAttempts: 3 })
  const some = await update(id, { limit: { rateLimit: null }, breaker: { minAttempts: null } })
  assert.deepEqual(some, {
    ...all,
    limit: { ...all.limit, rateLimit: null, ratePeriod: null },
    breaker: { ...all.breaker, minAttempts: 20 },
  })
  const none = await update(id, { gateway: null, limit: null, breaker: null })
  assert.deepEqual([none.gateway, none.limit, none.breaker, none.name], [true, null, UNTOUCHED, 'Ledger'])
  const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [id, all.limit.id] })
  assert.deepEqual(nodes, [{ id }, null])
  assert.ok((await typesAndNotes()).includes(`service.updated Ledger (${id})`))
})

test('what cannot be is refused, with the field that is at fault', async () => {
  const [id, other] = [await makeService(), await makeService()]
  const refused: [object, string, string?][] = [
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ baseUrl: null }, 'baseUrl'],
    [{ name: `s${made}` }, 'name'],
    [{ baseUrl: 'ftp://x' }, 'baseUrl', 'URL_SCHEME'],
    [{ baseUrl: 'http://10.0.0.1' }, 'baseUrl', 'TARGET_BLOCKED_ADDRESS'],
    [{ limit: {} }, 'limit'],
    [{ limit: { maxConcurrency: 0 } }, 'limit.maxConcurrency'],
    [{ limit: { maxConcurrency: -1 } }, 'limit.maxConcurrency'],
    [{ limit: { maxConcurrency: 100_001 } }, 'limit.maxConcurrency'],
    [{ limit: { rateLimit: 5 } }, 'limit.ratePeriod'],
    [{ limit: { rateLimit: 0, ratePeriod: 'SECOND' } }, 'limit.rateLimit'],
    [{ limit: { ratePeriod: 'SECOND' } }, 'limit.rateLimit'],
    [{ breaker: { failureShare: 0 } }, 'breaker.failureShare'],
    [{ breaker: { failureShare: 1.5 } }, 'breaker.failureShare'],
    [{ breaker: { windowSeconds: 0 } }, 'breaker.windowSeconds'],
    [{ breaker: { minAttempts: -3 } }, 'breaker.minAttempts'],
    [{ breaker: { cooldownSeconds: 601 } }, 'breaker.cooldownSeconds'],
  ]
  for (const [input, field, code = 'BAD_USER_INPUT'] of refused) {
    const found = await refusal(UPDATE, { id, input })
    assert.deepEqual([found.code, found.field], [code, field], JSON.stringify(input))
  }
  // Nothing of a refused edit is stored.
  const after = await update(id, {})
  assert.deepEqual([after.limit, after.breaker], [null, UNTOUCHED])
  assert.equal((await refusal(UPDATE, { id: 'svc_00000000000000000000000000', input: {} })).code, 'NOT_FOUND')
  assert.equal((await refusal(UPDATE, { id: await makeAction({ serviceId: other, path: '/' }), input: {} })).code, 'NOT_FOUND')
})

test('a service that actions use stays; when they are deleted it goes, and they keep the address that they called', async () => {
  const DELETE = 'mutation ($id: ID!) { deleteService(id: $id) }'
  const id = await makeService('https://gone.example.com/api')
  const [one, two] = [await makeAction({ serviceId: id, path: '/one' }), await makeAction({ serviceId: id, path: '/two' })]
  assert.equal((await update(id, { limit: { maxConcurrency: 1 }, breaker: { minAttempts: 5 } })).actionCount, 2)
  const found = await refusal(DELETE, { id })
  assert.deepEqual([found.code, found.field], ['BAD_USER_INPUT', 'id'])
  assert.match(found.message, /^2 actions use this service/)
  const INVOKE = 'mutation ($id: ID!) { invokeNow(actionId: $id) { id } }'
  const run = (await ask(INVOKE, { id: one })).invokeNow.id
  await ask('mutation ($id: ID!) { deleteAction(id: $id) }', { id: one })
  assert.match((await refusal(DELETE, { id })).message, /^1 action uses this service/)
  await ask('mutation ($id: ID!) { updateAction(id: $id, input: { target: { url: "https://example.com/" } }) { id } }', { id: two })
  const { name } = await update(id, {})
  assert.deepEqual(await ask(DELETE, { id }), { deleteService: id })
  assert.equal((await refusal(DELETE, { id })).code, 'NOT_FOUND')
  const { invocation } = await ask(
    'query ($id: ID!) { invocation(id: $id) { status request { url } action { target { url path service { id } } } } }',
    {
      id: run,
    },
  )
  assert.deepEqual(invocation, {
    status: 'CANCELLED',
    request: { url: 'https://gone.example.com/api/one' },
    action: { target: { url: 'https://gone.example.com/api/one', path: null, service: null } },
  })
  assert.ok((await typesAndNotes()).includes(`service.deleted ${name} (${id})`))
})

test('limits of concurrencyKeys: set, changed, listed, removed', async () => {
  const SET = `mutation ($key: String!, $limit: LimitInput) { setConcurrencyLimit(key: $key, limit: $limit) { id key maxConcurrency rateLimit ratePeriod running service { id } } }`
  const set = async (key: string, limit: object | null) => (await ask(SET, { key, limit })).setConcurrencyLimit
  const first = await set(' ledger ', { maxConcurrency: 3 })
  assert.deepEqual(first, { id: first.id, key: 'ledger', maxConcurrency: 3, rateLimit: null, ratePeriod: null, running: 0, service: null })
  assert.deepEqual(await set('ledger', { rateLimit: 60, ratePeriod: 'MINUTE' }), { ...first, rateLimit: 60, ratePeriod: 'MINUTE' })
  const second = await set('other', { maxConcurrency: 1 })
  await update(await makeService(), { limit: { maxConcurrency: 1 } })
  const LIST =
    'query ($after: String) { concurrencyLimits(first: 1, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }'
  const page = (await ask(LIST)).concurrencyLimits
  assert.deepEqual(page.edges, [{ node: { id: second.id } }])
  const next = (await ask(LIST, { after: page.pageInfo.endCursor })).concurrencyLimits
  assert.deepEqual([next.edges, next.pageInfo.hasNextPage], [[{ node: { id: first.id } }], false])
  const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Limit { key } } }', { ids: [first.id] })
  assert.deepEqual(nodes, [{ id: first.id, key: 'ledger' }])
  assert.equal(await set('ledger', null), null)
  assert.equal(await set('ledger', null), null)
  for (const [limit, field] of [
    [{}, 'limit'],
    [{ maxConcurrency: 0 }, 'limit.maxConcurrency'],
    [{ rateLimit: 1 }, 'limit.ratePeriod'],
  ] as const) {
    assert.deepEqual((await refusal(SET, { key: 'k', limit })).field, field)
  }
  assert.equal((await refusal(SET, { key: 'x'.repeat(201), limit: { maxConcurrency: 1 } })).field, 'key')
  const told = (await typesAndNotes()).filter((line) => line.startsWith('limit.updated'))
  assert.deepEqual(told, [
    'limit.updated ledger: 3 at a time',
    'limit.updated ledger: 3 at a time, 60 per minute',
    'limit.updated other: 1 at a time',
    'limit.updated ledger: no limit of its own; one at a time',
  ])
})

test('twenty at once set the limit of one key, and there is one', async () => {
  const set = (n: number) =>
    ask(`mutation { setConcurrencyLimit(key: "raced", limit: { maxConcurrency: ${n} }) { id } }`).then(
      ({ setConcurrencyLimit }) => setConcurrencyLimit.id,
    )
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => set(n + 1)))
  assert.equal(new Set(ids).size, 1)
})

test('a breaker that is closed can be reset, an unknown one not', async () => {
  const RESET = `mutation ($id: ID!) { resetBreaker(serviceId: $id) { id ${BREAKER} } }`
  const id = await makeService()
  assert.deepEqual((await ask(RESET, { id })).resetBreaker, { id, breaker: UNTOUCHED })
  assert.ok(!(await typesAndNotes()).some((line) => line.startsWith('breaker.')))
  await api.db.pool.query(
    `insert into breakers (service_id, state, opened_at, probe_at, updated_at)
     select id, 'OPEN', now(), now() + interval '1 hour', now() from services where name = $1`,
    [`s${made}`],
  )
  assert.equal((await update(id, {})).breaker.state, 'OPEN')
  assert.deepEqual((await ask(RESET, { id })).resetBreaker.breaker, UNTOUCHED)
  assert.ok((await typesAndNotes()).some((line) => line.startsWith('breaker.closed ') && line.endsWith(': closed by hand.')))
  assert.deepEqual((await refusal(RESET, { id: 'svc_x' })).code, 'NOT_FOUND')
})

test('another address is probed at once', async () => {
  const id = await makeService()
  await api.db.pool.query(
    `insert into breakers (service_id, state, opened_at, probe_at, updated_at)
     select id, 'OPEN', now(), now() + interval '1 hour', now() from services where name = $1`,
    [`s${made}`],
  )
  const { breaker } = await update(id, { baseUrl: 'https://new.example.com' })
  assert.equal(breaker.state, 'OPEN')
  assert.ok(Date.parse(breaker.probeAt) <= Date.now() + 1_000)
})
