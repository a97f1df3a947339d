import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { docket } from '../../test/docket-cli.ts'
import { hashOf } from '../domain/audit-entry.ts'
import { publicId } from '../domain/ids.ts'
import { writeAnchor } from '../store/audit-anchors.ts'
import { ensureAuditKey } from '../store/audit-key.ts'
import { type AuditNote, audited } from '../store/audited.ts'

let api: ApiServer
/** Of a role that may not look into the audit. */
let manager: string
let operator: string
const folder = mkdtempSync(join(tmpdir(), 'docket-audit-'))
before(async () => {
  api = await startApi()
  manager = await tokenOf('MANAGER')
  operator = await tokenOf('OPERATOR')
})
after(async () => {
  await api[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function tokenOf(wanted: string): Promise<string> {
  const { data } = await api.graphql('{ roles { id level } }')
  const roleId = data.roles.find(({ level }: { level: string }) => level === wanted).id
  const made = await api.graphql('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }', {
    input: { name: wanted, roleId },
  })
  return made.data.createApiToken.token
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const note = (...notes: AuditNote[]) =>
  audited({ db: api.db, projectId: api.projectId, actor: { kind: 'USER', id: null, name: '=Ann' }, ip: '127.0.0.1' }, async (_, add) =>
    notes.forEach(add),
  )
const exported = (parameters = '', token = api.token) => fetch(`${api.url}/audit/export${parameters}`, { headers: bearer(token) })
const linesOf = async (response: Response) => (await response.text()).split('\n').filter((line) => line !== '')

const LIST = `query ($filter: AuditFilter, $first: Int, $after: String) { auditLog(filter: $filter, first: $first, after: $after) {
  edges { node { id verb objectId actor { kind name } actorName onBehalfOf { id } action { id } invocation { id } record { type id }
    data before after result code ip chain seq hash at } } pageInfo { endCursor hasNextPage } } }`
const list = async (variables: object = {}, token = api.token) => {
  const { data, errors } = await api.graphql(LIST, variables, bearer(token))
  return { entries: data?.auditLog?.edges.map(({ node }: { node: object }) => node), pageInfo: data?.auditLog?.pageInfo, errors }
}

test('the log is listed newest first, page by page, and filtered', async () => {
  await note(
    {
      verb: 'page.made',
      object: { type: 'page', id: 'p1' },
      record: { type: 'book', id: '50%_off' },
      data: { headers: { Authorization: 'Bearer abcdefgh', accept: 'a/b' } },
    },
    {
      verb: 'page.updated',
      object: { type: 'page', id: 'p1' },
      before: { title: 'a', secretWord: 'x' },
      after: { title: 'b', secretWord: 'y' },
    },
    { verb: 'page.removed', object: { type: 'page', id: 'p2' }, result: 'REFUSED', code: 'FORBIDDEN' },
  )
  const verbs = async (filter: object) => (await list({ filter })).entries.map(({ verb }: { verb: string }) => verb)
  assert.deepEqual(await verbs({ verb: 'page' }), ['page.removed', 'page.updated', 'page.made'])
  assert.deepEqual(await verbs({ verb: 'page.made' }), ['page.made'])
  assert.deepEqual(await verbs({ objectId: 'p1', result: 'DONE' }), ['page.updated', 'page.made'])
  assert.deepEqual(await verbs({ recordType: 'book' }), ['page.made'])
  assert.deepEqual(await verbs({ search: '50%_O' }), ['page.made'])
  assert.deepEqual(await verbs({ search: '50%%o' }), [])
  assert.deepEqual(await verbs({ objectType: 'page', from: new Date(Date.now() + 60_000).toISOString() }), [])
  assert.deepEqual(
    await verbs({ objectType: 'page', from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() + 1_000).toISOString() }),
    ['page.removed', 'page.updated', 'page.made'],
  )

  const first = await list({ filter: { verb: 'page' }, first: 2 })
  assert.equal(first.pageInfo.hasNextPage, true)
  const second = await list({ filter: { verb: 'page' }, first: 2, after: first.pageInfo.endCursor })
  assert.deepEqual(
    second.entries.map(({ verb }: { verb: string }) => verb),
    ['page.made'],
  )
  const [made] = second.entries
  assert.deepEqual(made.data, { headers: { Authorization: '••••', accept: 'a/b' } })
  assert.deepEqual(
    [made.actor, made.actorName, made.ip, made.record],
    [{ kind: 'USER', name: '=Ann' }, '=Ann', '127.0.0.1', { type: 'book', id: '50%_off' }],
  )
  assert.deepEqual(first.entries[1].after, { title: 'b', secretWord: '••••' })
  const { data } = await api.graphql('query ($id: ID!) { node(id: $id) { ... on AuditEntry { verb seq hash } } }', { id: made.id })
  assert.deepEqual(data.node, { verb: 'page.made', seq: made.seq, hash: made.hash })
  for (const filter of [{ actorId: 'usr_x' }, { actionId: 'x' }, { search: 'x'.repeat(201) }]) {
    assert.match((await list({ filter })).errors![0]!.extensions.code, /^(NOT_FOUND|BAD_USER_INPUT)$/)
  }
})

test('it takes the role ADMIN, in every way', async () => {
  const { errors } = await list({}, manager)
  assert.equal(errors![0]!.extensions.code, 'FORBIDDEN')
  assert.equal((await api.graphql('{ auditVerification { ok } }', {}, bearer(manager))).errors![0]!.extensions.code, 'FORBIDDEN')
  const { entries } = await list({ first: 1 })
  assert.equal(
    (await api.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: entries[0].id }, bearer(manager))).errors![0]!.extensions.code,
    'FORBIDDEN',
  )
  assert.equal((await exported('', manager)).status, 403)
  assert.equal((await fetch(`${api.url}/audit/export`)).status, 401)
  assert.equal((await fetch(`${api.url}/audit/export`, { method: 'POST', headers: bearer(api.token) })).status, 405)
})

test('a refused mutation is noted with who tried it and what it named, and without what it held', async () => {
  const id = publicId('action', crypto.randomUUID())
  const secret = await api.graphql(
    'mutation ($name: String!) { setSecret(name: $name, value: "the-value-of-it") { id } }',
    { name: 'N' },
    bearer(operator),
  )
  const pause = await api.graphql('mutation ($id: ID!) { x: pause(actionId: $id, note: "a note") { id } }', { id }, bearer(operator))
  assert.deepEqual(
    [secret, pause].map(({ errors }) => errors![0]!.extensions.code),
    ['FORBIDDEN', 'NOT_FOUND'],
  )
  const { entries } = await list({ filter: { result: 'REFUSED', search: 'mutation' }, first: 2 })
  assert.deepEqual(
    entries.map(({ verb, code, objectId, data, actor }: { [name: string]: unknown }) => [verb, code, objectId, data, actor]),
    [
      ['action.refused', 'NOT_FOUND', id, { mutation: 'pause', actionId: id }, { kind: 'TOKEN', name: 'OPERATOR' }],
      ['request.refused', 'FORBIDDEN', null, { mutation: 'setSecret' }, { kind: 'TOKEN', name: 'OPERATOR' }],
    ],
  )
  const wrong = await api.graphql('mutation { setSecret(name: "not a name", value: "x") { id } }')
  assert.equal(wrong.errors![0]!.extensions.code, 'BAD_USER_INPUT')
  const after = await list({ filter: { result: 'REFUSED', search: 'mutation' } })
  assert.equal(after.entries[0].id, entries[0].id, 'what is only written wrongly is not noted')
})

test('a condition that is not accepted is noted: it would have said who may do what', async () => {
  const { data } = await api.graphql('{ roles { id level } }')
  const roleId = data.roles.find(({ level }: { level: string }) => level === 'OPERATOR').id
  for (const condition of ['input.', `input.a == "${'x'.repeat(10_240)}"`, 'nobody.name == "x"']) {
    const { errors } = await api.graphql('mutation ($input: SetPermissionInput!) { setPermission(input: $input) { id } }', {
      input: { roleId, trigger: { allowed: true, condition } },
    })
    assert.equal(errors![0]!.extensions.code, 'INVALID_CONDITION')
    const { entries } = await list({ filter: { result: 'REFUSED' }, first: 1 })
    assert.deepEqual([entries[0].code, entries[0].data], ['INVALID_CONDITION', { mutation: 'setPermission', roleId }])
  }
})

test('who may not look into the audit and tries it is noted, in every way, once for each', async () => {
  const [any] = (await list({ first: 1 })).entries
  const since = new Date().toISOString()
  const refused = [
    await list({}, manager),
    await api.graphql('{ auditVerification { ok } }', {}, bearer(manager)),
    await api.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: any.id }, bearer(manager)),
    await api.graphql(
      'query ($ids: [ID!]!) { ...Both } fragment Both on Query { a: nodes(ids: $ids) { id } b: nodes(ids: $ids) { id } roles { id } }',
      { ids: [any.id] },
      bearer(manager),
    ),
  ]
  for (const { errors } of refused) assert.equal(errors![0]!.extensions.code, 'FORBIDDEN')
  assert.equal((await exported('?verb=cell', manager)).status, 403)
  const noted = async () => (await list({ filter: { verb: 'audit.refused', from: since } })).entries
  const entries = await noted()
  assert.deepEqual(
    entries.map(({ code, result, data, actor, ip }: { [name: string]: unknown }) => [code, result, data, actor, typeof ip]).reverse(),
    ['auditLog', 'auditVerification', 'node', 'nodes', 'GET /audit/export'].map((query) => [
      'FORBIDDEN',
      'REFUSED',
      { query },
      { kind: 'TOKEN', name: 'MANAGER' },
      'string',
    ]),
  )
  // Who is refused something else, and who only names wrongly what may be read, leaves no such entry.
  await api.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: publicId('action', crypto.randomUUID()) }, bearer(manager))
  await list({ filter: { actorId: 'usr_x' } })
  assert.equal((await noted()).length, entries.length)
})

test('a token that may not read at all is noted where it asks for the audit', async () => {
  const made = await api.graphql('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }', {
    input: { name: 'writer', scopes: ['OPERATE'] },
  })
  const since = new Date().toISOString()
  const query = '{ roles { id } auditLog { edges { node { action { id } } } } }'
  const { errors } = await api.graphql(query, {}, bearer(made.data.createApiToken.token))
  assert.equal(errors![0]!.extensions.code, 'FORBIDDEN')
  const { entries } = await list({ filter: { verb: 'audit.refused', from: since } })
  assert.deepEqual(
    entries.map(({ data, actor }: { [name: string]: unknown }) => [data, actor]),
    [[{ query: 'auditLog' }, { kind: 'TOKEN', name: 'writer' }]],
  )
})

test('of a batch, what nobody allowed is noted item by item, and what is refused otherwise is counted', async () => {
  const viewer = await tokenOf('VIEWER')
  const since = new Date().toISOString()
  const serviceId = publicId('service', crypto.randomUUID())
  const sent = await api.graphql(
    'mutation ($inputs: [SendInput!]!) { sendMany(inputs: $inputs) { error { code } } }',
    {
      inputs: [
        { url: 'https://example.com/?token=the-value-of-it', name: 'first', record: { type: 'order', id: '7' } },
        { url: 'no url' },
        { serviceId, path: '/x', dedupe: { key: 'd1', windowSeconds: 60 } },
      ],
    },
    bearer(viewer),
  )
  assert.deepEqual(
    sent.data.sendMany.map(({ error }: { error: { code: string } }) => error.code),
    ['FORBIDDEN', 'URL_INVALID', 'FORBIDDEN'],
  )
  const created = await api.graphql(
    'mutation ($inputs: [CreateActionInput!]!) { createActions(inputs: $inputs) { error { code } } }',
    {
      inputs: [
        { name: 'x', target: { serviceId, path: '/' } },
        { name: 'y', key: 'k', target: { serviceId, path: '/' } },
      ],
    },
    bearer(manager),
  )
  assert.deepEqual(
    created.data.createActions.map(({ error }: { error: { code: string } }) => error.code),
    ['NOT_FOUND', 'NOT_FOUND'],
  )
  const { entries } = await list({ filter: { verb: 'request.refused', from: since } })
  assert.deepEqual(
    entries
      .map(({ code, record, data, actor }: { [name: string]: unknown }) => [code, record, data, (actor as { name: string }).name])
      .reverse(),
    [
      ['FORBIDDEN', { type: 'order', id: '7' }, { mutation: 'sendMany', item: 0, name: 'first' }, 'VIEWER'],
      ['FORBIDDEN', null, { mutation: 'sendMany', item: 2, serviceId, dedupe: 'd1' }, 'VIEWER'],
      ['NOT_FOUND', null, { mutation: 'createActions', items: 2 }, 'MANAGER'],
    ],
  )
})

test('an export has all that was hashed, names an anchor, and is noted itself', async () => {
  await note({ verb: 'cell.made', object: { type: 'cell', id: '@SUM(A1)' }, data: { text: 'a "quoted", \n one' } })
  const response = await exported()
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
  const anchor = response.headers.get('docket-audit-anchor')
  const entries = (await linesOf(response)).map((line) => JSON.parse(line))
  assert.deepEqual([entries.at(-1).verb, entries.at(-1).data], ['audit.exported', { format: 'jsonl' }])
  assert.ok(entries.some(({ verb }) => verb === 'cell.made'))
  assert.deepEqual(await (await fetch(`${api.url}/audit/anchor`)).json().then((body) => (body as { hash: string }).hash), anchor)
  const verified = await api.graphql('query ($anchor: String) { auditVerification(anchor: $anchor) { ok entries anchors } }', { anchor })
  assert.deepEqual(verified.data.auditVerification, { ok: true, entries: entries.length, anchors: 1 })

  // As someone would who has the key and the export only.
  const key = await ensureAuditKey(api.db)
  const { prev_hash, hash, chain_id, seq, ...e } = entries.at(-1)
  const nothing = {
    actionId: null,
    invocationId: null,
    recordType: null,
    recordId: null,
    before: null,
    after: null,
    code: null,
    onBehalfOf: null,
  }
  const entry = {
    ...nothing,
    id: e.id,
    projectId: e.project_id,
    at: e.at,
    actorKind: e.actor_kind,
    actorId: e.actor_id,
    actorName: e.actor_name,
    verb: e.verb,
    objectType: null,
    objectId: null,
    data: JSON.stringify(e.data),
    result: e.result,
    ip: e.ip,
  }
  assert.equal(hashOf(key, prev_hash, entry, chain_id, seq), hash)

  const filtered = await linesOf(await exported(`?format=jsonl&verb=cell&from=${new Date(Date.now() - 60_000).toISOString()}`))
  assert.equal(filtered.length, 1)
  for (const parameters of ['?format=xml', '?form=csv', '?from=yesterday', '?result=MAYBE', '?actionId=x']) {
    assert.match(String((await exported(parameters)).status), /^40[04]$/, parameters)
  }
})

test('no cell of the CSV is a formula', async () => {
  await note({
    verb: 'cell.made',
    object: { type: 'cell', id: '=HYPERLINK("http://evil")' },
    record: { type: '+1', id: '-2,5' },
    data: { a: 'x' },
  })
  const response = await exported('?format=csv&verb=cell')
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8')
  const text = await response.text()
  assert.match(text, /^at,id,project_id,/)
  assert.ok(text.includes('"\'=HYPERLINK(""http://evil"")"'))
  assert.ok(text.includes(',\'+1,"\'-2,5",'))
  assert.ok(text.includes(",'=Ann,"))
  assert.ok(text.includes('"{""a"":""x""}"'))
  assert.doesNotMatch(text, /(^|,)"?[=+@-](?=\D)/m)
})

test('anyone may take the newest anchor', async () => {
  await using fresh = await startApi()
  assert.equal((await fetch(`${fresh.url}/audit/anchor`)).status, 404)
  await audited({ db: fresh.db, projectId: fresh.projectId, actor: { kind: 'SYSTEM', id: null, name: 'Docket' } }, async (_, add) =>
    add({ verb: 'x.made' }),
  )
  const written = await writeAnchor(fresh.db)
  const answer = await fetch(`${fresh.url}/audit/anchor`)
  assert.deepEqual([answer.status, await answer.json()], [200, { at: written!.at, hash: written!.hash }])
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
})

test('the command lists, exports and verifies, and tells what is bad by its exit code', async () => {
  await note({ verb: 'step.made', object: { type: 'step', id: 's\u001b[1m1' } })
  const env = { DOCKET_URL: api.url, DOCKET_TOKEN: api.token }
  const run = (...args: string[]) => docket(folder, ['audit', ...args], env)
  const listed = await run('list', '--verb', 'step')
  assert.deepEqual([listed.code, listed.err], [0, ''])
  assert.match(listed.out, /^AT +WHO +WHAT +OBJECT +RESULT +ENTRY\n\S+ +=Ann +step\.made +s \[1m1 +DONE +aud_\w{26}\n$/)
  assert.equal(JSON.parse((await run('list', '--first', '2', '--json')).out).length, 2)
  const csv = await run('export', '--format', 'csv', '--verb', 'step', '--from', '2020-01-01')
  assert.deepEqual([csv.code, csv.out.trim().split('\r\n').length], [0, 2])
  const good = await run('verify')
  assert.match(good.out, /^In order: \d+ entries of the project; \d+ chains?, \d+ anchors?\.\n$/)
  assert.equal(good.code, 0)

  const other = await docket(folder, ['audit', 'export'], { ...env, DOCKET_TOKEN: manager })
  assert.deepEqual([other.code, other.out], [1, ''])
  assert.match(other.err, /\(FORBIDDEN\)/)
  for (const args of [
    [],
    ['delete'],
    ['list', '--first', '0'],
    ['list', '--result', 'OK'],
    ['verify', '--anchor', 'x'],
    ['export', '--format', 'xml'],
  ]) {
    assert.equal((await run(...args)).code, 2, args.join(' '))
  }
  const unknown = await run('verify', '--anchor', 'ab'.repeat(32))
  assert.deepEqual(
    [unknown.code, unknown.err],
    [1, 'docket audit: The anchors are not as they were written, or the one that was asked for is not among them. (AUDIT_BAD)\n'],
  )

  await api.db.pool.query(
    "alter table audit_entries disable trigger user; update audit_entries set verb = 'step.mad' where verb = 'step.made'",
  )
  const bad = await run('verify', '--json')
  assert.equal(bad.code, 1)
  assert.match(bad.err, /Entry \d+ of chain \S+, aud_\w{26}, is not as it was written\. \(AUDIT_BAD\)/)
  assert.equal(JSON.parse(bad.out).firstBad.reason, 'CHANGED')
})
