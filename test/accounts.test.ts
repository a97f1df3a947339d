import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { publicId } from '../server/domain/ids.ts'
import { insertInvite } from '../server/store/invites.ts'
import { createLink } from '../server/store/sessions.ts'
import { startApi } from './api-server.ts'
import { anAction } from './fixtures.ts'
import { otherRig, rigOf } from './rig.ts'
import { postAuth, signIn } from './sign-in.ts'
import { SocketPeer } from './socket-peer.ts'

const api = await startApi()
after(() => api[Symbol.asyncDispose]())
const rig = await rigOf(api)

const PASSWORD = 'correct horse battery staple'
const VIEWER = '{ viewer { actor { id kind name } member { id email you hasPassword } role { name } needsPassword capabilities } }'
const ACCOUNT = 'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { name email } }'
const SET_PASSWORD = 'mutation ($input: SetPasswordInput!) { setPassword(input: $input) { hasPassword } }'
const INVITE = 'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url invite { id email status role { name } } } }'
const ROLE = 'mutation ($id: ID!, $role: ID!) { setMemberRole(memberId: $id, roleId: $role) { role { name } } }'
const DISABLE = 'mutation ($id: ID!) { disableMember(memberId: $id) { id disabledAt } }'

const codeOf = ({ errors }: { errors?: { extensions: { code: string; field?: string } }[] }) => errors?.[0]?.extensions
async function roleId(name: string, of = api): Promise<string> {
  const { data } = await of.graphql('{ roles { id name } }')
  return data.roles.find((role: { name: string }) => role.name === name).id
}
async function invite(email: string, role = 'Operator', of = api): Promise<string> {
  const { data, errors } = await of.graphql(INVITE, { input: { email, roleId: await roleId(role, of) } })
  assert.equal(errors, undefined)
  return data.inviteMember.url.split('#')[1]
}
async function audit(where: string, of = api): Promise<Record<string, unknown>[]> {
  const { rows } = await of.db.pool.query(
    `select verb, actor_name as actor, project_id as project, result, code, data, before, after, ip from audit_entries where ${where} order by id`,
  )
  return rows
}

test('the first administrator comes by the link, gives himself an address and a password, and links are over', async () => {
  await using api = await startApi()
  const [code, later] = [await createLink(api.db, api.projectId), await createLink(api.db, api.projectId)]
  const admin = await signIn(api, { code })
  const { viewer } = (await admin.ask(VIEWER)).data
  assert.deepEqual([viewer.actor.kind, viewer.actor.name, viewer.role.name, viewer.needsPassword], ['USER', 'Admin', 'Admin', true])
  assert.deepEqual(viewer.capabilities, ['READ', 'OPERATE', 'MANAGE', 'ADMINISTER'])
  assert.deepEqual(viewer.member, { id: viewer.actor.id, email: null, you: true, hasPassword: false })
  const set = (input: object) => admin.ask(SET_PASSWORD, { input })
  assert.deepEqual(codeOf(await set({ next: PASSWORD })), { code: 'BAD_USER_INPUT', field: 'email' })
  for (const email of ['ana', 'ana@', '@example.com', 'a b@example.com', 'änä@example.com', 'a@b\r\nBcc: c@d']) {
    assert.deepEqual(codeOf(await admin.ask(ACCOUNT, { input: { email } })), { code: 'BAD_USER_INPUT', field: 'email' }, email)
  }
  const changed = await admin.ask(ACCOUNT, { input: { name: 'Ana', email: ' Ana@Example.COM ' } })
  assert.deepEqual(changed.data.updateAccount, { name: 'Ana', email: 'ana@example.com' })
  for (const next of ['short', 'x'.repeat(201)]) assert.deepEqual(codeOf(await set({ next })), { code: 'BAD_USER_INPUT', field: 'next' })
  assert.deepEqual((await set({ next: PASSWORD })).data.setPassword, { hasPassword: true })
  assert.deepEqual(codeOf(await set({ next: `${PASSWORD}!` })), { code: 'BAD_USER_INPUT', field: 'current' })
  assert.deepEqual(codeOf(await set({ current: 'wrong', next: `${PASSWORD}!` })), { code: 'BAD_USER_INPUT', field: 'current' })

  const again = await signIn(api, { email: 'ANA@example.com', password: PASSWORD })
  const same = (await again.ask(VIEWER)).data.viewer
  assert.deepEqual([same.actor.id, same.actor.name, same.needsPassword], [viewer.actor.id, 'Ana', false])
  assert.equal((await postAuth(api, 'sign-in', { code: later })).status, 401)
  // Another password ends all sessions but the one that sets it.
  assert.equal((await set({ current: PASSWORD, next: `${PASSWORD}!` })).errors, undefined)
  assert.equal((await again.ask(VIEWER)).status, 401)
  assert.equal((await admin.ask(VIEWER)).status, 200)
  assert.equal((await postAuth(api, 'sign-in', { email: 'ana@example.com', password: PASSWORD })).status, 401)

  const started = await audit("verb = 'session.started'", api)
  assert.deepEqual(
    started.map(({ actor, data, ip }) => [actor, (data as { method: string }).method, ip]),
    [
      ['Admin', 'LINK', '127.0.0.1'],
      ['Ana', 'PASSWORD', '127.0.0.1'],
    ],
  )
  assert.equal((await audit("verb = 'account.password_refused'", api)).length, 2)
  const kept = JSON.stringify(await audit('true', api))
  assert.ok(!kept.includes('battery'), 'no password is in the audit')
})

test('an invitation is shown, accepted once, and makes a member under its role', async () => {
  const secret = await invite(' Bea@Example.com')
  const preview = (key: string) =>
    api.graphql('query ($secret: String!) { invite(secret: $secret) { email projectName roleName hasAccount } }', { secret: key }, {})
  assert.deepEqual((await preview(secret)).data.invite, {
    email: 'bea@example.com',
    projectName: 'default',
    roleName: 'Operator',
    hasAccount: false,
  })
  assert.equal((await preview(`${secret}x`)).data.invite, null)
  const body = { secret, name: ' Bea ', password: PASSWORD }
  assert.equal((await postAuth(api, 'accept-invite', { ...body, password: 'short' })).code, 'BAD_USER_INPUT')
  assert.equal((await postAuth(api, 'accept-invite', { ...body, name: '' })).code, 'BAD_USER_INPUT')
  const answers = await Promise.all([1, 2, 3].map(() => postAuth(api, 'accept-invite', body)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401])
  assert.equal((await preview(secret)).data.invite, null)
  const bea = await signIn(api, { email: 'bea@example.com', password: PASSWORD })
  const { viewer } = (await bea.ask(VIEWER)).data
  assert.deepEqual([viewer.actor.name, viewer.role.name, viewer.capabilities], ['Bea', 'Operator', ['READ', 'OPERATE']])
  const members = (await bea.ask('{ members { name email role { name } you lastSeenAt } }')).data.members
  const seen = members.find(({ name }: { name: string }) => name === 'Bea')
  assert.deepEqual([seen.email, seen.role.name, seen.you], ['bea@example.com', 'Operator', true])
  assert.ok(Date.now() - Date.parse(seen.lastSeenAt) < 60_000)
  assert.equal(codeOf(await bea.ask('{ invites { id } }'))?.code, 'FORBIDDEN')
  assert.equal(codeOf(await bea.ask(INVITE, { input: { email: 'x@example.com', roleId: await roleId('Admin') } }))?.code, 'FORBIDDEN')

  // She is one already, however her address is written.
  const input = { email: 'BEA@example.com', roleId: await roleId('Admin') }
  assert.deepEqual(codeOf(await api.graphql(INVITE, { input })), { code: 'BAD_USER_INPUT', field: 'email' })
})

test('an invitation that was revoked, replaced or has expired is of no use', async () => {
  const { db, projectId } = api
  const first = await invite('cora@example.com')
  const second = await invite('Cora@example.com', 'Viewer')
  const accept = (secret: string) => postAuth(api, 'accept-invite', { secret, name: 'Cora', password: PASSWORD })
  assert.equal((await accept(first)).status, 401)
  const { data } = await api.graphql('{ invites { id email status role { name } invitedBy { id } } }')
  assert.deepEqual(
    data.invites.filter(({ email }: { email: string }) => email === 'cora@example.com').map(({ status }: { status: string }) => status),
    ['PENDING', 'REVOKED'],
  )
  const revoked = await api.graphql('mutation ($id: ID!) { revokeInvite(id: $id) { status } }', { id: data.invites[0].id })
  assert.equal(revoked.data.revokeInvite.status, 'REVOKED')
  assert.equal((await accept(second)).status, 401)
  const { rows } = await db.pool.query("select id from roles where project_id = $1 and name = 'Viewer'", [projectId])
  const { secret } = await insertInvite(db.pool, { projectId, email: 'cora@example.com', roleId: rows[0].id, invitedBy: null }, -1)
  assert.equal((await accept(secret)).status, 401)
  const other = await otherRig(rig)
  const { rows: foreign } = await db.pool.query("select id from roles where project_id = $1 and name = 'Viewer'", [other.projectId])
  const input = { email: 'cora@example.com', roleId: publicId('role', foreign[0].id) }
  assert.deepEqual(codeOf(await api.graphql(INVITE, { input })), { code: 'NOT_FOUND', field: 'roleId' })
})

test('who has an account already comes with its password, and is a member of both projects', async () => {
  const other = await otherRig(rig)
  const person = await other.person('MANAGER')
  const { email } = await api.db.prisma.user.findUniqueOrThrow({ where: { id: person.id } })
  assert.equal((await person.ask(SET_PASSWORD, { input: { next: PASSWORD } })).errors, undefined)
  const secret = await invite(email!.toUpperCase(), 'Viewer')
  const accept = (password: string) => postAuth(api, 'accept-invite', { secret, name: 'Somebody else', password })
  assert.equal((await accept('another password, long enough')).status, 401)
  assert.equal((await accept(PASSWORD)).status, 200)
  assert.equal((await accept(PASSWORD)).status, 401)
  const { viewer } = (await person.ask('{ viewer { actor { name } role { name } projects { name } } }')).data
  assert.deepEqual([viewer.actor.name, viewer.role.name, viewer.projects.length], [person.name, 'Manager', 2])
  assert.deepEqual(codeOf(await api.graphql(INVITE, { input: { email, roleId: await roleId('Viewer') } })), {
    code: 'BAD_USER_INPUT',
    field: 'email',
  })
  // Disabled here, he is himself there.
  assert.equal((await api.graphql(DISABLE, { id: publicId('user', person.id) })).errors, undefined)
  assert.equal((await person.ask(VIEWER)).status, 200)
})

test('of two invitations of one address at the same moment one is left', async () => {
  await Promise.all([invite('twice@example.com'), invite('Twice@example.com')])
  assert.equal(await api.db.prisma.invite.count({ where: { email: 'twice@example.com', revokedAt: null } }), 1)
})

test('wrong passwords and unknown people are answered alike, and both are noted', async () => {
  await using api = await startApi()
  const secret = await invite('dora@example.com', 'Viewer', api)
  await signIn(api, { secret, name: 'Dora', password: PASSWORD }, 'accept-invite')
  const known = await postAuth(api, 'sign-in', { email: 'dora@example.com', password: 'not her password' })
  const unknown = await postAuth(api, 'sign-in', { email: 'nobody@example.com', password: 'not her password' })
  const nonsense = await postAuth(api, 'sign-in', { email: 'nobody', password: 'x' })
  assert.deepEqual(known, unknown)
  assert.deepEqual(known, nonsense)
  assert.deepEqual([known.status, known.code, known.cookie], [401, 'UNAUTHENTICATED', undefined])
  const refused = await audit("verb = 'session.refused'", api)
  assert.deepEqual(
    refused.map(({ actor, project, result, code, data }) => [actor, project, result, code, (data as { email?: string }).email]),
    [
      ['Dora', api.projectId, 'REFUSED', 'UNAUTHENTICATED', 'dora@example.com'],
      ['Unknown', null, 'REFUSED', 'UNAUTHENTICATED', 'nobody@example.com'],
      ['Unknown', null, 'REFUSED', 'UNAUTHENTICATED', undefined],
    ],
  )
})

test('one password can be guessed at ten times in a quarter of an hour, wherever from', async () => {
  await using api = await startApi()
  const secret = await invite('eda@example.com', 'Viewer', api)
  await signIn(api, { secret, name: 'Eda', password: PASSWORD }, 'accept-invite')
  const guess = (email: string, from: string, password = 'a guess') => postAuth(api, 'sign-in', { email, password }, from)
  // What succeeds does not count.
  assert.equal((await guess('eda@example.com', '127.0.1.1', PASSWORD)).status, 200)
  const guesses = Array.from({ length: 10 }, (_, n) => guess(n % 2 ? 'EDA@example.com' : 'eda@example.com', `127.0.1.${n}`))
  assert.deepEqual(new Set((await Promise.all(guesses)).map(({ status }) => status)), new Set([401]))
  const limited = await guess('eda@example.com', '127.0.2.1', PASSWORD)
  assert.deepEqual([limited.status, limited.code, limited.cookie], [429, 'RATE_LIMITED', undefined])
  assert.equal((await guess('other@example.com', '127.0.2.1')).status, 401)
  const [last] = (await audit("verb = 'session.refused' and code = 'RATE_LIMITED'", api)).slice(-1)
  assert.deepEqual([last?.project, last?.result, last?.ip], [null, 'REFUSED', '127.0.2.1'])
})

test('the last administrator stays, also when two remove each other at the same moment', async () => {
  const [a, b] = [await rig.person('ADMIN'), await rig.person('ADMIN')]
  const [idA, idB] = [publicId('user', a.id), publicId('user', b.id)]
  const viewer = await roleId('Viewer')
  const answers = await Promise.all([
    a.ask(ROLE, { id: idB, role: viewer }),
    b.ask(DISABLE, { id: idA }),
    api.graphql(ROLE, { id: idB, role: viewer }),
    api.graphql(DISABLE, { id: idA }),
  ])
  const codes = answers.map(codeOf)
  assert.ok(codes.some((refusal) => refusal?.code === 'LAST_ADMIN'))
  const { rows } = await api.db.pool.query(
    `select count(*)::int as n from memberships m join roles r on r.id = m.role_id
     where m.project_id = $1 and r.level = 'ADMIN' and m.disabled_at is null`,
    [api.projectId],
  )
  assert.equal(rows[0].n, 1)
  const { data } = await api.graphql('{ members { id disabledAt role { name } } }')
  const last = data.members.find(
    (member: { disabledAt: string | null; role: { name: string } }) => !member.disabledAt && member.role.name === 'Admin',
  )
  assert.equal(codeOf(await api.graphql(ROLE, { id: last.id, role: viewer }))?.code, 'LAST_ADMIN')
  assert.equal(codeOf(await api.graphql(DISABLE, { id: last.id }))?.code, 'LAST_ADMIN')
})

test('a change of roles counts in the policy version and is noted', async () => {
  const person = await rig.person('VIEWER')
  const version = async () => (await api.db.prisma.project.findUniqueOrThrow({ where: { id: api.projectId } })).policyVersion
  const before = await version()
  const id = publicId('user', person.id)
  const { data } = await api.graphql(ROLE, { id, role: await roleId('Manager') })
  assert.equal(data.setMemberRole.role.name, 'Manager')
  assert.equal(await version(), before + 1)
  assert.equal((await person.ask(VIEWER)).data.viewer.role.name, 'Manager')
  const [entry] = await audit(`verb = 'member.role_set' and object_id = '${id}'`)
  assert.deepEqual([entry?.actor, entry?.before, entry?.after], ['admin', { role: 'Viewer' }, { role: 'Manager' }])
  const stranger = await (await otherRig(rig)).person('VIEWER')
  for (const other of [publicId('user', stranger.id), 'usr_nonsense', publicId('role', person.id)]) {
    const refusal = await api.graphql(DISABLE, { id: other })
    assert.deepEqual([codeOf(refusal)?.code, refusal.errors?.[0]?.message], ['NOT_FOUND', 'Member not found.'])
  }
})

test('a member who is disabled while a socket is open is refused, nothing runs, and it is noted', async () => {
  const person = await rig.person('OPERATOR')
  const id = await anAction(rig)
  const RUN = 'mutation ($id: ID!) { invokeNow(actionId: $id) { id } }'
  using peer = await new SocketPeer(api.url, { cookie: person.headers.cookie! }).open()
  using idle = await new SocketPeer(api.url, { cookie: person.headers.cookie! }).open()
  idle.subscribe('subscription { invocationChanged { type } }')
  const token = (
    await api.graphql('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }', {
      input: { name: 'his', roleId: await roleId('Operator'), onBehalfOf: publicId('user', person.id), agent: true },
    })
  ).data.createApiToken.token
  using his = await new SocketPeer(api.url).open({ token })
  his.subscribe('{ viewer { actor { kind } onBehalfOf { id } member { id } } }')
  assert.deepEqual((await his.next()).payload.data.viewer, {
    actor: { kind: 'AGENT' },
    onBehalfOf: { id: publicId('user', person.id) },
    member: null,
  })

  const disabledAt = Date.now()
  assert.notEqual((await api.graphql(DISABLE, { id: publicId('user', person.id) })).data.disableMember.disabledAt, null)
  peer.subscribe(RUN, { id })
  const closed = await Promise.all([peer.closed, idle.closed, his.closed])
  assert.deepEqual(
    closed.map(({ code }) => code),
    [4403, 4403, 4403],
  )
  assert.ok(Date.now() - disabledAt < 1_000)
  const refused = await person.ask(RUN, { id })
  assert.deepEqual([refused.status, codeOf(refused)?.code], [401, 'UNAUTHENTICATED'])
  const byToken = await api.graphql(RUN, { id }, { authorization: `Bearer ${token}` })
  assert.deepEqual([byToken.status, codeOf(byToken)?.code], [401, 'UNAUTHENTICATED'])
  assert.equal(await api.db.prisma.invocation.count({ where: { projectId: api.projectId } }), 0)
  const entries = await audit(
    `verb in ('member.disabled', 'session.refused') and (actor_id = '${person.id}' or actor_name in ('admin', 'his'))`,
  )
  const reasons = entries
    .slice(entries.findIndex(({ verb }) => verb === 'member.disabled'))
    .map(({ actor, data }) => [actor, (data as { reason?: string }).reason])
  assert.deepEqual(reasons[0], ['admin', undefined])
  assert.ok(reasons.some(([actor, reason]) => actor === person.name && reason === 'MEMBER_DISABLED'))
  assert.ok(reasons.some(([actor, reason]) => actor === 'his' && reason === 'MEMBER_DISABLED'))

  const ENABLE = 'mutation ($id: ID!) { enableMember(memberId: $id) { disabledAt } }'
  assert.equal((await api.graphql(ENABLE, { id: publicId('user', person.id) })).data.enableMember.disabledAt, null)
  assert.equal((await person.ask(VIEWER)).status, 401, 'his sessions are over for good')
  assert.equal((await api.graphql('{ viewer { actor { name } } }', {}, { authorization: `Bearer ${token}` })).data.viewer.actor.name, 'his')
})

test('who changes his address must be an administrator wherever he is a member; another one has it', async () => {
  const [operator, admin] = [await rig.person('OPERATOR'), await rig.person('ADMIN')]
  const change = (of: typeof admin, email: string) => of.ask(ACCOUNT, { input: { email } })
  assert.deepEqual(codeOf(await change(operator, 'boss@example.com')), { code: 'FORBIDDEN', field: 'email' })
  assert.equal((await operator.ask(ACCOUNT, { input: { name: 'Another name' } })).data.updateAccount.name, 'Another name')
  const { email } = await api.db.prisma.user.findUniqueOrThrow({ where: { id: operator.id } })
  assert.deepEqual(codeOf(await change(admin, email!.toUpperCase())), { code: 'BAD_USER_INPUT', field: 'email' })
  assert.equal((await change(admin, 'Boss@example.com')).data.updateAccount.email, 'boss@example.com')
  assert.equal(codeOf(await api.graphql(ACCOUNT, { input: { name: 'x' } }))?.code, 'FORBIDDEN', 'an API token is nobody')
  assert.equal(codeOf(await api.graphql(SET_PASSWORD, { input: { next: PASSWORD } }))?.code, 'FORBIDDEN')
})
