import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Noun, parseId, publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { type ApiServer, type GraphqlAnswer, startApi } from './api-server.ts'
import { aBackfill, anAction, anAwaitingRun, aService, aWaitingRun, LATER } from './fixtures.ts'
import { MUTATION_CASES } from './mutation-cases.ts'
import { QUERY_CASES } from './query-cases.ts'
import { type Caller, otherRig, type Rig, rigOf, stateOf, uuidsIn } from './rig.ts'
import { documentOf, fieldsWithIds, type IdPath, idPathsOf, leafAt, mutations, queries, subscriptions, withLeaf } from './schema-walk.ts'
import { SocketPeer } from './socket-peer.ts'

let api: ApiServer
let here: Rig
let there: Rig
/** An administrator here, who is nobody there. */
let admin: Caller
before(async () => {
  api = await startApi()
  here = await rigOf(api)
  there = await otherRig(here)
  admin = await here.person('ADMIN')
})
after(() => api[Symbol.asyncDispose]())

type Variables = Record<string, unknown>

/** The same variables with an id of the other project at `path`, and with one that nothing has. */
function replaced(own: Variables, theirs: Variables, path: IdPath): [foreign: Variables, unknown: Variables] {
  const id = leafAt(theirs, path)
  assert.equal(typeof id, 'string', `the case gives nothing at ${path}`)
  const unknown = publicId(parseId(id as string)!.noun, newId())
  return [withLeaf(own, path, id) as Variables, withLeaf(own, path, unknown) as Variables]
}

/** What is told of an answer, without the id that was asked for. */
const told = ({ status, data, errors }: GraphqlAnswer, asked: unknown): string =>
  JSON.stringify({ status, data, errors: errors?.map(({ message, extensions }) => ({ message, extensions })) }).replaceAll(
    String(asked),
    'ID',
  )

/** The refusal of the one item that a batch has. */
const refusalOf = ({ data, errors }: GraphqlAnswer, name: string): string | undefined =>
  errors?.[0]?.extensions.code ?? data[name]?.[0]?.error?.code

/** An id in a filter narrows, and is no refusal. */
const FILTERS = new Set(['bulkCancel', 'bulkRetry'])

for (const field of mutations) {
  const paths = idPathsOf(field)
  if (paths.length === 0) continue
  test(`${field.name}: an id of another project is an unknown one`, async () => {
    const { variables: usual, instead } = MUTATION_CASES[field.name]!
    for (const path of paths) {
      const variables = instead?.[path] ?? usual
      const theirs = await variables(there)
      const untouched = await stateOf(there, there.projectId)
      const answers: string[] = []
      for (const given of replaced(await variables(here, admin), theirs, path)) {
        if (FILTERS.has(field.name)) await variables(here)
        const answer = await admin.ask(documentOf('mutation', field, Object.keys(given), 2), given)
        if (FILTERS.has(field.name)) assert.equal(answer.data[field.name].total, 0)
        else assert.equal(refusalOf(answer, field.name), 'NOT_FOUND', `${path}: ${JSON.stringify(answer)}`)
        if (!FILTERS.has(field.name)) answers.push(told(answer, leafAt(given, path)))
      }
      assert.equal(answers[0], answers[1], path)
      assert.deepEqual(await stateOf(there, there.projectId), untouched)
    }
  })
}

for (const field of queries) {
  const paths = idPathsOf(field)
  if (paths.length === 0) continue
  test(`${field.name}: an id of another project is an unknown one`, async () => {
    const { variables } = QUERY_CASES[field.name]!
    const theirs = await variables(there)
    for (const path of paths) {
      const own = await variables(here)
      const ask = async (given: Variables) =>
        told(await admin.ask(documentOf('query', field, Object.keys(given), 2), given), leafAt(given, path))
      const [foreign, unknown] = replaced(own, theirs, path)
      const answer = await ask(foreign)
      assert.equal(answer, await ask(unknown), path)
      for (const uuid of await uuidsIn(api.db, there.projectId)) assert.ok(!answer.includes(bare(uuid)), `${path}: ${answer}`)
    }
  })
}

/** As all public ids of that UUID end. */
const bare = (uuid: string): string => publicId('action', uuid).slice('act_'.length)

test('no query shows anything of another project', async () => {
  for (const { variables } of [...Object.values(MUTATION_CASES), ...Object.values(QUERY_CASES)]) await variables(there)
  const theirs = (await uuidsIn(api.db, there.projectId)).map(bare)
  assert.ok(theirs.length > 50)
  for (const field of queries) {
    const own = await QUERY_CASES[field.name]!.variables(here)
    const document = documentOf('query', field, Object.keys(own), 3)
    const answer = JSON.stringify(await admin.ask(document, own))
    for (const id of theirs) assert.ok(!answer.includes(id), `${field.name} shows ${id}: ${answer}`)
  }
})

/** Fields below the roots that take ids, with a question for each. */
const INNER: Readonly<Record<string, (id: string, own: { action: string; backfill: string }) => [query: string, variables: object]>> = {
  'Action.invocations filter.actionId': (id, { action }) => [
    'query ($of: ID!, $id: ID) { action(id: $of) { invocations(filter: { actionId: $id }) { edges { node { id } } } } }',
    { of: action, id },
  ],
  'Action.invocations filter.serviceId': (id, { action }) => [
    'query ($of: ID!, $id: ID) { action(id: $of) { invocations(filter: { serviceId: $id }) { edges { node { id } } } } }',
    { of: action, id },
  ],
  'Backfill.invocations filter.actionId': (id, { backfill }) => [
    'query ($of: ID!, $id: ID) { backfill(id: $of) { invocations(filter: { actionId: $id }) { edges { node { id } } } } }',
    { of: backfill, id },
  ],
  'Backfill.invocations filter.serviceId': (id, { backfill }) => [
    'query ($of: ID!, $id: ID) { backfill(id: $of) { invocations(filter: { serviceId: $id }) { edges { node { id } } } } }',
    { of: backfill, id },
  ],
}

test('inner fields: an id of another project is an unknown one', async () => {
  const inner = fieldsWithIds().filter((field) => !/^(Query|Mutation|Subscription)\./.test(field))
  assert.deepEqual(inner.sort(), Object.keys(INNER).sort())
  const own = { action: await anAction(here), backfill: await aBackfill(here) }
  const theirs: Partial<Record<string, string>> = { actionId: await anAction(there), serviceId: await aService(there) }
  for (const [field, question] of Object.entries(INNER)) {
    const id = theirs[field.split('.').at(-1)!]!
    const unknown = publicId(parseId(id)!.noun, newId())
    const [foreign, nothing] = [await admin.ask(...question(id, own)), await admin.ask(...question(unknown, own))]
    assert.equal(told(foreign, id), told(nothing, unknown), field)
  }
})

test('node and nodes find nothing of another project, of whatever kind', async () => {
  for (const { variables } of Object.values(MUTATION_CASES)) await variables(there)
  const uuids = await uuidsIn(api.db, there.projectId)
  const ids = NOUNS.flatMap((noun) => uuids.map((uuid) => publicId(noun, uuid)))
  for (let at = 0; at < ids.length; at += 100) {
    const { data, errors } = await admin.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ids.slice(at, at + 100) })
    assert.equal(errors, undefined)
    assert.ok(data.nodes.every((node: unknown) => node === null))
  }
})

const NOUNS: readonly Noun[] = [
  'project',
  'service',
  'action',
  'invocation',
  'attempt',
  'approval',
  'token',
  'user',
  'role',
  'event',
  'calendar',
  'secret',
  'backfill',
  'limit',
  'callback',
  'bulk',
  'session',
  'invite',
  'permission',
  'grant',
  'audit',
]

test('subscriptions: an id of another project is an unknown one, and nothing of it is heard', async () => {
  const theirs: Record<string, string> = { actionId: await anAction(there), invocationId: await aWaitingRun(there) }
  using peer = await new SocketPeer(api.url, { cookie: admin.headers.cookie! }).open()
  let id = 0
  const refused = async (query: string, variables: object) => {
    peer.subscribe(query, variables, String(++id))
    const { payload } = await peer.next()
    assert.equal((await peer.next()).type, 'complete')
    return payload.errors[0]
  }
  for (const field of subscriptions) {
    for (const path of idPathsOf(field)) {
      const foreign = theirs[path]!
      const unknown = publicId(parseId(foreign)!.noun, newId())
      const document = documentOf('subscription', field, [path])
      const answer = await refused(document, { [path]: foreign })
      assert.equal(answer.extensions.code, 'NOT_FOUND', `${field.name} ${path}`)
      assert.deepEqual(await refused(document, { [path]: unknown }), answer)
    }
  }
  for (const [name, happens] of [
    ['invocationChanged', aWaitingRun],
    ['approvalChanged', anAwaitingRun],
  ] as const) {
    const { data } = await admin.ask('{ project { eventCursor } }')
    const after = data.project.eventCursor
    const ask = name === 'invocationChanged' ? 'invocation { id }' : 'approval { invocation { id } }'
    peer.subscribe(`subscription ($after: String) { ${name}(after: $after) { ${ask} } }`, { after }, name)
    await happens(there)
    const own = await happens(here)
    const { id, payload } = await peer.next()
    const heard = payload.data[name]
    assert.deepEqual([id, (heard.approval ?? heard).invocation.id], [name, own])
    peer.send({ id: name, type: 'complete' })
  }
})

test('a receipt is public by its token, also of another project', async () => {
  const other = await there.person('ADMIN')
  const { data } = await other.ask('query ($id: ID!) { invocation(id: $id) { receiptUrl } }', { id: await aWaitingRun(there) })
  const token = data.invocation.receiptUrl.split('/r/')[1]
  const { data: seen } = await admin.ask('query ($token: String!) { receipt(token: $token) { status runAt } }', { token })
  assert.deepEqual(seen.receipt, { status: 'PENDING', runAt: new Date(LATER).toISOString() })
})
