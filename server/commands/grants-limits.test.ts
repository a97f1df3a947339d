import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, disable, giveRole } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import type { ApprovalPolicyInput } from '../domain/approval-policy.ts'
import { publicId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { builtInRole } from '../store/find-role.ts'
import { passGuard } from '../store/pass-guard.ts'
import { approve } from './approve.ts'
import { cancel } from './cancel.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { createGrant } from './create-grant.ts'
import { createRole } from './create-role.ts'
import { createService } from './create-service.ts'
import { invokeNow } from './invoke-now.ts'
import { retry } from './retry.ts'
import { setPermission } from './set-permission.ts'
import { updateAction } from './update-action.ts'
import { updateRole } from './update-role.ts'
import { updateService } from './update-service.ts'

async function scene(workspace: Workspace, approval: ApprovalPolicyInput = { preset: 'MANAGER' }) {
  const { ctx, db } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const ben = await addPerson(ctx, 'MANAGER', 'Ben')
  const carl = await addPerson(ctx, 'ADMIN', 'Carl')
  const { id: serviceId } = await createService(ctx, { name: 'Payments', baseUrl: 'https://example.com' })
  const target = { serviceId: publicId('service', serviceId), path: '/refunds' }
  const action = publicId('action', (await createAction(ctx, { name: 'Refund', target, body: { amount: 5 }, approval })).id)
  const stateOf = async (id: string) =>
    (await db.pool.query<{ status: string }>('select status from invocations where id = $1', [id])).rows[0]!.status
  /** Whether a run of Rita's goes without anybody looking. */
  const covered = async (input?: unknown, by: CommandContext = rita.ctx) =>
    (await stateOf((await invokeNow(by, action, { input })).id)) === 'PENDING'
  const grant = (by: CommandContext, more: object = { maxRuns: 100 }) => createGrant(by, { actionId: action, ...more })
  const used = async () =>
    (await db.pool.query<{ used: number }>('select used from approval_grants order by id')).rows.map((row) => row.used)
  return { ...workspace, rita, anna, ben, carl, action, service: target.serviceId, stateOf, covered, grant, used }
}

test('a grant covers the request that was there: an edit of it and another address end it', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, ctx, action, service, covered, grant } = await scene(workspace)
  await grant(anna.ctx)
  assert.equal(await covered(), true)
  await updateAction(ctx, action, { name: 'Refunds' })
  assert.equal(await covered(), true, 'the name is not sent')
  await updateAction(ben.ctx, action, { body: { amount: 50_000, to: 'Ben' } })
  assert.equal(await covered(), false)
  await grant(anna.ctx)
  assert.equal(await covered(), true)
  await updateService(ben.ctx, service, { baseUrl: 'https://elsewhere.example.com' })
  assert.equal(await covered(), false)
})

test('a grant does not cover an earlier version that is sent again', async () => {
  await using workspace = await openWorkspace()
  const { anna, rita, ctx, db, action, stateOf, grant } = await scene(workspace)
  const old = publicId('invocation', (await invokeNow(rita.ctx, action)).id)
  await cancel(ctx, old)
  await db.pool.query("update invocations set action_version = 1 where status = 'CANCELLED'")
  await updateAction(ctx, action, { body: { amount: 1 } })
  await grant(anna.ctx)
  assert.equal(await stateOf((await retry(rita.ctx, old)).id), 'AWAITING_APPROVAL')
})

test('nobody grants what they were the last to edit, before or after', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, action, covered, grant } = await scene(workspace)
  await updateAction(ben.ctx, action, { body: { amount: 9 } })
  await assert.rejects(grant(ben.ctx), { code: 'FORBIDDEN' })
  await grant(anna.ctx)
  assert.equal(await covered(), true)
  await updateAction(anna.ctx, action, { approval: { preset: 'MANAGER', expiresInSeconds: 120 } })
  assert.equal(await covered(), false)
})

test('a grant is one vote: two people grant what two have to approve, each within a role of the policy', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, carl, ctx, action, covered, grant, used } = await scene(workspace, { preset: 'TWO_PERSON' })
  await grant(anna.ctx)
  await grant(anna.ctx)
  assert.equal(await covered(), false)
  await grant(ben.ctx, { maxRuns: 1 })
  assert.deepEqual([await covered(), await covered()], [true, false])
  assert.deepEqual(await used(), [1, 0, 1])
  await updateAction(ctx, action, { approval: { stages: [{ role: 'ADMIN' }] } })
  assert.equal(await covered(), false, 'managers do not approve for administrators')
  await grant(carl.ctx)
  assert.equal(await covered(), true)
})

test('callers at once take grants of two people together or not at all', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, covered, grant, used } = await scene(workspace, { preset: 'TWO_PERSON' })
  await grant(anna.ctx, { maxRuns: 20 })
  await grant(ben.ctx, { maxRuns: 7 })
  const runs = await Promise.all(Array.from({ length: 30 }, () => covered()))
  assert.equal(runs.filter(Boolean).length, 7)
  assert.deepEqual(await used(), [7, 7])
})

test('a grant goes with the right of who gave it', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, ctx, db, projectId, covered, grant } = await scene(workspace)
  await grant(anna.ctx)
  await giveRole(ctx, anna, 'OPERATOR')
  assert.equal(await covered(), false)
  await giveRole(ctx, anna, 'MANAGER')
  assert.equal(await covered(), true)
  await disable(ctx, anna)
  assert.equal(await covered(), false)
  const roleId = publicId('role', await builtInRole(db.pool, projectId, 'MANAGER'))
  await setPermission(ctx, { roleId, approve: { allowed: true, condition: 'input.amount < 100' } })
  await grant(ben.ctx)
  assert.deepEqual([await covered({ amount: 99 }), await covered({ amount: 100 })], [true, false])
})

test('a granted run is not sent once its granter may not approve any more: others are asked', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, rita, ctx, db, action, stateOf, grant } = await scene(workspace)
  await grant(anna.ctx)
  const { id } = await invokeNow(rita.ctx, action)
  const look = () => transaction(db.pool, (sql) => passGuard(sql, db, [id], () => {}))
  assert.deepEqual([...(await look()).judged.keys()], [id])
  await giveRole(ctx, anna, 'OPERATOR')
  assert.equal((await look()).refused, 1)
  assert.equal(await stateOf(id), 'AWAITING_APPROVAL')
  await approve(ben.ctx, publicId('invocation', id))
  assert.deepEqual([...(await look()).judged.keys()], [id])
})

test('who broke the glass must still be allowed to when it is sent', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, action, stateOf } = await scene(workspace)
  const role = await createRole(ctx, { name: 'On call', level: 'OPERATOR', breakGlass: true })
  const olga = await addPerson(ctx, { id: role.id }, 'Olga')
  const { id } = await invokeNow(olga.ctx, action, { breakGlassReason: 'The database burns.' })
  const look = () => transaction(db.pool, (sql) => passGuard(sql, db, [id], () => {}))
  assert.deepEqual([...(await look()).judged.keys()], [id])
  await updateRole(ctx, publicId('role', role.id), { breakGlass: false })
  assert.equal((await look()).refused, 1)
  assert.equal(await stateOf(id), 'CANCELLED')
})

test('who gave a service another address was the last to edit what its actions send', async () => {
  await using workspace = await openWorkspace()
  const { anna, ben, rita, action, service } = await scene(workspace)
  await updateService(ben.ctx, service, { baseUrl: 'https://elsewhere.example.com' })
  const { id } = await invokeNow(rita.ctx, action)
  await assert.rejects(approve(ben.ctx, publicId('invocation', id)), { code: 'FORBIDDEN' })
  await approve(anna.ctx, publicId('invocation', id))
})
