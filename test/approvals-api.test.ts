import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicId } from '../server/domain/ids.ts'
import { startApi } from './api-server.ts'
import { rigOf } from './rig.ts'
import { SocketPeer } from './socket-peer.ts'

const CREATE =
  'mutation ($input: CreateActionInput!) { createAction(input: $input) { id approval { preset stages { role required } expiresInSeconds forbidRequester condition } } }'
const INVOKE = `mutation ($id: ID!, $input: JSON) { invokeNow(actionId: $id, input: $input) { id status requestDigest approval { id digest } } }`
const APPROVE =
  'mutation ($id: ID!, $digest: String) { approve(invocationId: $id, digest: $digest, comment: "ok") { id status allowedOperations } }'
const APPROVAL = `query ($id: ID!) { approval(id: $id) {
  id status digest mayDecide whyNot requestedAt expiresAt decidedAt breakGlassReason notifiedAt escalatedAt
  requester { kind name } action { name } invocation { status requestDigest } usedGrants { id }
  stages { role required approvedCount current }
  votes { stage decision comment voidReason member { name } }
  difference { methodBefore methodAfter urlBefore urlAfter headers { name before after } bodyBefore bodyAfter }
} }`
const LIST =
  'query ($filter: ApprovalFilter, $first: Int, $after: String) { approvals(filter: $filter, first: $first, after: $after) { edges { cursor node { id mayDecide whyNot stages { approvedCount } votes { member { name } } action { name } invocation { allowedOperations } } } pageInfo { hasNextPage endCursor } } }'

async function scene() {
  const api = await startApi()
  const rig = await rigOf(api)
  const [rita, anna, ben] = [await rig.person('OPERATOR'), await rig.person('MANAGER'), await rig.person('MANAGER')]
  const admin = await rig.person('ADMIN')
  const input = {
    name: 'Refund',
    target: { url: 'https://example.com/refunds' },
    headers: { 'x-api-key': 'hush-hush-hush', accept: 'text/plain' },
    body: { amount: 5 },
    approval: { preset: 'TWO_PERSON' },
  }
  const created = await admin.ask(CREATE, { input })
  assert.equal(created.errors, undefined)
  const ask = async (by = rita) => (await by.ask(INVOKE, { id: created.data.createAction.id })).data.invokeNow
  return { api, rig, rita, anna, ben, admin, action: created.data.createAction, ask }
}

test('an approval tells what is asked, who agreed, who may decide and why not, and what changed since', async () => {
  const { api, rita, anna, ben, admin, action, ask } = await scene()
  await using _ = api
  assert.deepEqual(action.approval, {
    preset: 'TWO_PERSON',
    stages: [{ role: 'MANAGER', required: 2 }],
    expiresInSeconds: 86_400,
    forbidRequester: true,
    condition: null,
  })
  const run = await ask()
  assert.equal(run.status, 'AWAITING_APPROVAL')
  assert.equal(run.requestDigest, run.approval.digest)
  const read = async (by = anna) => (await by.ask(APPROVAL, { id: run.approval.id })).data.approval
  const first = await read()
  assert.deepEqual(
    [first.mayDecide, first.whyNot, first.difference, first.requester],
    [true, null, null, { kind: 'USER', name: rita.name }],
  )
  assert.deepEqual(first.stages, [{ role: 'MANAGER', required: 2, approvedCount: 0, current: true }])
  const byRita = await read(rita)
  assert.deepEqual([byRita.mayDecide, byRita.whyNot], [false, 'You asked for this run, so somebody else has to decide.'])
  assert.equal((await read(admin)).whyNot, 'You were the last to edit this action, so somebody else has to decide.')
  const { data } = await api.graphql(APPROVAL, { id: run.approval.id })
  assert.match(data.approval.whyNot, /API tokens/)

  const approved = (await anna.ask(APPROVE, { id: run.id, digest: first.digest })).data.approve
  assert.deepEqual(approved, { id: run.id, status: 'AWAITING_APPROVAL', allowedOperations: ['CANCEL'] })
  await admin.ask('mutation ($id: ID!, $input: UpdateActionInput!) { updateAction(id: $id, input: $input) { id } }', {
    id: action.id,
    input: { method: 'PUT', body: { amount: 50, password: 'x' }, headers: { accept: 'text/html', 'x-api-key': 'another-one-now' } },
  })
  const after = await read(ben)
  assert.deepEqual(after.difference, {
    methodBefore: 'POST',
    methodAfter: 'PUT',
    urlBefore: 'https://example.com/refunds',
    urlAfter: 'https://example.com/refunds',
    headers: [
      { name: 'accept', before: 'text/plain', after: 'text/html' },
      { name: 'x-api-key', before: '••••', after: '••••' },
    ],
    bodyBefore: '{"amount":5}',
    bodyAfter: '{"amount":50,"password":"••••"}',
  })
  assert.deepEqual(after.votes, [{ stage: 0, decision: 'APPROVE', comment: 'ok', voidReason: 'EDITED', member: { name: anna.name } }])
  assert.deepEqual(after.stages[0].approvedCount, 0)
  assert.equal((await ben.ask(APPROVE, { id: run.id, digest: first.digest })).errors?.[0]?.extensions.code, 'APPROVAL_VOID')
  assert.equal(after.invocation.requestDigest, after.digest)
  for (const person of [anna, ben]) assert.equal((await person.ask(APPROVE, { id: run.id, digest: after.digest })).errors, undefined)
  const done = await read()
  assert.deepEqual([done.status, done.whyNot, done.invocation.status], ['APPROVED', 'It was decided already.', 'PENDING'])
})

test('lists page newest first, show mine, and what I asked for; their reads do not grow with the page', async () => {
  const { api, rita, anna, ben, ask, rig } = await scene()
  await using _ = api
  const runs = []
  for (let n = 0; n < 5; n++) runs.push(await ask())
  const byAnna = await ask(anna)
  const list = async (by: typeof rita, filter: object, first = 10, after?: string) =>
    (await by.ask(LIST, { filter, first, after })).data.approvals
  const ids = (page: { edges: { node: { id: string } }[] }) => page.edges.map(({ node }) => node.id)
  const all = [byAnna, ...runs.toReversed()].map(({ approval }) => approval.id)
  assert.deepEqual(ids(await list(anna, {})), all)
  assert.deepEqual(ids(await list(anna, { mine: true })), all.slice(1))
  assert.deepEqual(ids(await list(anna, { requestedByMe: true })), [byAnna.approval.id])
  assert.deepEqual(ids(await list(rita, { mine: true })), [])
  assert.deepEqual(ids(await list(rita, { status: ['APPROVED'] })), [])
  const page = await list(ben, { mine: true }, 4)
  assert.deepEqual([ids(page), page.pageInfo.hasNextPage], [all.slice(0, 4), true])
  assert.deepEqual(ids(await list(ben, { mine: true }, 4, page.pageInfo.endCursor)), all.slice(4))
  await anna.ask(APPROVE, { id: runs[0].id })
  assert.ok(!ids(await list(anna, { mine: true })).includes(runs[0].approval.id))
  assert.equal((await list(ben, {}, 1)).edges[0].node.invocation.allowedOperations.join(), 'APPROVE,REJECT,CANCEL')

  api.statements()
  await list(ben, {}, 2)
  const few = api.statements().length
  await list(ben, {}, 6)
  assert.equal(api.statements().length, few)
  const other = await rigOf(api, rig.projectId)
  assert.deepEqual(ids(await list(await other.person('VIEWER'), { mine: true })), [])
})

test('who watches approvals hears of each of them, and after a pause goes on where it was', async () => {
  const { api, anna, ben, ask } = await scene()
  await using _ = api
  const query =
    'subscription ($after: String) { approvalChanged(after: $after) { cursor type approval { id status mayDecide stages { approvedCount } } } }'
  const watch = async (after?: string) => {
    const peer = await new SocketPeer(api.url, { cookie: ben.headers.cookie, origin: api.url }).open()
    peer.subscribe(query, { after })
    return { peer, next: async () => (await peer.next()).payload.data.approvalChanged }
  }
  const first = await watch()
  const run = await ask()
  const asked = await first.next()
  assert.deepEqual(
    [asked.type, asked.approval],
    ['approval.requested', { id: run.approval.id, status: 'PENDING', mayDecide: true, stages: [{ approvedCount: 0 }] }],
  )
  first.peer.socket.close()
  await first.peer.closed
  await anna.ask(APPROVE, { id: run.id })
  await ben.ask(APPROVE, { id: run.id })
  const second = await watch(asked.cursor)
  const types = [await second.next(), await second.next()]
  assert.deepEqual(
    types.map(({ type }) => type),
    ['approval.voted', 'approval.approved'],
  )
  assert.deepEqual([types[1].approval.status, types[1].approval.mayDecide], ['APPROVED', false])
  second.peer.socket.close()
  await second.peer.closed
})

test('a receipt shows how it was decided, and by whom only where the project says so', async () => {
  const { api, anna, ben, ask } = await scene()
  await using _ = api
  const run = await ask()
  for (const person of [anna, ben]) await person.ask(APPROVE, { id: run.id })
  const { data } = await anna.ask('query ($id: ID!) { invocation(id: $id) { receiptUrl breakGlass } }', { id: run.id })
  const token = data.invocation.receiptUrl.split('/').at(-1)
  const receipt = async () =>
    (
      await api.graphql(
        'query ($token: String!) { receipt(token: $token) { approval { status breakGlass byGrant stages { role required approvedCount } votes { decision voided name } } } }',
        { token },
        {},
      )
    ).data.receipt.approval
  const vote = (name: string | null) => ({ decision: 'APPROVE', voided: false, name })
  const hidden = await receipt()
  assert.deepEqual(hidden, {
    status: 'APPROVED',
    breakGlass: false,
    byGrant: false,
    stages: [{ role: 'MANAGER', required: 2, approvedCount: 2 }],
    votes: [vote(null), vote(null)],
  })
  await api.db.pool.query('update projects set show_deciders = true')
  assert.deepEqual((await receipt()).votes, [vote(anna.name), vote(ben.name)])
})

test('grants, policies and refusals by the API', async () => {
  const { api, rita, anna, ben, admin, action, ask, rig } = await scene()
  await using _ = api
  const GRANT =
    'mutation ($input: CreateGrantInput!) { createGrant(input: $input) { id active used maxRuns actor { kind name } createdBy { name } action { id } } }'
  const granted = await anna.ask(GRANT, { input: { actionId: action.id, memberId: publicId('user', rita.id), maxRuns: 1 } })
  const { id, ...grant } = granted.data.createGrant
  // Two people approve, also in advance.
  const second = await ben.ask(GRANT, { input: { actionId: action.id, maxRuns: 1 } })
  assert.deepEqual(grant, {
    active: true,
    used: 0,
    maxRuns: 1,
    actor: { kind: 'USER', name: rita.name },
    createdBy: { name: anna.name },
    action: { id: action.id },
  })
  const run = await ask()
  assert.equal(run.status, 'PENDING')
  const { data } = await anna.ask(
    'query ($run: ID!, $action: ID!) { invocation(id: $run) { approval { status usedGrants { id active used } } } grants(actionId: $action) { id } }',
    {
      run: run.id,
      action: action.id,
    },
  )
  const used = { active: false, used: 1 }
  const other = second.data.createGrant.id
  assert.deepEqual(data, {
    invocation: {
      approval: {
        status: 'APPROVED',
        usedGrants: [
          { id, ...used },
          { id: other, ...used },
        ],
      },
    },
    grants: [{ id: other }, { id }],
  })
  assert.ok((await anna.ask('mutation ($id: ID!) { revokeGrant(id: $id) { revokedAt } }', { id })).data.revokeGrant.revokedAt)

  const code = async (by: typeof rita, query: string, variables: object) => (await by.ask(query, variables)).errors?.[0]?.extensions
  const input = { name: 'a', target: { url: 'https://example.com' }, approval: { stages: [{ role: 'MANAGER', required: 9 }] } }
  assert.deepEqual(await code(admin, CREATE, { input }), { code: 'INVALID_POLICY', field: 'approval' })
  assert.deepEqual(await code(admin, CREATE, { input: { ...input, approval: {} } }), { code: 'INVALID_POLICY', field: 'approval.stages' })
  const waits = await ask()
  const token = await rig.token('ADMIN')
  assert.deepEqual(await code(token, APPROVE, { id: waits.id }), { code: 'FORBIDDEN' })
  assert.deepEqual(await code(rita, APPROVE, { id: waits.id }), { code: 'FORBIDDEN' })
  assert.deepEqual(await code(rita, 'mutation ($id: ID!) { invokeNow(actionId: $id, waitSeconds: 5) { id } }', { id: action.id }), {
    code: 'INVALID_SYNC',
    field: 'waitSeconds',
  })
  const { rows } = await api.db.pool.query("select code, result from audit_entries where result = 'REFUSED' order by at, id")
  assert.deepEqual(
    rows.map((row) => row.code),
    ['INVALID_POLICY', 'INVALID_POLICY', 'FORBIDDEN', 'FORBIDDEN', 'INVALID_SYNC'],
  )
})
