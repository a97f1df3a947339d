import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson } from '../../test/people.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { approve } from './approve.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { createApiToken } from './create-api-token.ts'
import { createGrant } from './create-grant.ts'
import { invokeNow } from './invoke-now.ts'
import { revokeGrant } from './revoke-grant.ts'
import { updateAction } from './update-action.ts'

async function scene(workspace: Workspace) {
  const { ctx, db } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const ben = await addPerson(ctx, 'MANAGER', 'Ben')
  const target = { url: 'https://example.com/run' }
  const made = await createAction(ctx, { name: 'a', target, body: { amount: 5 }, approval: { preset: 'MANAGER' } })
  const actionId = publicId('action', made.id)
  const memberId = publicId('user', rita.id)
  const state = async (by: CommandContext, input?: unknown) => {
    const { id } = await invokeNow(by, actionId, { input })
    const { rows } = await db.pool.query<{ status: string; guarded: boolean; grant_ids: string[] }>(
      'select i.status, i.guarded, p.grant_ids from invocations i join approvals p on p.invocation_id = i.id where i.id = $1',
      [id],
    )
    return { id, ...rows[0]! }
  }
  return { ...workspace, rita, anna, ben, actionId, memberId, state }
}

const soon = () => new Date(Date.now() + 60_000)

test('a grant approves so many runs of that person, and then it is asked again', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, ben, actionId, memberId, state, db } = await scene(workspace)
  const { id } = await createGrant(anna.ctx, { actionId, memberId, maxRuns: 2, comment: 'on call' })
  for (let n = 0; n < 2; n++) {
    const run = await state(rita.ctx)
    assert.deepEqual([run.status, run.guarded, run.grant_ids], ['PENDING', true, [id]])
  }
  assert.deepEqual([(await state(ben.ctx)).status, (await state(rita.ctx)).status], ['AWAITING_APPROVAL', 'AWAITING_APPROVAL'])
  const { rows } = await db.pool.query('select used from approval_grants')
  assert.deepEqual(rows, [{ used: 2 }])
})

test('fifty callers at once never get more than a grant gives', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, actionId, memberId, state, db } = await scene(workspace)
  await createGrant(anna.ctx, { actionId, memberId, maxRuns: 20 })
  const runs = await Promise.all(Array.from({ length: 50 }, () => state(rita.ctx)))
  assert.equal(runs.filter(({ status }) => status === 'PENDING').length, 20)
  assert.equal(runs.filter(({ status }) => status === 'AWAITING_APPROVAL').length, 30)
  const { rows } = await db.pool.query('select used from approval_grants')
  assert.deepEqual(rows, [{ used: 20 }])
})

test('a grant covers what its condition says, until its end, and not after it is revoked', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, actionId, memberId, state, db } = await scene(workspace)
  const { id } = await createGrant(anna.ctx, { actionId, memberId, condition: 'input.amount < 100', expiresAt: soon() })
  const statuses = async (...inputs: unknown[]) => {
    const found = []
    for (const input of inputs) found.push((await state(rita.ctx, input)).status)
    return found
  }
  const [yes, no] = ['PENDING', 'AWAITING_APPROVAL']
  assert.deepEqual(await statuses(undefined, { amount: 99 }, { amount: 100 }, { amount: 'x' }, {}), [yes, yes, no, no, no])
  await db.pool.query("update approval_grants set expires_at = now() - interval '1 ms'")
  assert.deepEqual(await statuses(undefined), [no])
  await db.pool.query("update approval_grants set expires_at = now() + interval '1 min'")
  assert.deepEqual(await statuses(undefined), [yes])
  assert.deepEqual(await revokeGrant(anna.ctx, publicId('grant', id)), { id })
  assert.deepEqual(await statuses(undefined), [no])
  await revokeGrant(anna.ctx, publicId('grant', id))
  const { rows } = await db.pool.query("select verb from audit_entries where object_type = 'grant' order by at, id")
  assert.deepEqual(
    rows.map(({ verb }) => verb),
    ['grant.created', 'grant.revoked'],
  )
})

test('an edit takes a granted run back: somebody has to look at what it is now', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, ben, actionId, memberId, state, ctx, db } = await scene(workspace)
  await createGrant(anna.ctx, { actionId, memberId, maxRuns: 5 })
  const run = await state(rita.ctx)
  await updateAction(ctx, actionId, { body: { amount: 6 } })
  const { rows } = await db.pool.query('select status, grant_ids from approvals')
  assert.deepEqual(rows, [{ status: 'PENDING', grant_ids: [] }])
  await approve(ben.ctx, publicId('invocation', run.id))
})

test('nobody grants what they ask for themselves, by a token of theirs or to everyone', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, ben, actionId, state, ctx } = await scene(workspace)
  const own = { code: 'BAD_USER_INPUT' }
  await assert.rejects(createGrant(anna.ctx, { actionId, memberId: publicId('user', anna.id), maxRuns: 1 }), { ...own, field: 'memberId' })
  const carl = await addPerson(ctx, 'ADMIN', 'Carl')
  const token = await createApiToken(carl.ctx, { name: 'robot' })
  await assert.rejects(createGrant(carl.ctx, { actionId, tokenId: publicId('token', token.id), maxRuns: 1 }), { ...own, field: 'tokenId' })
  await createGrant(anna.ctx, { actionId, maxRuns: 10 })
  assert.deepEqual([(await state(anna.ctx)).status, (await state(ben.ctx)).status], ['AWAITING_APPROVAL', 'PENDING'])
  await assert.rejects(createGrant(rita.ctx, { actionId, maxRuns: 1 }), { code: 'FORBIDDEN' })
  await assert.rejects(createGrant(ctx, { actionId, maxRuns: 1 }), { code: 'FORBIDDEN' }, 'tokens approve nothing')
})

test('what is wrong with a grant is named; another project has no part in it', async () => {
  await using workspace = await openWorkspace()
  const { anna, actionId, memberId } = await scene(workspace)
  const grant = (more: object) => createGrant(anna.ctx, { actionId, memberId, ...more })
  await assert.rejects(grant({}), { code: 'BAD_USER_INPUT', field: 'maxRuns' })
  await assert.rejects(grant({ maxRuns: 0 }), { code: 'BAD_USER_INPUT', field: 'maxRuns' })
  await assert.rejects(grant({ expiresAt: new Date(0) }), { code: 'BAD_USER_INPUT', field: 'expiresAt' })
  await assert.rejects(grant({ expiresAt: new Date(Date.now() + 400 * 86_400_000) }), { field: 'expiresAt' })
  await assert.rejects(grant({ maxRuns: 1, tokenId: publicId('token', newId()) }), { field: 'tokenId' })
  await assert.rejects(grant({ maxRuns: 1, condition: 'input.' }), { code: 'INVALID_CONDITION', field: 'condition' })
  await assert.rejects(grant({ maxRuns: 1, memberId: publicId('user', newId()) }), { code: 'NOT_FOUND' })
  const { id } = await grant({ maxRuns: 1 })
  const { projectId } = await otherProject(workspace)
  const elsewhere = { ...anna.ctx, projectId }
  await assert.rejects(revokeGrant(elsewhere, publicId('grant', id)), { code: 'NOT_FOUND' })
  await assert.rejects(createGrant(elsewhere, { actionId, maxRuns: 1 }), { code: 'NOT_FOUND' })
})

test('breaking the glass takes a role that may, a person and a reason, and is on record', async () => {
  await using workspace = await openWorkspace()
  const { rita, actionId, db } = await scene(workspace)
  const reason = 'The database burns.'
  const go = (by: CommandContext, breakGlassReason: string) => invokeNow(by, actionId, { breakGlassReason })
  await assert.rejects(go(rita.ctx, reason), { code: 'FORBIDDEN' })
  const may = { ...rita.ctx, access: { ...rita.ctx.access!, breakGlass: true } }
  await assert.rejects(go(may, 'too short'), { code: 'BAD_USER_INPUT', field: 'breakGlassReason' })
  await assert.rejects(go({ ...may, actor: { kind: 'AGENT', id: newId(), name: 'a' } }, reason), { code: 'FORBIDDEN' })
  const { id } = await go(may, ` ${reason} `)
  const { rows } = await db.pool.query(
    `select i.status, i.guarded, p.status as approval, p.break_glass_reason as reason
     from invocations i join approvals p on p.invocation_id = i.id where i.id = $1`,
    [id],
  )
  assert.deepEqual(rows, [{ status: 'PENDING', guarded: true, approval: 'APPROVED', reason }])
  const { rows: audit } = await db.pool.query('select verb, data from audit_entries where invocation_id = $1 order by at, id', [id])
  assert.deepEqual(audit[1], { verb: 'approval.glass_broken', data: { reason } })
})
