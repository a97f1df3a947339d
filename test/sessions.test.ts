import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { publicId } from '../server/domain/ids.ts'
import { openSession } from '../server/store/sessions.ts'
import { startApi } from './api-server.ts'
import { anAction } from './fixtures.ts'
import { type Caller, otherRig, rigOf } from './rig.ts'
import { browserOf, type SignedInBrowser } from './sign-in.ts'
import { SocketPeer } from './socket-peer.ts'

const api = await startApi()
after(() => api[Symbol.asyncDispose]())
const rig = await rigOf(api)

const SESSIONS = '{ sessions { id current kind ip userAgent } }'
const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) }'
const TOKEN =
  'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { token apiToken { id role { name } scopes agent onBehalfOf { name } createdBy { name } } } }'
const SELECT = 'mutation ($id: ID!) { selectProject(id: $id) { id name } }'

const codeOf = ({ errors }: { errors?: { extensions: { code: string; field?: string } }[] }) => errors?.[0]?.extensions

async function another(person: Caller): Promise<SignedInBrowser> {
  const { secret } = await openSession(api.db.pool, {
    projectId: api.projectId,
    userId: person.id,
    method: 'OIDC',
    ip: '192.0.2.1',
    userAgent: 'x'.repeat(1_000),
  })
  return browserOf(api, `docket=${secret}`)
}
const makeToken = async (by: Caller, input: object) => by.ask(TOKEN, { input: { name: 'of the test', ...input } })
const roleId = async (name: string): Promise<string> => {
  const { data } = await api.graphql('{ roles { id name } }')
  return data.roles.find((role: { name: string }) => role.name === name).id
}

test('sessions are listed to their person and end on his word, with their sockets', async () => {
  const person = await rig.person('VIEWER')
  const other = await another(person)
  const { sessions } = (await person.ask(SESSIONS)).data
  assert.deepEqual(
    sessions.map(({ current, kind, ip }: { current: boolean; kind: string; ip: string }) => [current, kind, ip]),
    [
      [false, 'OIDC', '192.0.2.1'],
      [true, 'PASSWORD', null],
    ],
  )
  assert.equal(sessions[0].userAgent.length, 300)
  using socket = await new SocketPeer(api.url, { cookie: other.cookie }).open()
  const asked = Date.now()
  assert.deepEqual((await person.ask(REVOKE, { id: sessions[0].id })).data, { revokeSession: sessions[0].id })
  assert.equal((await socket.closed).code, 4403)
  assert.ok(Date.now() - asked < 1_000)
  assert.equal((await other.ask(SESSIONS)).status, 401)
  assert.deepEqual(codeOf(await person.ask(REVOKE, { id: sessions[0].id })), { code: 'NOT_FOUND' })

  const stranger = await rig.person('ADMIN')
  for (const id of [sessions[1].id, 'ses_nonsense', publicId('session', stranger.id)]) {
    assert.deepEqual(codeOf(await stranger.ask(REVOKE, { id })), { code: 'NOT_FOUND' }, id)
  }
  const third = await another(person)
  assert.deepEqual((await person.ask('mutation { revokeOtherSessions }')).data, { revokeOtherSessions: 1 })
  assert.equal((await third.ask(SESSIONS)).status, 401)
  assert.equal((await person.ask(SESSIONS)).data.sessions.length, 1)
  assert.deepEqual((await api.graphql(SESSIONS)).data, { sessions: [] })
  assert.deepEqual(codeOf(await api.graphql('mutation { revokeOtherSessions }')), { code: 'FORBIDDEN' })
  const { rows } = await api.db.pool.query('select verb from audit_entries where actor_id = $1 order by id', [person.id])
  assert.deepEqual(
    rows.map(({ verb }) => verb).filter((verb) => verb !== 'session.refused'),
    ['session.revoked', 'session.others_revoked'],
  )
})

test('a project of one’s own: its maker is its administrator, and nobody else sees it', async () => {
  const [admin, manager] = [await rig.person('ADMIN'), await rig.person('MANAGER')]
  const CREATE = 'mutation ($name: String!) { createProject(input: { name: $name }) { id name } }'
  const make = (by: Pick<Caller, 'ask'>, name: string) => by.ask(CREATE, { name })
  assert.equal(codeOf(await make(manager, 'mine'))?.code, 'FORBIDDEN')
  assert.equal(codeOf(await api.graphql(CREATE, { name: 'mine' }))?.code, 'FORBIDDEN', 'a token is nobody’s member')
  const made = (await make(admin, ' mine ')).data.createProject
  assert.equal(made.name, 'mine')
  assert.deepEqual(codeOf(await make(admin, 'mine')), { code: 'BAD_USER_INPUT', field: 'name' })

  const action = await anAction(rig)
  const projects = async (by: Caller) => (await by.ask('{ viewer { project { name } projects { name } role { name } } }')).data.viewer
  assert.deepEqual(await projects(admin), {
    project: { name: 'default' },
    projects: [{ name: 'default' }, { name: 'mine' }],
    role: { name: 'Admin' },
  })
  assert.deepEqual((await projects(manager)).projects, [{ name: 'default' }])
  for (const id of [made.id, publicId('project', manager.id), 'prj_nonsense']) {
    const refusal = await manager.ask(SELECT, { id })
    assert.deepEqual([codeOf(refusal), refusal.errors?.[0]?.message], [{ code: 'NOT_FOUND' }, 'Project not found.'])
  }
  using socket = await new SocketPeer(api.url, { cookie: admin.headers.cookie! }).open()
  assert.equal((await admin.ask(SELECT, { id: made.id })).data.selectProject.name, 'mine')
  assert.equal((await socket.closed).code, 4012, 'what it watched is another project’s')
  assert.deepEqual((await projects(admin)).project, { name: 'mine' })
  assert.equal((await admin.ask('query ($id: ID!) { node(id: $id) { id } }', { id: action })).data.node, null)
  assert.deepEqual((await admin.ask('{ members { you } roles { name } }')).data, {
    members: [{ you: true }],
    roles: ['Viewer', 'Operator', 'Manager', 'Admin'].map((name) => ({ name })),
  })
  assert.equal(codeOf(await api.graphql(SELECT, { id: made.id }))?.code, 'FORBIDDEN')
  assert.equal((await admin.ask(SELECT, { id: publicId('project', api.projectId) })).data.selectProject.name, 'default')
})

test('the settings of a project are its administrators’', async () => {
  const [admin, manager] = [await rig.person('ADMIN'), await rig.person('MANAGER')]
  const UPDATE = 'mutation ($input: UpdateProjectInput!) { updateProject(input: $input) { name approvalWebhookUrl showDeciders } }'
  const update = (by: Caller, input: object) => by.ask(UPDATE, { input })
  assert.equal(codeOf(await update(manager, { showDeciders: true }))?.code, 'FORBIDDEN')
  const url = 'https://hooks.example.com/approvals/secret-in-path?key=1'
  assert.deepEqual((await update(admin, { showDeciders: true, approvalWebhookUrl: url })).data.updateProject, {
    name: 'default',
    approvalWebhookUrl: url,
    showDeciders: true,
  })
  assert.equal((await manager.ask('{ project { approvalWebhookUrl } }')).data.project.approvalWebhookUrl, null)
  await update(admin, { approvalWebhookUrl: `${url}2` })
  const { rows: noted } = await api.db.pool.query(
    "select before, after from audit_entries where verb = 'project.updated' and after::text ~ 'approvalWebhookUrl' order by at, seq",
  )
  assert.deepEqual(
    noted.map(({ before, after }) => [before, after].map(({ approvalWebhookUrl }) => approvalWebhookUrl)),
    [
      [null, 'https://hooks.example.com/…'],
      // That it was changed is told, and not into what.
      ['https://hooks.example.com/…', 'https://hooks.example.com/…'],
    ],
  )
  assert.deepEqual(codeOf(await update(admin, { approvalWebhookUrl: 'ftp://a' })), { code: 'URL_SCHEME', field: 'approvalWebhookUrl' })
  assert.deepEqual(codeOf(await update(admin, { approvalWebhookUrl: 'http://169.254.169.254/' })), {
    code: 'TARGET_BLOCKED_ADDRESS',
    field: 'approvalWebhookUrl',
  })
  await otherRig(rig)
  const { rows } = await api.db.pool.query('select name from projects where id <> $1 limit 1', [api.projectId])
  assert.deepEqual(codeOf(await update(admin, { name: rows[0].name })), { code: 'BAD_USER_INPUT', field: 'name' })
  assert.equal((await update(admin, { approvalWebhookUrl: null, showDeciders: false })).data.updateProject.approvalWebhookUrl, null)
})

test('nobody makes a token that may more than he', async () => {
  const [admin, operator, viewer] = [await rig.person('ADMIN'), await rig.person('OPERATOR'), await rig.person('VIEWER')]
  const own = (await makeToken(operator, { scopes: ['READ'], agent: true })).data.createApiToken
  assert.deepEqual(own.apiToken, {
    id: own.apiToken.id,
    role: { name: 'Operator' },
    scopes: ['READ'],
    agent: true,
    onBehalfOf: { name: operator.name },
    createdBy: { name: operator.name },
  })
  const refused = async (by: Caller, input: object) => codeOf(await makeToken(by, input))
  const forbidden = (field: string) => ({ code: 'FORBIDDEN', field })
  assert.deepEqual(await refused(operator, { roleId: await roleId('Admin') }), forbidden('roleId'))
  assert.deepEqual(await refused(operator, { roleId: await roleId('Viewer') }), forbidden('roleId'))
  assert.deepEqual(await refused(operator, { onBehalfOf: publicId('user', viewer.id) }), forbidden('onBehalfOf'))
  assert.deepEqual(
    await refused(admin, { onBehalfOf: publicId('user', viewer.id) }),
    forbidden('roleId'),
    'an ADMIN that acts for a VIEWER',
  )
  assert.deepEqual(await refused(admin, { scopes: [] }), { code: 'BAD_USER_INPUT', field: 'scopes' })
  const stranger = await (await otherRig(rig)).person('ADMIN')
  assert.deepEqual(await refused(admin, { onBehalfOf: publicId('user', stranger.id) }), { code: 'NOT_FOUND', field: 'onBehalfOf' })
  assert.deepEqual(await refused(admin, { roleId: publicId('role', stranger.id) }), { code: 'NOT_FOUND', field: 'roleId' })
  const narrow = await rig.token('ADMIN', ['READ', 'ADMINISTER'])
  assert.deepEqual(await refused(narrow, { scopes: ['OPERATE'] }), forbidden('scopes'))
  assert.deepEqual((await makeToken(narrow, {})).data.createApiToken.apiToken.scopes, ['READ', 'ADMINISTER'])
  assert.equal((await refused(await rig.token('OPERATOR'), {}))?.code, 'FORBIDDEN', 'no token makes itself a longer life')
  const service = (await makeToken(admin, { roleId: await roleId('Viewer') })).data.createApiToken.apiToken
  assert.deepEqual([service.role.name, service.onBehalfOf, service.createdBy.name], ['Viewer', null, admin.name])

  const names = async (by: Caller) => (await by.ask('{ apiTokens { edges { node { id } } } }')).data.apiTokens.edges.length
  assert.equal(await names(operator), 1)
  assert.equal(await names(viewer), 0)
  const revoke = (by: Caller, id: string) => by.ask('mutation ($id: ID!) { revokeApiToken(id: $id) { revokedAt } }', { id })
  assert.equal(codeOf(await revoke(viewer, own.apiToken.id))?.code, 'FORBIDDEN')
  using socket = await new SocketPeer(api.url).open({ token: own.token })
  const asked = Date.now()
  assert.notEqual((await revoke(operator, own.apiToken.id)).data.revokeApiToken.revokedAt, null)
  assert.equal((await socket.closed).code, 4403)
  assert.ok(Date.now() - asked < 1_000)
})

test('tokens that act for a member never may more than he does now', async () => {
  const [admin, manager] = [await rig.person('ADMIN'), await rig.person('MANAGER')]
  const onBehalfOf = publicId('user', manager.id)
  const token = async (role: string) =>
    (await makeToken(admin, { onBehalfOf, roleId: await roleId(role) })).data.createApiToken.apiToken.id as string
  const ids = [await token('Manager'), await token('Operator'), await token('Viewer')]
  await api.graphql('mutation ($id: ID!, $role: ID!) { setMemberRole(memberId: $id, roleId: $role) { id } }', {
    id: onBehalfOf,
    role: await roleId('Viewer'),
  })
  const { data } = await api.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ApiToken { role { name } } } }', { ids })
  assert.deepEqual(
    data.nodes,
    [1, 2, 3].map(() => ({ role: { name: 'Viewer' } })),
  )
})

test('what an agent does is recorded as an agent’s, on behalf of its person', async () => {
  const person = await rig.person('ADMIN')
  const { token, apiToken } = (await makeToken(person, { agent: true, onBehalfOf: publicId('user', person.id) })).data.createApiToken
  const headers = { authorization: `Bearer ${token}` }
  const { data } = await api.graphql('mutation { setEnabledQuota(quota: 400) { enabledQuota } }', {}, headers)
  assert.equal(data.setEnabledQuota.enabledQuota, 400)
  const { rows } = await api.db.pool.query('select actor_kind as kind, on_behalf_of as person from audit_entries where actor_id = $1', [
    (await api.db.prisma.apiToken.findFirstOrThrow({ where: { agent: true, createdBy: person.id } })).id,
  ])
  assert.deepEqual(rows, [{ kind: 'AGENT', person: person.id }])
  const viewer = (await api.graphql('{ viewer { actor { id kind } } }', {}, headers)).data.viewer
  assert.deepEqual(viewer.actor, { id: apiToken.id, kind: 'AGENT' })
})
