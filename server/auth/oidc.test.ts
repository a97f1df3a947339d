import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startApi } from '../../test/api-server.ts'
import { type Browser, type OidcRig, startOidc } from '../../test/oidc-rig.ts'
import { publicId } from '../domain/ids.ts'
import { builtInRole } from '../store/find-role.ts'
import { insertInvite } from '../store/invites.ts'
import { insertMember, setDisabled } from '../store/memberships.ts'
import { findSession, openSession } from '../store/sessions.ts'
import { findUser, insertUser } from '../store/users.ts'

let rig: OidcRig
before(async () => {
  rig = await startOidc()
})
after(() => rig[Symbol.asyncDispose]())

async function member(email: string, { name = 'Ana', api = rig.api } = {}): Promise<string> {
  const { db, projectId } = api
  const user = await insertUser(db.pool, { name, email })
  await insertMember(db.pool, projectId, user.id, await builtInRole(db.pool, projectId, 'OPERATOR'))
  return user.id
}

const whoIs = async ({ cookies }: Browser) => {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'x-requested-by': 'test' }
  return (await rig.api.graphql('{ viewer { actor { id name } role { name } } }', {}, headers)).data?.viewer
}

const refusals = async () => {
  const { rows } = await rig.api.db.pool.query<{ email: string | null; name: string }>(
    "select data->>'email' as email, actor_name as name from audit_entries where verb = 'session.refused' order by id",
  )
  return rows
}

test('a member signs in by the address that the provider has verified, and is linked for good', async () => {
  const id = await member('ana@example.com')
  rig.next({ sub: 'ana', email: 'Ana@Example.com', email_verified: true, name: 'Ana at the provider' })
  const browser = rig.browser()
  assert.equal(await browser.signIn('/auth/oidc?next=/actions'), '/actions')
  assert.deepEqual([...browser.cookies.keys()], ['docket'], 'the cookie of the way is gone')
  assert.deepEqual(await whoIs(browser), { actor: { id: publicId('user', id), name: 'Ana' }, role: { name: 'Operator' } })
  const { rows } = await rig.api.db.pool.query('select method from sessions where user_id = $1', [id])
  assert.deepEqual(rows, [{ method: 'OIDC' }])

  // From now on it is the identity that counts, whatever becomes of the address.
  rig.next({ sub: 'ana', email: 'other@example.com', email_verified: false })
  const again = rig.browser()
  assert.equal(await again.signIn(), '/')
  assert.equal((await whoIs(again)).actor.id, publicId('user', id))
  // Someone who got her old address is not she.
  rig.next({ sub: 'bob', email: 'ana@example.com', email_verified: true })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=no-member')
})

test('an account that someone prepared under her address is hers alone once the provider says so', async () => {
  const { db } = rig.api
  const id = await member('hers@example.com')
  await db.pool.query("update users set password_hash = 'of who prepared it' where id = $1", [id])
  const { secret } = await openSession(db.pool, { projectId: rig.api.projectId, userId: id, method: 'INVITE' })
  rig.next({ sub: 'hers', email: 'hers@example.com', email_verified: true })
  const browser = rig.browser()
  assert.equal(await browser.signIn(), '/')
  assert.equal(await findSession(db, secret), undefined)
  assert.equal((await findUser(db.pool, { id }))?.passwordHash, null)
  assert.equal((await whoIs(browser)).actor.id, publicId('user', id))
})

test('a path to go to leads to this server only', async () => {
  await member('eve@example.com')
  rig.next({ sub: 'eve', email: 'eve@example.com', email_verified: true })
  for (const next of ['//evil.example.com', 'https://evil.example.com', '/\\evil.example.com', `/${'x'.repeat(2000)}`]) {
    assert.equal(await rig.browser().signIn(`/auth/oidc?next=${encodeURIComponent(next)}`), '/', next)
  }
})

test('an unknown, an unverified and a missing address make nobody a member', async () => {
  const { pool } = rig.api.db
  await member('victim@example.com')
  const before = await pool.query('select count(*) from users')
  rig.next({ sub: 'x1', email: 'stranger@example.com', email_verified: true })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=no-member')
  rig.next({ sub: 'x2', email: 'victim@example.com', email_verified: false })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=not-verified')
  rig.next({ sub: 'x3', email: 'victim@example.com' })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=not-verified')
  rig.next({ sub: 'x4' })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=not-verified')
  assert.deepEqual((await pool.query('select count(*) from users')).rows, before.rows)
  assert.equal((await findUser(pool, { email: 'victim@example.com' }))?.oidcSubject, null)
  assert.deepEqual(
    (await refusals()).map(({ email }) => email).filter((email) => email === 'stranger@example.com'),
    ['stranger@example.com'],
  )
})

test('a disabled member is refused', async () => {
  const { db, projectId } = rig.api
  const id = await member('gone@example.com', { name: 'Gone' })
  await setDisabled(db.pool, projectId, id, true)
  rig.next({ sub: 'gone', email: 'gone@example.com', email_verified: true })
  const browser = rig.browser()
  assert.equal(await browser.signIn(), '/sign-in?error=no-member')
  assert.deepEqual([...browser.cookies.keys()], [])
  assert.equal((await findUser(db.pool, { id }))?.oidcSubject, null, 'nothing of it stays')
  assert.equal((await refusals()).at(-1)?.name, 'Gone')
})

test('an invitation of the verified address is accepted by signing in', async () => {
  const { db, projectId } = rig.api
  const roleId = await builtInRole(db.pool, projectId, 'MANAGER')
  const { id } = await insertInvite(db.pool, { projectId, email: 'new@example.com', roleId, invitedBy: null })
  rig.next({ sub: 'new', email: 'new@example.com', email_verified: false, name: 'New' })
  assert.equal(await rig.browser().signIn(), '/sign-in?error=not-verified')
  rig.next({ sub: 'new', email: 'new@example.com', email_verified: true, name: ' New\u0007 ' })
  const browser = rig.browser()
  assert.equal(await browser.signIn(), '/')
  const viewer = await whoIs(browser)
  assert.deepEqual([viewer.actor.name, viewer.role.name], ['New', 'Manager'])
  assert.notEqual((await db.prisma.invite.findUniqueOrThrow({ where: { id } })).acceptedAt, null)
})

test('someone who declines, another state, no cookie and a used way are refused', async () => {
  // Of its own, as ten tries in a minute are the most.
  await using rig = await startOidc()
  await member('way@example.com', { api: rig.api })
  rig.next(null)
  assert.equal(await rig.browser().signIn(), '/sign-in?error=refused')
  rig.next({ sub: 'way', email: 'way@example.com', email_verified: true })

  const browser = rig.browser()
  const callback = await browser.toCallback()
  const stranger = rig.browser()
  assert.equal((await stranger.get(callback)).location, `${rig.api.url}/sign-in?error=expired`, 'another browser')
  const forged = new URL(callback)
  forged.searchParams.set('state', 'of somebody else')
  assert.equal((await browser.get(forged.href)).location, `${rig.api.url}/sign-in?error=refused`)
  // The way ends with its first answer, also a wrong one.
  assert.equal((await browser.get(callback)).location, `${rig.api.url}/sign-in?error=expired`)

  const other = rig.browser()
  const [, value] = [...(await other.toCallback().then(() => other.cookies))].find(([name]) => name === 'docket-oidc')!
  const mixed = rig.browser()
  mixed.cookies.set('docket-oidc', value)
  assert.equal((await mixed.get(callback)).location, `${rig.api.url}/sign-in?error=refused`, 'a code of another way')
  mixed.cookies.set('docket-oidc', `${value.slice(0, -4)}AAAA`)
  assert.equal((await mixed.get(callback)).location, `${rig.api.url}/sign-in?error=expired`, 'a cookie that is not ours')
  assert.equal((await rig.browser().get(`${rig.api.url}/auth/oidc/callback`)).location, `${rig.api.url}/sign-in?error=expired`)
})

test('what the provider tells only when it is asked, and a secret in the body', async () => {
  await using shy = await startOidc({ authMethod: 'client_secret_post' })
  const { db, projectId } = shy.api
  const user = await insertUser(db.pool, { name: 'Shy', email: 'shy@example.com' })
  await insertMember(db.pool, projectId, user.id, await builtInRole(db.pool, projectId, 'VIEWER'))
  shy.next({ sub: 'shy', email: 'shy@example.com', email_verified: true })
  assert.equal(await shy.browser().signIn(), '/')
  const options = await shy.api.graphql('{ signInOptions { password oidc { name url } } }', {}, {})
  assert.deepEqual(options.data.signInOptions, { password: true, oidc: { name: 'Example ID', url: `${shy.api.url}/auth/oidc` } })
})

test('a provider that does not answer is no dead end, and is asked again', async () => {
  await using lonely = await startApi({ oidc: { issuer: 'http://127.0.0.1:9', clientId: 'a', clientSecret: 'b', name: 'Nobody' } })
  for (let tries = 0; tries < 2; tries++) {
    const answer = await fetch(`${lonely.url}/auth/oidc`, { redirect: 'manual' })
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, `${lonely.url}/sign-in?error=unavailable`])
  }
  assert.equal((await fetch(`${lonely.url}/auth/oidc`, { redirect: 'manual', method: 'POST' })).status, 404)
})

test('the eleventh refusal in a minute from one address ends it', async () => {
  await using rig = await startOidc()
  const back = () => rig.browser().get(`${rig.api.url}/auth/oidc/callback?code=a&state=b`)
  for (let tries = 0; tries < 10; tries++) assert.equal((await back()).location, `${rig.api.url}/sign-in?error=expired`)
  assert.equal((await back()).location, `${rig.api.url}/sign-in?error=limited`)
})

test('without a provider there is no way to it', async () => {
  await using api = await startApi()
  assert.equal((await fetch(`${api.url}/auth/oidc`, { redirect: 'manual' })).status, 404)
  assert.equal((await fetch(`${api.url}/auth/oidc/callback?code=a&state=b`, { redirect: 'manual' })).status, 404)
  assert.deepEqual((await api.graphql('{ signInOptions { password oidc { name } } }', {}, {})).data.signInOptions, {
    password: true,
    oidc: null,
  })
})
