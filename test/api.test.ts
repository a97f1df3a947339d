import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { getIntrospectionQuery } from 'graphql'
import { parseId, publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { type ApiServer, startApi } from './api-server.ts'

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

const CREATE_ACTION = `mutation ($input: CreateActionInput!) {
  createAction(input: $input) {
    id name kind enabled method headers body timeoutSeconds retryable maxAttempts tags recordType key nextRunAt
    schedule { cronExpression timezone scheduledAt description }
    target { url path service { id name } } allowedOperations nextRuns(count: 3) { at local offset effectiveAt note }
  }
}`
const INVOKE = `mutation ($id: ID!, $input: JSON, $record: RecordInput) {
  invokeNow(actionId: $id, input: $input, record: $record) {
    id status trigger runAt scheduledFor attemptCount maxAttempts allowedOperations receiptUrl
    actor { id kind name } record { type id } request { method url headers body timeoutSeconds } action { id name }
  }
}`

async function makeService(): Promise<string> {
  const input = { name: `service ${randomUUID()}`, baseUrl: 'https://api.example.com/v1' }
  const { data } = await api.graphql('mutation ($input: CreateServiceInput!) { createService(input: $input) { id } }', { input })
  return data.createService.id
}

async function makeAction(more: object = {}): Promise<string> {
  const input = { name: 'act', target: { url: 'https://api.example.com/hook' }, ...more }
  const { data, errors } = await api.graphql(CREATE_ACTION, { input })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data.createAction.id
}

async function invoke(id: string, more: object = {}): Promise<string> {
  return (await api.graphql(INVOKE, { id, ...more })).data.invokeNow.id
}

test('the viewer is the token, in its project', async () => {
  const { status, data } = await api.graphql('{ viewer { actor { id kind name } project { id name echoUrl } } project { id } }')
  assert.equal(status, 200)
  assert.equal(data.viewer.actor.kind, 'TOKEN')
  assert.equal(data.viewer.actor.name, 'admin')
  assert.match(data.viewer.actor.id, /^tok_/)
  assert.deepEqual(data.viewer.project, { id: publicId('project', api.projectId), name: 'default', echoUrl: `${api.url}/echo` })
  assert.equal(data.project.id, data.viewer.project.id)
})

test('a recurring action on a service', async () => {
  const serviceId = await makeService()
  const input = {
    name: 'Nightly',
    key: `nightly ${randomUUID()}`,
    target: { serviceId, path: '/jobs?kind=all' },
    schedule: { cronExpression: '30 2  * * *', timezone: 'Europe/Berlin' },
    headers: { Authorization: 'Bearer secret', Accept: 'text/plain' },
    body: { a: [1, null, 'é'] },
    retryable: true,
    retry: { maxAttempts: 5 },
    tags: ['night'],
    recordType: 'invoice',
  }
  const { data } = await api.graphql(CREATE_ACTION, { input })
  const { id, nextRunAt, nextRuns, target, schedule, ...rest } = data.createAction
  assert.match(id, /^act_/)
  assert.equal(nextRuns.length, 3)
  assert.equal(nextRunAt, nextRuns[0].at)
  assert.match(nextRuns[0].local, /T02:30:00$/)
  assert.equal(target.url, 'https://api.example.com/v1/jobs?kind=all')
  assert.equal(target.service.id, serviceId)
  assert.deepEqual(schedule, {
    cronExpression: '30 2 * * *',
    timezone: 'Europe/Berlin',
    scheduledAt: null,
    description: 'At 02:30, Europe/Berlin',
  })
  assert.deepEqual(rest, {
    name: 'Nightly',
    key: input.key,
    kind: 'RECURRING',
    enabled: true,
    method: 'POST',
    headers: { authorization: '••••', accept: 'text/plain' },
    body: '{"a":[1,null,"é"]}',
    timeoutSeconds: 30,
    retryable: true,
    maxAttempts: 5,
    tags: ['night'],
    recordType: 'invoice',
    allowedOperations: ['INVOKE_NOW', 'RUN_AT', 'SKIP_NEXT', 'BACKFILL', 'PAUSE', 'UPDATE', 'DELETE'],
  })
})

test('pause, resume, update and delete change what is allowed', async () => {
  const id = await makeAction({ schedule: { cronExpression: '@daily', timezone: 'UTC' } })
  const paused = await api.graphql(
    'mutation ($id: ID!) { pause(actionId: $id, note: "too loud") { enabled pauseNote nextRunAt nextRuns { at } allowedOperations } }',
    { id },
  )
  assert.deepEqual(paused.data.pause, {
    enabled: false,
    pauseNote: 'too loud',
    nextRunAt: null,
    nextRuns: [],
    allowedOperations: ['INVOKE_NOW', 'RUN_AT', 'BACKFILL', 'RESUME', 'UPDATE', 'DELETE'],
  })
  const resumed = await api.graphql('mutation ($id: ID!) { resume(actionId: $id) { enabled pauseNote nextRunAt } }', { id })
  assert.equal(resumed.data.resume.enabled, true)
  assert.equal(resumed.data.resume.pauseNote, null)
  assert.ok(resumed.data.resume.nextRunAt)
  const updated = await api.graphql(
    'mutation ($id: ID!, $input: UpdateActionInput!) { updateAction(id: $id, input: $input) { name kind schedule { description } } }',
    { id, input: { name: 'renamed', schedule: null } },
  )
  assert.deepEqual(updated.data.updateAction, { name: 'renamed', kind: 'ON_DEMAND', schedule: null })
  const invocation = await invoke(id)
  const deleted = await api.graphql('mutation ($id: ID!) { deleteAction(id: $id) }', { id })
  assert.equal(deleted.data.deleteAction, id)
  const gone = await api.graphql('query ($id: ID!) { action(id: $id) { id } node(id: $id) { id } }', { id })
  assert.deepEqual(gone.data, { action: null, node: null })
  const left = await api.graphql('query ($id: ID!) { invocation(id: $id) { status statusReason allowedOperations action { name } } }', {
    id: invocation,
  })
  assert.deepEqual(left.data.invocation, {
    status: 'CANCELLED',
    statusReason: 'ACTION_DELETED',
    allowedOperations: [],
    action: { name: 'renamed' },
  })
})

test('a run shows its own body, the masked headers and its actor; cancel and retry follow allowedOperations', async () => {
  const id = await makeAction({ headers: { 'x-api-key': 'k', accept: 'a/b' }, body: 'of the action' })
  const { data } = await api.graphql(INVOKE, { id, input: { of: 'the run' }, record: { type: 'order', id: '7' } })
  const run = data.invokeNow
  assert.equal(run.status, 'PENDING')
  assert.equal(run.trigger, 'MANUAL')
  assert.deepEqual(run.allowedOperations, ['CANCEL'])
  assert.deepEqual(run.record, { type: 'order', id: '7' })
  assert.equal(run.actor.name, 'admin')
  assert.deepEqual(run.request, {
    method: 'POST',
    url: 'https://api.example.com/hook',
    headers: { 'x-api-key': '••••', accept: 'a/b' },
    body: '{"of":"the run"}',
    timeoutSeconds: 30,
  })
  const cancelled = await api.graphql(
    'mutation ($id: ID!) { cancel(invocationId: $id) { status statusReason finishedAt durationMs retriesRemaining allowedOperations } }',
    { id: run.id },
  )
  assert.deepEqual(
    { ...cancelled.data.cancel, finishedAt: null },
    { status: 'CANCELLED', statusReason: 'USER', finishedAt: null, durationMs: null, retriesRemaining: null, allowedOperations: ['RETRY'] },
  )
  const again = await api.graphql('mutation ($id: ID!) { cancel(invocationId: $id) { id } }', { id: run.id })
  assert.equal(again.errors?.[0]?.extensions.code, 'INVALID_TRANSITION')
  const retried = await api.graphql('mutation ($id: ID!) { retry(invocationId: $id) { id trigger retryOf { id } request { body } } }', {
    id: run.id,
  })
  assert.equal(retried.data.retry.trigger, 'RETRY')
  assert.equal(retried.data.retry.retryOf.id, run.id)
  assert.equal(retried.data.retry.request.body, '{"of":"the run"}')
})

test('a run keeps showing the request its attempt sent after the action was edited', async () => {
  const id = await makeAction({ body: 'before', headers: { accept: 'a/b' } })
  const run = await invoke(id)
  const pending = await invoke(id)
  await sql(
    `update invocations set status = 'RUNNING', action_version = 1, attempt_count = 1, lease_owner = $2, lease_until = now(),
    dispatched_at = now(), started_at = now() where id = $1`,
    uuid(run),
    randomUUID(),
  )
  await api.graphql('mutation ($id: ID!, $input: UpdateActionInput!) { updateAction(id: $id, input: $input) { id } }', {
    id,
    input: { body: 'after', method: 'PUT', target: { url: 'https://other.example.com/' } },
  })
  const { data } = await api.graphql(
    'query ($a: ID!, $b: ID!) { a: invocation(id: $a) { request { method url body } } b: invocation(id: $b) { request { method url body } } }',
    { a: run, b: pending },
  )
  assert.deepEqual(data.a.request, { method: 'POST', url: 'https://api.example.com/hook', body: 'before' })
  assert.deepEqual(data.b.request, { method: 'PUT', url: 'https://other.example.com/', body: 'after' })
})

test('errors, attempts and what is left of the retries', async () => {
  const id = await makeAction({ retryable: true })
  const run = await invoke(id)
  await addAttempt(run, 1, { code: 503, body: 'busy', error: 'HTTP_503' })
  await sql(
    `update invocations set status = 'RETRYING', action_version = 1, attempt_count = 1, started_at = now() - interval '1 second',
    run_at = now() + interval '20 seconds', response_code = 503, error_source = 'TARGET', error_code = 'HTTP_503', error_message = 'It answered 503.'
    where id = $1`,
    uuid(run),
  )
  const fields = `status responseCode responseBody retriesRemaining nextRetryAt nextRetryInSeconds durationMs runAt allowedOperations
    error { source code message responseCode responseBody }
    attempts(first: 1) { edges { cursor node { number durationMs responseCode responseBody responseHeaders truncated error { code } } } pageInfo { hasNextPage } }`
  const between = (await api.graphql(`query ($id: ID!) { invocation(id: $id) { ${fields} } }`, { id: run })).data.invocation
  assert.equal(between.retriesRemaining, 2)
  assert.equal(between.nextRetryAt, between.runAt)
  assert.ok(between.nextRetryInSeconds > 15 && between.nextRetryInSeconds <= 20)
  assert.equal(between.durationMs, null)
  assert.deepEqual(between.allowedOperations, ['CANCEL'])
  assert.deepEqual(between.error, {
    source: 'TARGET',
    code: 'HTTP_503',
    message: 'It answered 503.',
    responseCode: 503,
    responseBody: 'busy',
  })
  assert.deepEqual(between.attempts.edges[0].node.responseHeaders, { 'content-type': 'text/plain', 'set-cookie': '••••' })

  await addAttempt(run, 2, { code: 200, body: 'fine' })
  await sql(
    `update invocations set status = 'SUCCEEDED', attempt_count = 2, finished_at = started_at + interval '1500 ms', response_code = 200,
    error_source = null, error_code = null, error_message = null where id = $1`,
    uuid(run),
  )
  const { attempts, ...final } = (await api.graphql(`query ($id: ID!) { invocation(id: $id) { ${fields} } }`, { id: run })).data.invocation
  assert.equal(final.error, null)
  assert.equal(final.responseBody, 'fine')
  assert.equal(final.durationMs, 1500)
  assert.equal(final.nextRetryAt, null)
  assert.equal(final.nextRetryInSeconds, null)
  assert.equal(final.retriesRemaining, null)
  assert.deepEqual(final.allowedOperations, [])
  assert.equal(attempts.pageInfo.hasNextPage, true)
  const rest = await api.graphql(
    'query ($id: ID!, $after: String) { invocation(id: $id) { attempts(after: $after) { edges { node { number } } pageInfo { hasNextPage hasPreviousPage } } } }',
    { id: run, after: attempts.edges[0].cursor },
  )
  assert.deepEqual(rest.data.invocation.attempts, {
    edges: [{ node: { number: 2 } }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  })
})

test('batches answer a result or an error per item', async () => {
  const inputs = [{ url: 'https://api.example.com/' }, { url: 'ftp://api.example.com/' }, { url: 'https://api.example.com/', name: 'a\0b' }]
  const { data, errors } = await api.graphql(
    'mutation ($inputs: [SendInput!]!) { sendMany(inputs: $inputs) { invocation { status action { name } } error { code field message } } }',
    { inputs },
  )
  assert.equal(errors, undefined)
  assert.equal(data.sendMany[0].invocation.status, 'PENDING')
  assert.equal(data.sendMany[1].error.code, 'URL_SCHEME')
  assert.deepEqual([data.sendMany[2].error.code, data.sendMany[2].error.field], ['BAD_USER_INPUT', 'name'])
  const created = await api.graphql(
    'mutation ($inputs: [CreateActionInput!]!) { createActions(inputs: $inputs) { action { name target { url } } error { code } } }',
    {
      inputs: [
        { name: 'one', target: { url: 'https://a.example.com/' } },
        { name: '', target: { url: 'https://a.example.com/' } },
      ],
    },
  )
  assert.deepEqual(created.data.createActions, [
    { action: { name: 'one', target: { url: 'https://a.example.com/' } }, error: null },
    { action: null, error: { code: 'BAD_USER_INPUT' } },
  ])
})

test('node and nodes find every noun, in order, and nothing that is not there', async () => {
  const service = await makeService()
  const action = await makeAction({ target: { serviceId: service, path: '/' } })
  const invocation = await invoke(action)
  const attempt = await addAttempt(invocation, 1, { code: 200 })
  const { data } = await api.graphql('{ viewer { actor { id } project { id } } }')
  const ids = [
    service,
    publicId('invocation', newId()),
    action,
    invocation,
    attempt,
    data.viewer.actor.id,
    data.viewer.project.id,
    'x',
    action,
  ]
  const found = await api.graphql(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Action { target { service { id } } } ... on Invocation { action { id } } } }`,
    { ids },
  )
  assert.deepEqual(
    found.data.nodes.map((node: { __typename: string } | null) => node?.__typename),
    ['Service', undefined, 'Action', 'Invocation', 'Attempt', 'ApiToken', 'Project', undefined, 'Action'],
  )
  assert.equal(found.data.nodes[2].target.service.id, service)
  assert.equal(found.data.nodes[3].action.id, action)
})

test('lists page by keyset without gap or double', async () => {
  const action = await makeAction()
  const made: string[] = []
  for (let run = 0; run < 7; run++) made.unshift(await invoke(action))
  // The same instant for all: only the id is left to tell them apart.
  await sql(`update invocations set sort_at = '2030-01-01T00:00:00.123Z' where action_id = $1`, uuid(action))
  for (const query of [
    'query ($id: ID!, $after: String) { invocations(filter: { actionId: $id }, first: 3, after: $after) { ...page } }',
    'query ($id: ID!, $after: String) { action(id: $id) { invocations(first: 3, after: $after) { ...page } } }',
  ]) {
    const seen: string[] = []
    let after: string | null = null
    for (let page = 0; page < 4; page++) {
      const { data } = await api.graphql(
        `${query} fragment page on InvocationConnection { edges { node { id } } pageInfo { hasNextPage endCursor } }`,
        { id: action, after },
      )
      const { edges, pageInfo } = data.invocations ?? data.action.invocations
      seen.push(...edges.map((edge: { node: { id: string } }) => edge.node.id))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    assert.deepEqual(seen, made)
  }
})

test('filters', async () => {
  const action = await makeAction({ name: 'Findable 100%', recordType: 'invoice' })
  const first = await invoke(action, { record: { type: 'invoice', id: '1' } })
  const second = await invoke(action, { record: { type: 'invoice', id: '2' } })
  await api.graphql('mutation ($id: ID!) { cancel(invocationId: $id) { id } }', { id: first })
  const runs = async (filter: object) => {
    const { data } = await api.graphql('query ($f: InvocationFilter) { invocations(filter: $f) { edges { node { id } } } }', {
      f: { actionId: action, ...filter },
    })
    return data.invocations.edges.map((edge: { node: { id: string } }) => edge.node.id)
  }
  assert.deepEqual(await runs({}), [second, first])
  assert.deepEqual(await runs({ statuses: ['CANCELLED', 'FAILED'] }), [first])
  assert.deepEqual(await runs({ statuses: ['CANCELLED'] }), [first])
  assert.deepEqual(await runs({ statuses: ['PENDING', 'CANCELLED'] }), [second, first])
  assert.deepEqual(await runs({ statuses: ['PENDING', 'RUNNING'] }), [second])
  assert.deepEqual(await runs({ statuses: [] }), [])
  assert.deepEqual(await runs({ recordType: 'invoice', recordId: '2' }), [second])
  assert.deepEqual(await runs({ from: '2100-01-01T00:00:00Z' }), [])
  assert.deepEqual(await runs({ to: '2100-01-01T00:00:00+01:00' }), [second, first])
  const actions = async (filter: object) => {
    const { data } = await api.graphql('query ($f: ActionFilter) { actions(filter: $f, first: 100) { edges { node { id } } } }', {
      f: filter,
    })
    return data.actions.edges.map((edge: { node: { id: string } }) => edge.node.id)
  }
  assert.deepEqual(await actions({ search: 'findable 100%' }), [action])
  assert.deepEqual(await actions({ search: 'find_ble' }), [])
  assert.ok((await actions({ kind: 'ON_DEMAND', enabled: true, recordType: 'invoice' })).includes(action))
  assert.ok(!(await actions({ enabled: false })).includes(action))
})

test('lists cost a bounded number of statements, however long they are', async () => {
  const ask = `{
    actions(first: 20) { edges { node { name target { service { name } } nextRunAt
      lastInvocation { status error { responseBody } action { name } actor { name } } } } }
    invocations(first: 20) { edges { node { status action { name target { service { name } } } request { url } retryOf { id }
      attempts(first: 5) { edges { node { number responseBody } } } responseBody actor { name } allowedOperations } } }
  }`
  const grow = async (times: number) => {
    for (let item = 0; item < times; item++) {
      const action = await makeAction({ target: { serviceId: await makeService(), path: '/' } })
      const run = await invoke(action)
      await addAttempt(run, 1, { code: 200, body: 'x' })
    }
  }
  const count = async () => {
    api.statements()
    const { errors } = await api.graphql(ask)
    assert.equal(errors, undefined, JSON.stringify(errors))
    return api.statements()
  }
  await grow(2)
  const few = await count()
  await grow(18)
  const many = await count()
  // Two fields that load the same may or may not meet in one tick.
  assert.ok(few.length <= 18, `${few.length} statements:\n${few.join('\n')}`)
  assert.ok(many.length <= 18, `${many.length} statements:\n${many.join('\n')}`)
})

test('another project sees nothing of this one', async () => {
  const other = newId()
  await sql(`insert into projects (id, name, created_at) values ($1, 'other', now())`, other)
  const service = await makeService()
  const action = await makeAction({ target: { serviceId: service, path: '/' } })
  const invocation = await invoke(action)
  const attempt = await addAttempt(invocation, 1, { code: 200 })
  const { createToken } = await import('../server/store/api-tokens.ts')
  const headers = { authorization: `Bearer ${(await createToken(api.db, { projectId: other, name: 'theirs' })).token}` }
  const { data } = await api.graphql('{ viewer { actor { id } project { id } } }')
  const ids = [service, action, invocation, attempt, data.viewer.actor.id, data.viewer.project.id]
  const seen = await api.graphql(
    `query ($ids: [ID!]!, $action: ID!, $invocation: ID!) {
      nodes(ids: $ids) { id } action(id: $action) { id } invocation(id: $invocation) { id }
      actions { edges { node { id } } } invocations(filter: { actionId: $action }) { edges { node { id } } } services { edges { node { id } } }
      events { edges { cursor } } apiTokens { edges { node { name } } }
    }`,
    { ids, action, invocation },
    headers,
  )
  assert.deepEqual(seen.data, {
    nodes: ids.map(() => null),
    action: null,
    invocation: null,
    actions: { edges: [] },
    invocations: { edges: [] },
    services: { edges: [] },
    events: { edges: [] },
    apiTokens: { edges: [{ node: { name: 'theirs' } }] },
  })
  for (const mutation of [
    `pause(actionId: "${action}") { id }`,
    `resume(actionId: "${action}") { id }`,
    `invokeNow(actionId: "${action}") { id }`,
    `updateAction(id: "${action}", input: { name: "x" }) { id }`,
    `deleteAction(id: "${action}")`,
    `cancel(invocationId: "${invocation}") { id }`,
    `retry(invocationId: "${invocation}") { id }`,
    `revokeApiToken(id: "${data.viewer.actor.id}") { id }`,
    `createAction(input: { name: "x", target: { serviceId: "${service}", path: "/" } }) { id }`,
    `send(input: { serviceId: "${service}", path: "/" }) { id }`,
  ]) {
    const { errors } = await api.graphql(`mutation { ${mutation} }`, {}, headers)
    assert.equal(errors?.[0]?.extensions.code, 'NOT_FOUND', `${mutation}: ${JSON.stringify(errors)}`)
  }
})

test('API tokens: shown once, usable, listed without their text, revoked at once', async () => {
  const { data } = await api.graphql(
    'mutation { createApiToken(input: { name: "ci", expiresAt: "2100-01-01T00:00:00Z" }) { token apiToken { id name expiresAt revokedAt } } }',
  )
  const { token, apiToken } = data.createApiToken
  assert.match(token, /^dkt_/)
  assert.deepEqual([apiToken.name, apiToken.expiresAt, apiToken.revokedAt], ['ci', '2100-01-01T00:00:00.000Z', null])
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await api.graphql('{ viewer { actor { name } } }', {}, headers)).data.viewer.actor.name, 'ci')
  const listed = await api.graphql('{ apiTokens { edges { node { id lastUsedAt } } } }')
  assert.ok(
    listed.data.apiTokens.edges.some(
      ({ node }: { node: { id: string; lastUsedAt: string } }) => node.id === apiToken.id && node.lastUsedAt,
    ),
  )
  const revoked = await api.graphql('mutation ($id: ID!) { revokeApiToken(id: $id) { revokedAt } }', { id: apiToken.id })
  assert.ok(revoked.data.revokeApiToken.revokedAt)
  const refused = await api.graphql('{ viewer { actor { name } } }', {}, headers)
  assert.deepEqual([refused.status, refused.errors?.[0]?.extensions.code], [401, 'UNAUTHENTICATED'])
})

test('events list what happened, oldest first, by cursor', async () => {
  const action = await makeAction()
  const run = await invoke(action)
  const all: { type: string; invocationId: string | null; actionId: string }[] = []
  for (let after: string | null = null; ; ) {
    const { data } = await api.graphql(
      'query ($after: String) { events(first: 100, after: $after) { edges { cursor node { cursor type at actionId invocationId status } } pageInfo { hasNextPage endCursor } } }',
      { after },
    )
    all.push(...data.events.edges.map(({ node }: { node: never }) => node))
    if (!data.events.pageInfo.hasNextPage) break
    after = data.events.pageInfo.endCursor
  }
  const mine = all.filter(({ actionId }) => actionId === action)
  assert.deepEqual(
    mine.map(({ type }) => type),
    ['action.created', 'invocation.created'],
  )
  assert.equal(mine[1]?.invocationId, run)
})

test('the schema tells about itself to who is signed in, and to nobody else', async () => {
  const known = await api.graphql(getIntrospectionQuery())
  assert.ok(known.data.__schema.types.some(({ name }: { name: string }) => name === 'Receipt'))
  const anonymous = await api.graphql(getIntrospectionQuery(), {}, {})
  assert.deepEqual([anonymous.status, anonymous.errors?.[0]?.extensions.code], [401, 'UNAUTHENTICATED'])
  const guess = await api.graphql('{ receipt(token: "x") { statu } }', {}, {})
  assert.doesNotMatch(JSON.stringify(guess), /Did you mean/)
})

const uuid = (id: string): string => parseId(id)!.uuid

async function sql(text: string, ...values: unknown[]): Promise<void> {
  await api.db.pool.query(text, values)
}

async function addAttempt(
  invocation: string,
  number: number,
  { code, body = null, error }: { code: number; body?: string | null; error?: string },
) {
  const id = newId()
  await sql(
    `insert into attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code, response_headers, response_body, error_source, error_code, error_message)
     values ($1, $2, $3, now(), now(), 12.5, $4, $5, $6, $7, $8, $8)`,
    id,
    uuid(invocation),
    number,
    code,
    JSON.stringify({ 'content-type': 'text/plain', 'set-cookie': 'a=b' }),
    body,
    error ? 'TARGET' : null,
    error ?? null,
  )
  return publicId('attempt', id)
}
