import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, otherProject } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { addAdminToken, createToken, findToken, hasAdminToken } from '../store/api-tokens.ts'
import { transaction } from '../store/database.ts'
import { ensureDefaultProject } from '../store/projects.ts'
import { createLink, endSession, findSession } from '../store/sessions.ts'
import { createApiToken } from './create-api-token.ts'
import { createService } from './create-service.ts'
import { revokeApiToken } from './revoke-api-token.ts'
import { signInByLink, signInByToken } from './sign-in.ts'

test('a token is found by its text until it is revoked or expires, and its use is noted', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  const { id, token } = await createApiToken(ctx, { name: ' ci ' })
  const found = await findToken(db, token)
  assert.deepEqual([found?.id, found?.projectId, found?.name, found?.agent, found?.leftMs], [id, projectId, 'ci', false, null])
  assert.deepEqual([found?.access.level, found?.access.scopes, found?.access.personId], ['ADMIN', null, null])
  const { hash } = await db.prisma.apiToken.findUniqueOrThrow({ where: { id } })
  assert.ok(!Buffer.from(hash).includes(token.slice(4)))
  assert.equal(await findToken(db, `${token}x`), undefined)

  let told = 0
  db.signal.on('access', () => told++)
  const session = await signInByToken(db, token, {})
  assert.equal((await findSession(db, session))?.tokenName, 'ci')
  assert.deepEqual(await revokeApiToken(ctx, publicId('token', id)), { id })
  assert.equal(await findToken(db, token), undefined)
  assert.equal(await findSession(db, session), undefined, 'the session ends with its token')
  assert.equal(told, 1)
  const { revokedAt } = await db.prisma.apiToken.findUniqueOrThrow({ where: { id } })
  await revokeApiToken(ctx, publicId('token', id))
  assert.deepEqual((await db.prisma.apiToken.findUniqueOrThrow({ where: { id } })).revokedAt, revokedAt)

  const { token: expired } = await createToken(db, { projectId, name: 'old', expiresAt: new Date(Date.now() - 1) })
  assert.equal(await findToken(db, expired), undefined)
  await assert.rejects(createApiToken(ctx, { name: 'a', expiresAt: new Date(0) }), { code: 'BAD_USER_INPUT', field: 'expiresAt' })
  await assert.rejects(createApiToken(ctx, { name: 'a', expiresAt: 'soon' }), { code: 'BAD_USER_INPUT', field: 'expiresAt' })
  await assert.rejects(createApiToken(ctx, { name: '' }), { code: 'BAD_USER_INPUT', field: 'name' })
  await assert.rejects(revokeApiToken(await otherProject(workspace), publicId('token', id)), {
    code: 'NOT_FOUND',
    message: 'API token not found.',
  })
})

test('the last use of a token is noted to five minutes, and waits for nobody', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const { id, token } = await createToken(db, { projectId, name: 'ci', expiresAt: new Date(Date.now() + 60_000) })
  const noted = async () => (await db.prisma.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt
  const setBack = (seconds: number) =>
    db.pool.query(`update api_tokens set last_used_at = date_trunc('milliseconds', now()) - $2 * interval '1 second' where id = $1`, [
      id,
      seconds,
    ])
  const find = async () => {
    const { leftMs } = (await findToken(db, token))!
    assert.ok(leftMs! > 0 && leftMs! <= 60_000, `it is valid for ${leftMs} ms`)
  }
  const began = Date.now()
  await find()
  const first = (await noted())!
  assert.ok(Math.abs(first.getTime() - began) < 5_000, `used ${first.toISOString()}`)
  await setBack(290)
  const before = await noted()
  await find()
  assert.deepEqual(await noted(), before)
  await setBack(310)
  await transaction(db.pool, async (sql) => {
    await sql.query('select from api_tokens where id = $1 for update', [id])
    await find()
  })
  assert.ok((await noted())! < before!, 'someone else held it')
  await find()
  assert.ok((await noted())! > before!)
})

test('servers that start together make one project and one admin token', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const projects = await Promise.all([1, 2, 3].map(() => ensureDefaultProject(db)))
  assert.deepEqual(new Set(projects), new Set([projectId]))
  assert.equal(await hasAdminToken(db, projectId), false)
  await Promise.all([1, 2, 3].map(() => addAdminToken(db, projectId, 'kept in a file')))
  assert.equal(await hasAdminToken(db, projectId), true)
  assert.equal(await db.prisma.apiToken.count(), 1)
})

test('an admin token that is a setting replaces the one before and is revived; a kept one stays revoked', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  await addAdminToken(db, projectId, 'kept')
  await addAdminToken(db, projectId, 'set', { revive: true })
  assert.equal(await findToken(db, 'kept'), undefined)
  const { id } = (await findToken(db, 'set'))!
  await revokeApiToken(ctx, publicId('token', id))
  await addAdminToken(db, projectId, 'set')
  assert.equal(await findToken(db, 'set'), undefined)
  await addAdminToken(db, projectId, 'set', { revive: true })
  assert.equal((await findToken(db, 'set'))?.id, id)
})

test('a sign-in link opens one session, once, and in time', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const link = await createLink(db, projectId)
  assert.equal(await findSession(db, link), undefined, 'a link is not a session')
  const refused = () => undefined
  const opened = (await Promise.all([1, 2, 3].map(() => signInByLink(db, link, {}).catch(refused)))).filter(
    (secret) => secret !== undefined,
  )
  assert.equal(opened.length, 1)
  const secret = opened[0]!
  const session = await findSession(db, secret)
  assert.deepEqual([session?.projectId, session?.userName, session?.access.level], [projectId, 'Admin', 'ADMIN'])
  const wrong = { code: 'UNAUTHENTICATED' }
  await assert.rejects(signInByLink(db, secret, {}), wrong, 'a session is not a link')
  await assert.rejects(signInByLink(db, await createLink(db, projectId, -1), {}), wrong)
  await endSession(db.pool, secret)
  assert.equal(await findSession(db, secret), undefined)
})

test('a service has a name of its own', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await createService(ctx, { name: 'billing', baseUrl: 'https://billing.example/' })
  assert.equal((await db.prisma.service.findUniqueOrThrow({ where: { id } })).baseUrl, 'https://billing.example')
  await assert.rejects(createService(ctx, { name: 'billing', baseUrl: 'https://b.example' }), { code: 'BAD_USER_INPUT', field: 'name' })
  await assert.rejects(createService(ctx, { name: 'b', baseUrl: 'b.example' }), { code: 'URL_SCHEME', field: 'baseUrl' })
  assert.ok(await createService(await otherProject(workspace), { name: 'billing', baseUrl: 'https://b.example' }))
})
