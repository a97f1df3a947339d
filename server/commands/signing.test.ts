import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { ensureSigning } from '../store/ensure-signing.ts'
import { type SigningOwner, signingPlace } from '../store/signing-secrets.ts'
import { createService } from './create-service.ts'
import { rotateSigningSecret } from './rotate-signing-secret.ts'

const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/
const DAY_MS = 86_400_000

async function stored({ db }: Workspace, owner: SigningOwner) {
  const { rows } = await db.pool.query(
    `select signing_secret as current, previous_signing_secret as previous, previous_signing_until as until from ${owner.table} where id = $1`,
    [owner.id],
  )
  const { current, previous, until } = rows[0] as { current: string | null; previous: string | null; until: Date | null }
  const open = (sealed: string | null) => sealed && db.vault.open(signingPlace(owner), sealed)
  return { current: open(current), previous: open(previous), until }
}

test('a service comes with a secret, of which it keeps what is sealed', async () => {
  await using workspace = await openWorkspace()
  const { id, signingSecret } = await createService(workspace.ctx, { name: 's', baseUrl: 'https://example.com' })
  assert.match(signingSecret, SECRET)
  assert.deepEqual(await stored(workspace, { table: 'services', id }), { current: signingSecret, previous: null, until: null })
})

test('after a rotation the one before is valid for as long as was asked', async () => {
  await using workspace = await openWorkspace()
  const { ctx, projectId } = workspace
  const service = await createService(ctx, { name: 's', baseUrl: 'https://example.com' })
  for (const [owner, serviceId] of [
    [{ table: 'services', id: service.id }, publicId('service', service.id)],
    [{ table: 'projects', id: projectId }, null],
  ] as const) {
    const first = await stored(workspace, owner)
    assert.match(first.current!, SECRET)
    const began = workspace.db.skew.now()
    const rotated = await rotateSigningSecret(ctx, serviceId)
    assert.match(rotated.secret, SECRET)
    assert.ok(Math.abs(rotated.previousValidUntil!.getTime() - began - DAY_MS) < 60_000)
    assert.deepEqual(await stored(workspace, owner), {
      current: rotated.secret,
      previous: first.current,
      until: rotated.previousValidUntil,
    })
    const again = await rotateSigningSecret(ctx, serviceId, 3_600)
    assert.equal((await stored(workspace, owner)).previous, rotated.secret)
    const last = await rotateSigningSecret(ctx, serviceId, 0)
    assert.equal(last.previousValidUntil, null)
    assert.deepEqual(await stored(workspace, owner), { current: last.secret, previous: null, until: null })
    assert.equal(new Set([first.current, rotated.secret, again.secret, last.secret]).size, 4)
  }
})

test("another project's service, an unknown one and a wrong overlap are refused", async () => {
  await using workspace = await openWorkspace()
  const { id } = await createService(workspace.ctx, { name: 's', baseUrl: 'https://example.com' })
  const before = await stored(workspace, { table: 'services', id })
  const missing = { code: 'NOT_FOUND', field: 'serviceId' }
  await assert.rejects(rotateSigningSecret(await otherProject(workspace), publicId('service', id)), missing)
  await assert.rejects(rotateSigningSecret(workspace.ctx, publicId('service', newId())), missing)
  await assert.rejects(rotateSigningSecret(workspace.ctx, 'svc_nonsense'), missing)
  await assert.rejects(rotateSigningSecret(workspace.ctx, publicId('service', id), -1), { code: 'BAD_USER_INPUT', field: 'overlapSeconds' })
  assert.deepEqual(await stored(workspace, { table: 'services', id }), before)
})

test('what has no secret gets one, the same from several servers at once', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const other = await otherProject(workspace)
  const services = await Promise.all(['a', 'b', 'c'].map((name) => createService(ctx, { name, baseUrl: 'https://example.com' })))
  await db.pool.query(`update services set signing_secret = null where name <> 'c'`)
  await Promise.all([1, 2, 3].map(() => ensureSigning(db)))
  const owners = [...services.map(({ id }) => ({ table: 'services', id }) as const), { table: 'projects', id: other.projectId } as const]
  const secrets = await Promise.all(owners.map((owner) => stored(workspace, owner)))
  for (const { current } of secrets) assert.match(current!, SECRET)
  assert.equal(secrets[2]!.current, services[2]!.signingSecret)
  await ensureSigning(db)
  assert.deepEqual(await Promise.all(owners.map((owner) => stored(workspace, owner))), secrets)
})
