import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { createToken } from '../server/store/api-tokens.ts'
import { type ApiServer, type GraphqlAnswer, startApi } from './api-server.ts'

let api: ApiServer
/** Ids of another project's things, and a token of it. */
let theirs: { service: string; action: string; invocation: string; headers: Record<string, string> }
let mine: { service: string; action: string; invocation: string }

before(async () => {
  api = await startApi()
  const other = newId()
  await api.db.pool.query(`insert into projects (id, name, created_at) values ($1, 'other', now())`, [other])
  const headers = { authorization: `Bearer ${(await createToken(api.db, { projectId: other, name: 'theirs' })).token}` }
  theirs = { ...(await makeThings(headers)), headers }
  mine = await makeThings()
})
after(() => api[Symbol.asyncDispose]())

async function makeThings(headers?: Record<string, string>) {
  const made = await api.graphql('mutation { createService(input: { name: "s", baseUrl: "https://api.example.com" }) { id } }', {}, headers)
  const service = made.data.createService.id
  const { data } = await api.graphql(
    'mutation ($s: ID!) { createAction(input: { name: "a", target: { serviceId: $s, path: "/x" } }) { id } }',
    { s: service },
    headers,
  )
  const action = data.createAction.id
  const run = await api.graphql('mutation ($id: ID!) { invokeNow(actionId: $id) { id } }', { id: action }, headers)
  return { service, action, invocation: run.data.invokeNow.id }
}

/** How many rows each table holds and when they were last changed. */
async function contents(): Promise<unknown> {
  const { rows } = await api.db.pool.query(`select
    (select json_agg(p) from projects p) projects, (select json_agg(s) from services s) services, (select json_agg(a order by id) from actions a) actions,
    (select json_agg(i order by id) from invocations i) invocations, (select count(*) from attempts) attempts, (select count(*) from events) events,
    (select json_agg(t order by id) from (select id, name, revoked_at from api_tokens) t) tokens, (select count(*) from sessions) sessions`)
  return rows[0]
}

/** Runs what must be refused; fails when anything changed by it. */
async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const before = await contents()
  const result = await work()
  assert.deepEqual(await contents(), before)
  return result
}

const refusal = ({ status, errors }: GraphqlAnswer) => {
  assert.ok(status < 500, `status ${status}`)
  assert.ok(errors?.[0], 'it was not refused')
  assert.ok(errors[0].message.length <= 500)
  return { code: errors[0].extensions.code, field: errors[0].extensions.field }
}

const CREATE = 'mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }'
const SEND = 'mutation ($input: SendInput!) { send(input: $input) { id } }'
const url = 'https://api.example.com/'
const daily = { cronExpression: '@daily', timezone: 'UTC' }
/** Half of a surrogate pair, as JSON can carry it. */
const HALF = '\ud83d'

describe('createAction and send', () => {
  const cases: [what: string, query: string, input: () => object, code: string, field?: string][] = [
    [
      'unknown zone',
      CREATE,
      () => ({ name: 'a', target: { url }, schedule: { ...daily, timezone: 'Mars/Olympus' } }),
      'INVALID_TIMEZONE',
      'schedule.timezone',
    ],
    [
      'four cron fields',
      CREATE,
      () => ({ name: 'a', target: { url }, schedule: { ...daily, cronExpression: '* * * *' } }),
      'INVALID_CRON',
      'schedule.cronExpression',
    ],
    [
      'seconds',
      CREATE,
      () => ({ name: 'a', target: { url }, schedule: { ...daily, cronExpression: '*/5 * * * * *' } }),
      'INVALID_CRON',
      'schedule.cronExpression',
    ],
    [
      'NUL in cron',
      CREATE,
      () => ({ name: 'a', target: { url }, schedule: { ...daily, cronExpression: '* * * * *\0' } }),
      'BAD_USER_INPUT',
      'schedule.cronExpression',
    ],
    [
      'past time',
      CREATE,
      () => ({ name: 'a', target: { url }, schedule: { scheduledAt: '2020-01-01T00:00:00Z' } }),
      'INVALID_SCHEDULE',
      'schedule.scheduledAt',
    ],
    ['past time to send', SEND, () => ({ url, scheduledAt: '2020-01-01T00:00:00Z' }), 'INVALID_SCHEDULE', 'scheduledAt'],
    ['30 February', SEND, () => ({ url, scheduledAt: '2027-02-30T00:00:00Z' }), 'BAD_USER_INPUT', 'scheduledAt'],
    ['leap second', SEND, () => ({ url, scheduledAt: '2027-06-30T23:59:60Z' }), 'BAD_USER_INPUT', 'scheduledAt'],
    ['year 0000', SEND, () => ({ url, scheduledAt: '0000-01-01T00:00:00Z' }), 'BAD_USER_INPUT', 'scheduledAt'],
    ['time without offset', SEND, () => ({ url, scheduledAt: '2030-01-01T00:00:00' }), 'BAD_USER_INPUT', 'scheduledAt'],
    ['time as a number', SEND, () => ({ url, scheduledAt: 1893456000000 }), 'BAD_USER_INPUT', 'scheduledAt'],
    [
      'unknown service',
      CREATE,
      () => ({ name: 'a', target: { serviceId: publicId('service', newId()), path: '/' } }),
      'NOT_FOUND',
      'target.serviceId',
    ],
    ['malformed service', CREATE, () => ({ name: 'a', target: { serviceId: 'nope', path: '/' } }), 'NOT_FOUND', 'target.serviceId'],
    [
      "another project's service",
      CREATE,
      () => ({ name: 'a', target: { serviceId: theirs.service, path: '/' } }),
      'NOT_FOUND',
      'target.serviceId',
    ],
    ["another project's service to send to", SEND, () => ({ serviceId: theirs.service, path: '/' }), 'NOT_FOUND', 'serviceId'],
    ['an id of another kind', SEND, () => ({ serviceId: mine.action, path: '/' }), 'NOT_FOUND', 'serviceId'],
    [
      'path without slash',
      CREATE,
      () => ({ name: 'a', target: { serviceId: mine.service, path: 'jobs' } }),
      'INVALID_TARGET',
      'target.path',
    ],
    ['two targets', CREATE, () => ({ name: 'a', target: { serviceId: mine.service, path: '/', url } }), 'INVALID_TARGET', 'target'],
    ['no target', CREATE, () => ({ name: 'a', target: {} }), 'INVALID_TARGET', 'target'],
    ['URL without scheme', SEND, () => ({ url: 'example.com' }), 'URL_SCHEME', 'url'],
    ['body over 256 KiB', SEND, () => ({ url, body: 'x'.repeat(256 * 1024 + 1) }), 'BAD_USER_INPUT', 'body'],
    ['body over 256 KiB in bytes', SEND, () => ({ url, body: 'é'.repeat(128 * 1024 + 1) }), 'BAD_USER_INPUT', 'body'],
    ['header with CR LF', SEND, () => ({ url, headers: { 'x-a': 'b\r\nx-c: d' } }), 'HEADER_INVALID', 'headers'],
    ['header name with LF', SEND, () => ({ url, headers: { 'x-a\nx-b': 'c' } }), 'HEADER_INVALID', 'headers'],
    ['header __proto__', SEND, () => ({ url, headers: JSON.parse('{"__proto__":"x"}') }), 'HEADER_INVALID', 'headers'],
    ['headers as a list', SEND, () => ({ url, headers: ['a'] }), 'HEADER_INVALID', 'headers'],
    ['NUL in name', CREATE, () => ({ name: 'a\0b', target: { url } }), 'BAD_USER_INPUT', 'name'],
    ['half a surrogate in name', CREATE, () => ({ name: `a${HALF}`, target: { url } }), 'BAD_USER_INPUT', 'name'],
    ['NUL in key', CREATE, () => ({ name: 'a', key: '\0', target: { url } }), 'BAD_USER_INPUT', 'key'],
    ['NUL in a tag', CREATE, () => ({ name: 'a', tags: ['fine', '\0'], target: { url } }), 'BAD_USER_INPUT', 'tags[1]'],
    ['NUL deep in the body', SEND, () => ({ url, body: { a: [{ b: '\0' }] } }), 'BAD_USER_INPUT', 'body.a[0].b'],
    ['NUL in a key of the body', SEND, () => ({ url, body: { 'a\0': 1 } }), 'BAD_USER_INPUT', 'body'],
    ['name of 10,000 emoji', CREATE, () => ({ name: '😀'.repeat(10_000), target: { url } }), 'BAD_USER_INPUT', 'name'],
    ['timeout 0', CREATE, () => ({ name: 'a', timeoutSeconds: 0, target: { url } }), 'BAD_USER_INPUT', 'timeoutSeconds'],
    ['2^53 + 1', CREATE, () => ({ name: 'a', timeoutSeconds: 2 ** 53 + 2, target: { url } }), 'BAD_USER_INPUT', 'timeoutSeconds'],
    ['a fraction', CREATE, () => ({ name: 'a', timeoutSeconds: 1.5, target: { url } }), 'BAD_USER_INPUT', 'timeoutSeconds'],
    [
      '101 attempts',
      CREATE,
      () => ({ name: 'a', retryable: true, retry: { maxAttempts: 101 }, target: { url } }),
      'BAD_USER_INPUT',
      'retry.maxAttempts',
    ],
    ['an unknown field', CREATE, () => ({ name: 'a', target: { url }, admin: true }), 'BAD_USER_INPUT'],
    ['an unknown method', CREATE, () => ({ name: 'a', method: 'TRACE', target: { url } }), 'BAD_USER_INPUT', 'method'],
  ]
  for (const [what, query, input, code, field] of cases) {
    test(what, async () => {
      const got = refusal(await unchanged(() => api.graphql(query, { input: input() })))
      assert.equal(got.code, code)
      if (field !== undefined) assert.equal(got.field, field)
    })
  }
})

describe('lists', () => {
  const list = (args: string) => `{ ${args} { edges { cursor } pageInfo { endCursor } } }`
  for (const name of ['actions', 'services', 'apiTokens', 'invocations', 'events']) {
    for (const first of [0, 101, -1, 1_000_000_000]) {
      test(`${name} first: ${first}`, async () => {
        assert.deepEqual(refusal(await api.graphql(list(`${name}(first: ${first})`))), { code: 'BAD_USER_INPUT', field: 'first' })
      })
    }
    test(`${name} with forged cursors and cursors of other lists`, async () => {
      const cursors = ['', 'x', '!', '\0', HALF, 'a'.repeat(10_000), Buffer.from(`${name} 1 2 3`).toString('base64url')]
      for (const other of ['actions', 'services', 'apiTokens', 'invocations', 'events']) {
        if (other !== name) cursors.push((await api.graphql(list(`${other}(first: 1)`))).data[other].pageInfo.endCursor)
      }
      for (const after of cursors) {
        const answer = await api.graphql(`query ($after: String) ${list(`${name}(after: $after)`)}`, { after })
        assert.deepEqual(refusal(answer), { code: 'BAD_USER_INPUT', field: 'after' }, after)
      }
    })
  }
  test('attempts and runs inside others', async () => {
    for (const field of ['attempts(first: 0)', 'attempts(after: "x")', 'action { invocations(first: 101) { edges { cursor } } }']) {
      const selection = field.startsWith('action') ? field : `${field} { edges { cursor } }`
      const answer = await api.graphql(`query ($id: ID!) { invocation(id: $id) { ${selection} } }`, { id: mine.invocation })
      assert.equal(refusal(answer).code, 'BAD_USER_INPUT')
    }
  })
  test('filters with malformed ids and NUL', async () => {
    assert.equal(refusal(await api.graphql('{ invocations(filter: { actionId: "x" }) { edges { cursor } } }')).field, 'filter.actionId')
    const search = await api.graphql('query ($f: ActionFilter) { actions(filter: $f) { edges { cursor } } }', { f: { search: '\0' } })
    assert.deepEqual(refusal(search), { code: 'BAD_USER_INPUT', field: 'filter.search' })
  })
  test('more rows than an answer may hold', async () => {
    const nested = 'actions(first: 100) { edges { node { invocations(first: 100) { edges { cursor } } } } }'
    assert.equal(refusal(await api.graphql(`{ ${nested} }`)).code, 'BAD_USER_INPUT')
    assert.equal(
      refusal(await api.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(101).fill(mine.action) })).field,
      'ids',
    )
  })
})

describe('sign-in', () => {
  const ask = '{ viewer { actor { name } } }'
  const cases: [string, () => Promise<Record<string, string>> | Record<string, string>][] = [
    ['no token', () => ({})],
    ['a wrong token', () => ({ authorization: 'Bearer dkt_wrong' })],
    ['an empty token', () => ({ authorization: 'Bearer ' })],
    ['another scheme', () => ({ authorization: `Basic ${api.token}` })],
    ['a very long token', () => ({ authorization: `Bearer ${'x'.repeat(10_000)}` })],
    ['a session that does not exist', () => ({ cookie: 'docket=nope', 'x-requested-by': 'test' })],
    [
      'an expired token',
      async () => {
        const { token } = await createToken(api.db, { projectId: api.projectId, name: 'old', expiresAt: new Date(0) })
        return { authorization: `Bearer ${token}` }
      },
    ],
    [
      'a revoked token',
      async () => {
        const { data } = await api.graphql('mutation { createApiToken(input: { name: "gone" }) { token apiToken { id } } }')
        await api.graphql('mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: data.createApiToken.apiToken.id })
        return { authorization: `Bearer ${data.createApiToken.token}` }
      },
    ],
  ]
  for (const [what, headersOf] of cases) {
    test(what, async () => {
      const headers = await headersOf()
      for (const query of [
        ask,
        'mutation { createService(input: { name: "n", baseUrl: "https://x.example.com" }) { id } }',
        '{ __schema { types { name } } }',
      ]) {
        const answer = await unchanged(() => api.graphql(query, {}, headers))
        assert.deepEqual([answer.status, refusal(answer).code], [401, 'UNAUTHENTICATED'])
      }
    })
  }
  test('a cookie without x-requested-by, and one from a page of another site', async () => {
    const code = await api.graphql(ask, {}, { cookie: 'docket=x' })
    assert.deepEqual([code.status, refusal(code).code], [403, 'FORBIDDEN'])
    const away = await api.graphql(ask, {}, { cookie: 'docket=x', 'x-requested-by': 'test', origin: 'https://evil.example.com' })
    assert.deepEqual([away.status, refusal(away).code], [403, 'FORBIDDEN'])
  })
})

describe('requests', () => {
  const mutation = 'mutation { createService(input: { name: "forged", baseUrl: "https://x.example.com" }) { id } }'
  const post = async (
    body: RequestInit['body'],
    headers: Record<string, string> = {},
    method = 'POST',
    path = '/graphql',
  ): Promise<GraphqlAnswer> => {
    const all = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers }
    const response = await unchanged(() => fetch(api.url + path, { method, body, headers: all }))
    return { status: response.status, ...((await response.json()) as object) }
  }
  const json = (query: unknown, variables?: object) => JSON.stringify({ query, variables })

  test('a form-encoded, multipart, plain or untyped mutation is 415', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/graphql',
      'application/jsonx',
      '',
    ]) {
      for (const body of [`query=${encodeURIComponent(mutation)}`, json(mutation)]) {
        const answer = await post(body, { 'content-type': type })
        assert.deepEqual([answer.status, refusal(answer).code], [415, 'BAD_USER_INPUT'], type)
      }
    }
  })
  test('GET is 405', async () => {
    const answer = await post(undefined, {}, 'GET', `/graphql?query=${encodeURIComponent(mutation)}`)
    assert.deepEqual([answer.status, refusal(answer).code], [405, 'BAD_USER_INPUT'])
  })
  test('20 MB is 413, announced or not', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, ' ')
    assert.equal((await post(large)).status, 413)
    const stream = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 20; part++) controller.enqueue(large.subarray(0, 1024 * 1024))
        controller.close()
      },
    })
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as RequestInit)
    assert.equal(response.status, 413)
  })
  test('a compressed body is 415', async () => {
    assert.equal((await post(gzipSync(json(mutation)), { 'content-encoding': 'gzip' })).status, 415)
  })
  test('batches and bodies that are no GraphQL request are 400', async () => {
    for (const body of [
      `[${json('{ __typename }')}]`,
      'nope',
      'null',
      '1',
      '{}',
      '{"query":1}',
      '{"query":"{__typename}","extra":1}',
      '{"query":"{__typename}","variables":[]}',
      '',
    ]) {
      const answer = await post(body)
      assert.deepEqual([answer.status, refusal(answer).code], [400, 'BAD_USER_INPUT'], body)
    }
  })
  test('documents beyond the limits', async () => {
    const deep = 'actions { edges { node { lastInvocation { action { lastInvocation { action { lastInvocation { id } } } } } } } }'
    const documents: [string, string][] = [
      ['16,385 bytes', `{ __typename ${' '.repeat(16_385 - 14)}}`],
      ['1,001 tokens', `{ ${'__typename '.repeat(999)}}`],
      ['9 levels', `{ ${deep} }`],
      [
        '9 levels by fragments',
        `{ actions { edges { ...a } } } fragment a on ActionEdge { node { lastInvocation { action { ...b } } } } fragment b on Action { lastInvocation { action { lastInvocation { id } } } }`,
      ],
      ['16 aliases', `{ ${Array.from({ length: 16 }, (_, index) => `a${index}: project { id }`).join(' ')} }`],
      [
        '16 aliases by fragments',
        `{ ${Array.from({ length: 4 }, (_, index) => `a${index}: project { ...p }`).join(' ')} } fragment p on Project { a: id b: id c: id }`,
      ],
      ['a fragment cycle', '{ project { ...a } } fragment a on Project { ...b } fragment b on Project { ...a }'],
      ['two root fields of a subscription', 'subscription { invocationChanged { type } receiptChanged(token: "x") { id } }'],
      ['a subscription by POST', 'subscription { invocationChanged { type } }'],
      ['two operations and no name', 'query a { __typename } query b { __typename }'],
      ['conflicting fields', '{ a: project { id } a: viewer { project { id } } }'],
    ]
    for (const [what, document] of documents) {
      assert.equal(refusal(await post(json(document))).code, 'BAD_USER_INPUT', what)
      assert.equal((await post(json(document), { accept: 'application/graphql-response+json' })).status, 400, what)
    }
  })
  test('fragments that unfold to billions of fields are refused at once', async () => {
    const spread = (to: string) => `... on Invocation { ${`retryOf { ...${to} } `.repeat(20)} }`
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const fragments = names.map((name, index) => `fragment ${name} on Invocation { ${index < 5 ? spread(names[index + 1]!) : 'id'} }`)
    const started = process.hrtime.bigint()
    assert.equal(refusal(await post(json(`{ invocations { edges { node { ...a } } } } ${fragments.join(' ')}`))).code, 'BAD_USER_INPUT')
    assert.ok(process.hrtime.bigint() - started < 2_000_000_000n)
  })
  test('what graphql-js quotes is cut', async () => {
    refusal(await post(json(`{ project(id: "${'x'.repeat(15_000)}") { id } }`)))
    refusal(await post(json('query ($first: Int) { actions(first: $first) { edges { cursor } } }', { first: 'x'.repeat(500_000) })))
  })
  test('JSON 10,000 levels deep', async () => {
    const body = '['.repeat(10_000) + ']'.repeat(10_000)
    const answer = await post(`{"query":${JSON.stringify(SEND)},"variables":{"input":{"url":"${url}","body":${body}}}}`)
    assert.deepEqual(refusal(answer), { code: 'BAD_USER_INPUT', field: 'body' })
  })
  test('__proto__ and constructor in variables change nothing', async () => {
    const body = `{"query":${JSON.stringify(SEND)},"variables":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"input":{"__proto__":{"url":"https://evil.example.com"},"url":"nope"}}}`
    refusal(await post(body))
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })
})

describe("another project's ids and unknown ones answer alike", () => {
  const operations: [string, (id: string) => string, keyof typeof mine][] = [
    ['pause', (id) => `mutation { pause(actionId: "${id}") { id } }`, 'action'],
    ['resume', (id) => `mutation { resume(actionId: "${id}") { id } }`, 'action'],
    ['invokeNow', (id) => `mutation { invokeNow(actionId: "${id}") { id } }`, 'action'],
    ['updateAction', (id) => `mutation { updateAction(id: "${id}", input: { name: "x" }) { id } }`, 'action'],
    ['deleteAction', (id) => `mutation { deleteAction(id: "${id}") }`, 'action'],
    ['cancel', (id) => `mutation { cancel(invocationId: "${id}") { id } }`, 'invocation'],
    ['retry', (id) => `mutation { retry(invocationId: "${id}") { id } }`, 'invocation'],
    ['action', (id) => `{ action(id: "${id}") { id } }`, 'action'],
    ['invocation', (id) => `{ invocation(id: "${id}") { id } }`, 'invocation'],
  ]
  for (const [what, query, noun] of operations) {
    test(what, async () => {
      const ask = async (id: string) => {
        const { status, data, errors } = await unchanged(() => api.graphql(query(id)))
        return { status, data, errors: errors?.map(({ message, extensions }) => ({ message, extensions })) }
      }
      const foreign = await ask(theirs[noun])
      assert.ok(foreign.errors?.[0]?.extensions.code === 'NOT_FOUND' || foreign.data?.[what] === null, JSON.stringify(foreign))
      for (const id of [publicId(noun, newId()), 'nope', '', mine.service]) assert.deepEqual(await ask(id), foreign, id)
    })
  }
})

test('a defect answers INTERNAL with an id and nothing of its text', async () => {
  await api.db.pool.query('alter table services rename to services_away')
  try {
    const { errors } = await api.graphql('{ services { edges { node { id } } } }')
    assert.equal(errors?.[0]?.extensions.code, 'INTERNAL')
    assert.match(errors[0].message, /error id [0-9a-f-]{36}/)
    assert.doesNotMatch(JSON.stringify(errors), /relation|services_|prisma|\.ts/i)
  } finally {
    await api.db.pool.query('alter table services_away rename to services')
  }
})
