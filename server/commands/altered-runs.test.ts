import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, rightsNow } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { createToken } from '../store/api-tokens.ts'
import { transaction } from '../store/database.ts'
import { builtInRole } from '../store/find-role.ts'
import { accessNow } from '../store/judge-run.ts'
import { passGuard } from '../store/pass-guard.ts'
import { approve } from './approve.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { createApiToken } from './create-api-token.ts'
import { createGrant } from './create-grant.ts'
import { createRole } from './create-role.ts'
import { invokeNow } from './invoke-now.ts'
import { runAt } from './run-at.ts'
import { setPermission } from './set-permission.ts'
import { updateAction } from './update-action.ts'
import { updateRole } from './update-role.ts'

const target = { url: 'https://example.com/refunds' }
const dedupe = { key: 'refund 7', mode: 'REPLACE_PENDING' } as const
const large = { condition: 'input.amount > 100' }
const soon = () => new Date(Date.now() + 3_600_000)

async function scene(workspace: Workspace) {
  const { ctx, db, projectId } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const ben = await addPerson(ctx, 'MANAGER', 'Ben')
  const make = async (more: object = {}) =>
    publicId('action', (await createAction(ctx, { name: 'Refund', target, body: { amount: 5 }, ...more })).id)
  const stateOf = async (id: string) =>
    (await db.pool.query<{ status: string }>('select status from invocations where id = $1', [id])).rows[0]!.status
  const rule = async (level: 'OPERATOR' | 'MANAGER', rules: object) =>
    setPermission(ctx, { roleId: publicId('role', await builtInRole(db.pool, projectId, level)), ...rules })
  return { ...workspace, rita, anna, ben, make, stateOf, rule }
}

test('who puts another body into a run of someone else may not approve it, and uses no grant of theirs', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, ben, make, stateOf } = await scene(workspace)
  const action = await make({ approval: { preset: 'MANAGER', ...large } })
  await createGrant(ben.ctx, { actionId: action, memberId: publicId('user', rita.id), maxRuns: 10 })
  const { id } = await invokeNow(rita.ctx, action, { dedupe })
  assert.equal(await stateOf(id), 'PENDING')
  assert.equal((await invokeNow(ben.ctx, action, { dedupe, input: { amount: 50_000, to: 'Ben' } })).id, id)
  assert.equal(await stateOf(id), 'AWAITING_APPROVAL')
  await assert.rejects(approve(ben.ctx, publicId('invocation', id)), { code: 'FORBIDDEN' })
  await approve(anna.ctx, publicId('invocation', id))
})

test('an edit of what waits asks the role of its requester again', async () => {
  await using workspace = await openWorkspace()
  const { anna, make, stateOf, rule } = await scene(workspace)
  await rule('MANAGER', { requireApproval: { allowed: true, ...large } })
  const by = await rightsNow(anna.ctx)
  const action = await make()
  const later = await runAt(by, action, soon())
  const { id: once } = await createAction(by, {
    name: 'Once',
    target,
    body: { amount: 5 },
    schedule: { scheduledAt: soon().toISOString() },
  })
  const { rows } = await by.db.pool.query<{ id: string }>('select id from invocations where action_id = $1', [once])
  assert.deepEqual([await stateOf(later.id), await stateOf(rows[0]!.id)], ['PENDING', 'PENDING'])
  await updateAction(by, action, { body: { amount: 5_000 } })
  await updateAction(by, publicId('action', once), { body: { amount: 5_000 } })
  assert.deepEqual([await stateOf(later.id), await stateOf(rows[0]!.id)], ['AWAITING_APPROVAL', 'AWAITING_APPROVAL'])
})

test('an edit of what waits beyond what its requester may run ends it at the gate', async () => {
  await using workspace = await openWorkspace()
  const { anna, make, stateOf, rule, db } = await scene(workspace)
  await rule('MANAGER', { trigger: { allowed: true, condition: 'input.amount < 100' } })
  const by = await rightsNow(anna.ctx)
  const action = await make()
  const { id } = await runAt(by, action, soon())
  await updateAction(by, action, { body: { amount: 5_000 } })
  const { rows } = await db.pool.query('select policy_version from invocations where id = $1', [id])
  assert.deepEqual(rows, [{ policy_version: 0 }], 'the mark sends it to the gate')
  await db.pool.query('update invocations set guarded = true where id = $1', [id])
  await transaction(db.pool, (sql) => passGuard(sql, db, [id], () => {}))
  assert.equal(await stateOf(id), 'CANCELLED')
})

test('a token that a token made has the same person behind it', async () => {
  await using workspace = await openWorkspace()
  const { ctx, make } = await scene(workspace)
  const { db, projectId } = ctx
  const carl = await addPerson(ctx, 'ADMIN', 'Carl')
  const first = await createApiToken(carl.ctx, { name: 'first' })
  const asToken = async (id: string): Promise<CommandContext> => {
    const actor = { kind: 'TOKEN', id, name: 'robot' } as const
    return { ...ctx, actor, access: (await accessNow(db.pool, projectId, actor))! }
  }
  const second = await createApiToken(await asToken(first.id), { name: 'second' })
  await addPerson(ctx, 'MANAGER', 'Dora')
  const { id } = await invokeNow(await asToken(second.id), await make({ approval: { preset: 'MANAGER' } }))
  await assert.rejects(approve(carl.ctx, publicId('invocation', id)), { code: 'FORBIDDEN' })
})

test('an edit by nobody in particular does not take the name of the last editor away', async () => {
  await using workspace = await openWorkspace()
  const { ctx, rita, anna, make } = await scene(workspace)
  const { db, projectId } = ctx
  const { id: tokenId } = await createToken(db, { projectId, name: 'admin' })
  const actor = { kind: 'TOKEN', id: tokenId, name: 'admin' } as const
  const nobody = { ...ctx, actor, access: (await accessNow(db.pool, projectId, actor))! }
  const action = await make({ approval: { preset: 'MANAGER' } })
  await updateAction(anna.ctx, action, { body: { amount: 50_000, to: 'Anna' } })
  await updateAction(nobody, action, { approval: { preset: 'MANAGER', expiresInSeconds: 120 } })
  const { id } = await invokeNow(rita.ctx, action)
  await assert.rejects(approve(anna.ctx, publicId('invocation', id)), { code: 'FORBIDDEN' })
})

test('tokens that act for a member go down with his role when that goes down', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = await scene(workspace)
  const { db, projectId } = ctx
  const { id: roleId } = await createRole(ctx, { name: 'Finance', level: 'MANAGER' })
  const fay = await addPerson(ctx, { id: roleId }, 'Fay')
  const manager = publicId('role', await builtInRole(db.pool, projectId, 'MANAGER'))
  const viewer = publicId('role', await builtInRole(db.pool, projectId, 'VIEWER'))
  const onBehalfOf = publicId('user', fay.id)
  const high = await createApiToken(ctx, { name: 'high', roleId: manager, onBehalfOf })
  const low = await createApiToken(ctx, { name: 'low', roleId: viewer, onBehalfOf })
  await updateRole(ctx, publicId('role', roleId), { level: 'OPERATOR' })
  const levelOf = async (id: string) => (await accessNow(db.pool, projectId, { kind: 'TOKEN', id }))?.level
  assert.deepEqual([await levelOf(high.id), await levelOf(low.id)], ['OPERATOR', 'VIEWER'])
})

test('a schedule that becomes ONE_TIME is a request for a run: by who may ask, and with the approval that his role takes', async () => {
  await using workspace = await openWorkspace()
  const { anna, make, stateOf, rule, db } = await scene(workspace)
  const [action, other] = [await make(), await make()]
  const once = { schedule: { scheduledAt: soon().toISOString() } }
  await rule('MANAGER', { requireApproval: { allowed: true } })
  await updateAction(await rightsNow(anna.ctx), action, once)
  const { rows } = await db.pool.query<{ id: string; requested_by: string }>('select id, requested_by from invocations')
  assert.deepEqual([await stateOf(rows[0]!.id), rows[0]!.requested_by], ['AWAITING_APPROVAL', anna.id])
  await rule('MANAGER', { trigger: { allowed: false } })
  await assert.rejects(updateAction(await rightsNow(anna.ctx), other, once), { code: 'FORBIDDEN' })
  await rule('MANAGER', { trigger: { allowed: true }, requireApproval: { allowed: false } })
  await updateAction(await rightsNow(anna.ctx), other, once)
  const { rows: versions } = await db.pool.query(
    'select i.status, i.policy_version = p.policy_version as judged from invocations i join projects p on p.id = i.project_id order by i.id desc limit 1',
  )
  assert.deepEqual(versions, [{ status: 'PENDING', judged: true }])
})
