import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { addPerson } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { provideAdminToken } from '../admin-token.ts'
import { publicId } from '../domain/ids.ts'
import { createToken } from '../store/api-tokens.ts'
import { verifyAudit } from '../store/audit-verify.ts'
import { builtInRole } from '../store/find-role.ts'
import { createRole } from './create-role.ts'
import { revokeApiToken } from './revoke-api-token.ts'
import { setMemberRole } from './set-member-role.ts'
import { updateRole } from './update-role.ts'

const entries = async ({ db }: Workspace, like: string) =>
  (
    await db.pool.query(
      'select verb, actor_kind, actor_name, ip, object_id, data, before, after from audit_entries where verb ~ $1 order by id',
      [like],
    )
  ).rows

test('each token that follows its person, or the level of a role, is noted with the role that it had and has', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const admin = (await addPerson(workspace.ctx, 'ADMIN', 'Ada')).ctx
  const ctx = { ...admin, ip: '192.0.2.1' }
  const { id: support } = await createRole(ctx, { name: 'Support', level: 'MANAGER' })
  const person = await addPerson(ctx, { id: support }, 'Sue')
  const [viewer, operator, manager] = await Promise.all(
    (['VIEWER', 'OPERATOR', 'MANAGER'] as const).map((level) => builtInRole(db.pool, projectId, level)),
  )
  const token = async (name: string, roleId: string, onBehalfOf: string | null = person.id) =>
    publicId('token', (await createToken(db, { projectId, name, roleId, onBehalfOf })).id)
  const above = await token('above', manager!)
  const own = await token('own', support)
  const below = await token('below', viewer!)
  await token("nobody's", manager!, null)
  await updateRole(ctx, publicId('role', support), { name: 'Helpers' })
  assert.deepEqual(await entries(workspace, '^token[.]'), [], 'a name changes no token')
  await updateRole(ctx, publicId('role', support), { level: 'OPERATOR' })
  const by = { verb: 'token.role_set', actor_kind: 'USER', actor_name: 'Ada', ip: '192.0.2.1' }
  const moved = (object_id: string, name: string, before: string, after: string) => ({
    ...by,
    object_id,
    data: { name },
    before: { role: before },
    after: { role: after },
  })
  const first = [moved(above, 'above', 'Manager', 'Helpers')]
  assert.deepEqual(await entries(workspace, '^token[.]'), first)
  await setMemberRole(ctx, publicId('user', person.id), publicId('role', operator!))
  const then = await entries(workspace, '^(token|member)[.]')
  assert.deepEqual(then.slice(0, 1), first)
  assert.equal(then[1].verb, 'member.role_set')
  assert.deepEqual(
    new Set(then.slice(2).map((entry) => JSON.stringify(entry))),
    new Set([moved(above, 'above', 'Helpers', 'Operator'), moved(own, 'own', 'Helpers', 'Operator')].map((entry) => JSON.stringify(entry))),
    `and not ${below}`,
  )
  assert.equal((await verifyAudit(db)).ok, true)
})

test('what a start does to the token that is the first way in is noted as done by the system, without the token', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId, ctx } = workspace
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-token-'))
  const idOf = async () => {
    const { rows } = await db.pool.query<{ id: string }>("select id from api_tokens where name = 'admin' order by id")
    return rows.map(({ id }) => publicId('token', id))
  }
  const texts: string[] = []
  try {
    for (let start = 0; start < 2; start++)
      texts.push((await provideAdminToken(db, projectId, { dataDir, adminToken: undefined })).made ?? '')
    const setting = { dataDir, adminToken: 'dkt_of-the-setting-0123456789' }
    for (let start = 0; start < 2; start++) await provideAdminToken(db, projectId, setting)
    const [kept, set] = await idOf()
    const did = (verb: string, object_id: string, more: object) => ({
      verb,
      actor_kind: 'SYSTEM',
      actor_name: 'Docket',
      ip: null,
      object_id,
      data: null,
      before: null,
      after: null,
      ...more,
    })
    const made = { after: { name: 'admin', role: 'Admin' } }
    const named = { data: { name: 'admin' } }
    const expected = [did('token.created', kept!, made), did('token.revoked', kept!, named), did('token.created', set!, made)]
    assert.deepEqual(await entries(workspace, '^token[.]'), expected)
    await revokeApiToken(ctx, set!)
    await provideAdminToken(db, projectId, setting)
    assert.deepEqual((await entries(workspace, '^token[.]')).slice(4), [did('token.restored', set!, named)])
    const { rows } = await db.pool.query('select * from audit_entries')
    const all = JSON.stringify(rows)
    for (const text of [...texts, setting.adminToken]) assert.ok(text === '' || !all.includes(text.slice(4)))
    assert.equal((await verifyAudit(db)).ok, true)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})
