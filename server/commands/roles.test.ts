import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, rightsNow } from '../../test/people.ts'
import { openWorkspace, otherProject, type Workspace, withNotedSignal } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { deleteExpiredActions } from '../store/delete-expired-actions.ts'
import { builtInRole } from '../store/find-role.ts'
import { clearPermission } from './clear-permission.ts'
import { createAction } from './create-action.ts'
import { createRole } from './create-role.ts'
import { deleteAction } from './delete-action.ts'
import { deleteRole } from './delete-role.ts'
import { setPermission } from './set-permission.ts'
import { updateRole } from './update-role.ts'

const target = { url: 'https://example.com/hook' }
const rolId = (id: string) => publicId('role', id)
const actId = (id: string) => publicId('action', id)
const operatorRole = async ({ db, projectId }: Workspace) => rolId(await builtInRole(db.pool, projectId, 'OPERATOR'))
const versionOf = async ({ db, projectId }: Workspace) =>
  (await db.prisma.project.findUniqueOrThrow({ where: { id: projectId } })).policyVersion
const notes = async ({ db, projectId }: Workspace) =>
  (
    await db.pool.query<{ verb: string; before: unknown; after: unknown }>(
      `select verb, before, after from audit_entries where project_id = $1 and verb ~ '^(role|permission)' order by at, id`,
      [projectId],
    )
  ).rows

test('a project has four roles and makes others', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const before = await versionOf(workspace)
  const { id } = await createRole(ctx, { name: ' Support ', level: 'OPERATOR' })
  const { name, level, builtIn, breakGlass } = await db.prisma.role.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([name, level, builtIn, breakGlass], ['Support', 'OPERATOR', false, false])
  assert.equal(await db.prisma.role.count(), 5)
  const taken = { code: 'BAD_USER_INPUT', field: 'name' }
  for (const other of ['support', 'Admin', 'viewer', '', 'x'.repeat(101)]) {
    await assert.rejects(createRole(ctx, { name: other, level: 'VIEWER' }), taken)
  }
  await updateRole(ctx, rolId(id), { breakGlass: true })
  await updateRole(ctx, rolId(id), { name: 'First line', level: 'MANAGER' })
  const after = await db.prisma.role.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([after.name, after.level, after.breakGlass], ['First line', 'MANAGER', true])
  await assert.rejects(updateRole(ctx, rolId(id), { name: 'Operator' }), taken)
  assert.equal(await versionOf(workspace), before + 3, 'each change counts, and no refusal does')
  assert.deepEqual(await notes(workspace), [
    { verb: 'role.created', before: null, after: { breakGlass: false, level: 'OPERATOR', name: 'Support' } },
    { verb: 'role.updated', before: { breakGlass: false }, after: { breakGlass: true } },
    { verb: 'role.updated', before: { level: 'OPERATOR', name: 'Support' }, after: { level: 'MANAGER', name: 'First line' } },
  ])
})

test('the built-in roles stay as they are', async () => {
  await using workspace = await openWorkspace()
  const id = await operatorRole(workspace)
  await assert.rejects(updateRole(workspace.ctx, id, { breakGlass: true }), { code: 'INVALID_TRANSITION' })
  await assert.rejects(deleteRole(workspace.ctx, id), { code: 'INVALID_TRANSITION' })
})

test('a role that someone or something has is not deleted', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId } = workspace
  const { id } = await createRole(ctx, { name: 'Support', level: 'MANAGER' })
  const refused = (message: RegExp) => assert.rejects(deleteRole(ctx, rolId(id)), { code: 'INVALID_TRANSITION', message })
  const member = await addPerson(ctx, { id })
  await refused(/while 1 member has it/)
  const tokenId = newId()
  await db.pool.query(
    `insert into api_tokens (id, project_id, name, hash, role_id, created_at) values ($1, $2, 't', sha256('x'), $3, now())`,
    [tokenId, projectId, id],
  )
  await refused(/while 1 member and 1 API token have it/)
  await db.pool.query(
    `insert into invites (id, project_id, email, role_id, hash, created_at, expires_at) values ($1, $2, 'a@b.c', $3, sha256('x'), now(), now() + interval '1 day')`,
    [newId(), projectId, id],
  )
  await refused(/while 1 member, 1 API token and 1 open invitation have it/)
  const action = await createAction(ctx, { name: 'a', target })
  await db.pool.query('update actions set approval = $2 where id = $1', [action.id, { stages: [{ role: 'Support', roleId: id }] }])
  await refused(/1 approval policy have it/)
  await setPermission(ctx, { roleId: rolId(id), actionId: actId(action.id), trigger: { allowed: false } })

  await db.pool.query('update actions set approval = null')
  await db.pool.query('delete from memberships where user_id = $1', [member.id])
  await db.pool.query('update api_tokens set revoked_at = now() where id = $1', [tokenId])
  await db.pool.query('update invites set expires_at = created_at')
  await deleteRole(ctx, rolId(id))
  assert.equal(await db.prisma.role.count(), 4)
  assert.equal(await db.prisma.permission.count(), 0)
  assert.equal(
    (await db.prisma.apiToken.findUniqueOrThrow({ where: { id: tokenId } })).roleId,
    await builtInRole(db.pool, projectId, 'MANAGER'),
  )
  await assert.rejects(deleteRole(ctx, rolId(id)), { code: 'NOT_FOUND' })
})

test('the last administrator does not lose his rights by an edit of his role', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const { id } = await createRole(ctx, { name: 'Owner', level: 'ADMIN' })
  const { ctx: owner } = await addPerson(ctx, { id })
  await assert.rejects(updateRole(owner, rolId(id), { level: 'MANAGER' }), { code: 'LAST_ADMIN' })
  await addPerson(ctx, 'ADMIN', 'Bob')
  await updateRole(owner, rolId(id), { level: 'MANAGER' })
  await assert.rejects(updateRole(await rightsNow(owner), rolId(id), { level: 'ADMIN' }), { code: 'FORBIDDEN' })
})

test('permissions are set rule by rule, noted with what they were, and taken back', async () => {
  await using workspace = await openWorkspace()
  const ctx = withNotedSignal(workspace.ctx)
  const roleId = await operatorRole(workspace)
  const action = await createAction(workspace.ctx, { name: 'a', target })
  const actionId = actId(action.id)
  const before = await versionOf(workspace)
  await setPermission(ctx, { roleId, requireApproval: { allowed: true, condition: 'input.amount >= 1000' } })
  await setPermission(ctx, { roleId, actionId, approve: { allowed: true } })
  await setPermission(ctx, { roleId, actionId, trigger: { allowed: false } })
  const rows = await workspace.db.prisma.permission.findMany({ orderBy: { actionId: 'asc' } })
  assert.deepEqual(
    rows.map((row) => [row.actionId, row.trigger, row.requireApproval, row.requireApprovalCondition, row.approve, row.selfApprove]),
    [
      [action.id, false, true, 'input.amount >= 1000', true, false],
      [null, true, true, 'input.amount >= 1000', false, false],
    ],
    'what was not given is as it was inherited',
  )
  assert.equal(await versionOf(workspace), before + 3)
  assert.deepEqual(ctx.announced, ['access', 'access', 'access'])
  await clearPermission(ctx, roleId, actionId)
  await clearPermission(ctx, roleId)
  await clearPermission(ctx, roleId)
  assert.equal(await workspace.db.prisma.permission.count(), 0)
  const verbs = (await notes(workspace)).map(({ verb }) => verb)
  assert.deepEqual(verbs, ['permission.updated', 'permission.updated', 'permission.updated', 'permission.cleared', 'permission.cleared'])
  assert.deepEqual((await notes(workspace))[2], {
    verb: 'permission.updated',
    before: { trigger: { allowed: true, condition: null } },
    after: { trigger: { allowed: false, condition: null } },
  })
})

test('what cannot be is refused, and changes nothing', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const roleId = await operatorRole(workspace)
  const other = await otherProject(workspace)
  const theirAction = actId((await createAction(other, { name: 'a', target })).id)
  const theirRole = rolId((await createRole(other, { name: 'theirs', level: 'VIEWER' })).id)
  const before = await versionOf(workspace)
  const mine = actId((await createAction(ctx, { name: 'a', target })).id)
  for (const condition of ['amount < 1', 'input.x >', '1 + 1', 'x'.repeat(10_240), '('.repeat(1_000)]) {
    await assert.rejects(setPermission(ctx, { roleId, trigger: { allowed: true, condition } }), {
      code: 'INVALID_CONDITION',
      field: 'trigger.condition',
    })
  }
  await assert.rejects(setPermission(ctx, { roleId: theirRole }), { code: 'NOT_FOUND', field: 'roleId' })
  await assert.rejects(setPermission(ctx, { roleId, actionId: theirAction }), { code: 'NOT_FOUND', field: 'actionId' })
  await assert.rejects(clearPermission(ctx, theirRole), { code: 'NOT_FOUND', field: 'roleId' })
  await assert.rejects(clearPermission(ctx, roleId, theirAction), { code: 'NOT_FOUND', field: 'actionId' })
  await assert.rejects(updateRole(ctx, theirRole, { name: 'mine' }), { code: 'NOT_FOUND' })
  await assert.rejects(deleteRole(ctx, theirRole), { code: 'NOT_FOUND' })
  for (const level of ['VIEWER', 'OPERATOR', 'MANAGER'] as const) {
    const { ctx: caller } = await addPerson(ctx, level)
    const forbidden = { code: 'FORBIDDEN' }
    await assert.rejects(createRole(caller, { name: 'x', level: 'ADMIN' }), forbidden)
    await assert.rejects(updateRole(caller, roleId, {}), forbidden)
    await assert.rejects(deleteRole(caller, roleId), forbidden)
    await assert.rejects(setPermission(caller, { roleId, actionId: mine, trigger: { allowed: true } }), forbidden)
    await assert.rejects(clearPermission(caller, roleId), forbidden)
  }
  assert.equal(await versionOf(workspace), before)
  assert.equal(await workspace.db.prisma.permission.count(), 0)
})

test('a deleted action leaves no permission behind, whoever sets one meanwhile', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const roleId = await operatorRole(workspace)
  const ids = await Promise.all(Array.from({ length: 8 }, async () => actId((await createAction(ctx, { name: 'a', target })).id)))
  await setPermission(ctx, { roleId, actionId: ids[0]!, trigger: { allowed: false } })
  await Promise.all(
    ids.flatMap((actionId) => [
      setPermission(ctx, { roleId, actionId, trigger: { allowed: false } }).catch((error) => assert.equal(error.code, 'NOT_FOUND')),
      deleteAction(ctx, actionId),
    ]),
  )
  assert.equal(await db.prisma.permission.count(), 0)
})

test('an action that is not kept any longer takes its permissions with it', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await createAction(ctx, { name: 'a', target, schedule: { scheduledAt: new Date() } })
  const roleId = await operatorRole(workspace)
  await setPermission(ctx, { roleId, actionId: actId(id), trigger: { allowed: false } })
  await db.pool.query('delete from invocations')
  const later = Date.now() + 3_600_000
  assert.equal(
    (await deleteExpiredActions(db.pool, { SUCCEEDED: later, FAILED: later, CANCELLED: later, MISSED: later, all: later }, null))?.deleted,
    1,
  )
  assert.deepEqual([await db.prisma.action.count(), await db.prisma.permission.count()], [0, 0])
})
