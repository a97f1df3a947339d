import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, giveRole, rightsNow } from '../../test/people.ts'
import { failRun, markRunning } from '../../test/records.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { builtInRole } from '../store/find-role.ts'
import { passGuard } from '../store/pass-guard.ts'
import { storeAsked } from './ask-run.ts'
import { createAction } from './create-action.ts'
import { createGrant } from './create-grant.ts'
import { invokeNow } from './invoke-now.ts'
import { checkTrigger } from './permitted.ts'
import { retry } from './retry.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'
import { setPermission } from './set-permission.ts'
import { updateAction } from './update-action.ts'

const large = { condition: 'input.amount > 100' }
const url = 'https://example.com/refunds'

async function scene(workspace: Workspace) {
  const { ctx, db, projectId } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const rule = async (level: 'OPERATOR' | 'MANAGER', rules: object) =>
    setPermission(ctx, { roleId: publicId('role', await builtInRole(db.pool, projectId, level)), ...rules })
  const run = async (id: string) => {
    const { rows } = await db.pool.query<{ status: string; body: string | null }>(
      'select i.status, coalesce(i.input, a.body) as body from invocations i join actions a on a.id = i.action_id where i.id = $1',
      [id],
    )
    return rows[0]!
  }
  const pass = (id: string) => transaction(db.pool, (sql) => passGuard(sql, db, [id], () => {}))
  return { ...workspace, rita, rule, run, pass }
}

const keyed = (body: unknown, key = 'refund 7', more: object = {}) => ({
  url,
  body,
  dedupe: { key, mode: 'REPLACE_PENDING', windowSeconds: 60 } as const,
  ...more,
})

test('each body of a batch is judged by itself: a small one lends its leave to no large one', async () => {
  await using workspace = await openWorkspace()
  const { rita, rule, run } = await scene(workspace)
  await rule('OPERATOR', { requireApproval: { allowed: true, ...large } })
  const by = await rightsNow(rita.ctx)
  const [first, second] = await sendMany(by, [keyed({ amount: 5 }), keyed({ amount: 5_000 })])
  assert.ok('id' in first! && 'id' in second! && first.id === second.id)
  assert.deepEqual(await run(first.id), { status: 'AWAITING_APPROVAL', body: '{"amount":5000}' })

  const { id } = await send(by, keyed({ amount: 6 }, 'refund 8'))
  assert.equal((await run(id)).status, 'PENDING')
  await sendMany(by, [keyed({ amount: 1 }, 'refund 9'), keyed({ amount: 6_000 }, 'refund 8')])
  assert.deepEqual(await run(id), { status: 'AWAITING_APPROVAL', body: '{"amount":6000}' })
})

test('a body that goes into a run is judged with the record of that run', async () => {
  await using workspace = await openWorkspace()
  const { rita, rule, run } = await scene(workspace)
  await rule('OPERATOR', { trigger: { allowed: true, condition: 'record.type == "sandbox" || input.amount < 100' } })
  const by = await rightsNow(rita.ctx)
  const order = { record: { type: 'order', id: '7' } }
  const sandbox = { record: { type: 'sandbox', id: '7' } }
  const { id } = await send(by, keyed({ amount: 5 }, 'a', order))
  await assert.rejects(send(by, keyed({ amount: 5_000 }, 'a', sandbox)), { code: 'FORBIDDEN' })
  assert.deepEqual(await run(id), { status: 'PENDING', body: '{"amount":5}' })

  const results = await sendMany(by, [keyed({ amount: 6 }, 'b', order), keyed({ amount: 6_000 }, 'b', sandbox), keyed({ amount: 7 }, 'c')])
  assert.ok('id' in results[0]! && 'id' in results[2]!)
  assert.ok('error' in results[1]! && 'code' in results[1].error && results[1].error.code === 'FORBIDDEN')
  assert.deepEqual(await run(results[0].id), { status: 'PENDING', body: '{"amount":6}' })
})

test('the gate judges the version that is sent, not what the action has become', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, rita, rule, run, pass } = await scene(workspace)
  const action = publicId('action', (await createAction(ctx, { name: 'Refund', target: { url }, body: { amount: 5_000 } })).id)
  const { id: original } = await invokeNow(ctx, action)
  await markRunning(db, original)
  await failRun(db, original, 'FAILED')
  await updateAction(ctx, action, { body: { amount: 5 }, target: { url: 'https://example.com/sandbox' } })

  const { id } = await retry(rita.ctx, publicId('invocation', original))
  for (const condition of ['input.amount < 100', 'action.url.endsWith("/sandbox")']) {
    await rule('OPERATOR', { trigger: { allowed: true, condition } })
    await assert.rejects(retry(await rightsNow(rita.ctx), publicId('invocation', original)), { code: 'FORBIDDEN' }, condition)
  }
  await db.pool.query('update invocations set guarded = true where id = $1', [id])
  assert.equal((await pass(id)).refused, 1)
  assert.equal((await run(id)).status, 'CANCELLED')
})

test('of several grants each is looked at again at the gate', async () => {
  await using workspace = await openWorkspace()
  const { ctx, rita, run, pass } = await scene(workspace)
  const people = [await addPerson(ctx, 'MANAGER', 'Anna'), await addPerson(ctx, 'MANAGER', 'Ben'), await addPerson(ctx, 'MANAGER', 'Cleo')]
  const approval = { preset: 'TWO_PERSON' } as const
  const action = publicId('action', (await createAction(ctx, { name: 'Refund', target: { url }, approval })).id)
  const [anna, ben] = people
  for (const { ctx: by } of [anna!, ben!]) await createGrant(by, { actionId: action, memberId: publicId('user', rita.id), maxRuns: 5 })
  const { id: kept } = await invokeNow(rita.ctx, action)
  assert.equal((await pass(kept)).refused, 0)
  for (const lost of [ben!, anna!]) {
    const { id } = await invokeNow(rita.ctx, action)
    assert.equal((await run(id)).status, 'PENDING')
    await giveRole(ctx, lost, 'OPERATOR')
    assert.equal((await pass(id)).refused, 1, lost.name)
    assert.equal((await run(id)).status, 'AWAITING_APPROVAL')
    await giveRole(ctx, lost, 'MANAGER')
  }
})

test('what grants approve no longer is asked for as if it were new: from the first stage on, with a reminder', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, rita, pass } = await scene(workspace)
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const carl = await addPerson(ctx, 'ADMIN', 'Carl')
  await addPerson(ctx, 'ADMIN', 'Dora')
  const approval = { stages: [{ role: 'MANAGER' }, { role: 'ADMIN' }], remindAfterSeconds: 600 }
  const action = publicId('action', (await createAction(ctx, { name: 'Refund', target: { url }, approval })).id)
  for (const { ctx: by } of [anna, carl]) await createGrant(by, { actionId: action, memberId: publicId('user', rita.id), maxRuns: 1 })
  const { id } = await invokeNow(rita.ctx, action)
  await giveRole(ctx, carl, 'MANAGER')
  assert.equal((await pass(id)).refused, 1)
  const { rows } = await db.pool.query(
    `select status, stage, grant_ids, remind_at > now() + interval '9 min' and remind_at < now() + interval '10 min' as reminded, escalate_at
     from approvals`,
  )
  assert.deepEqual(rows, [{ status: 'PENDING', stage: 0, grant_ids: [], reminded: true, escalate_at: null }])
})

test('what an action becomes between the judgement of a run and its row is judged anew', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, rita, rule, run } = await scene(workspace)
  const { id: actionId } = await createAction(ctx, { name: 'Refund', target: { url }, body: { amount: 5 } })
  const action = publicId('action', actionId)
  const wanted = { actionId, input: null, record: null, at: null }
  /** Judged now, stored after the action was edited. */
  const late = async (amount: number) => {
    const by = await rightsNow(rita.ctx)
    const permitted = await checkTrigger(by, db.pool, wanted)
    await updateAction(ctx, action, { body: { amount } })
    return run((await storeAsked(by, { ...wanted, permitted })).id)
  }
  await rule('OPERATOR', { requireApproval: { allowed: true, ...large } })
  assert.equal((await late(6)).status, 'PENDING')
  assert.equal((await late(5_000)).status, 'AWAITING_APPROVAL')
  assert.equal((await late(7)).status, 'PENDING')
  await rule('OPERATOR', { trigger: { allowed: true, condition: 'input.amount < 100' }, requireApproval: { allowed: false } })
  assert.equal((await late(8)).status, 'PENDING')
  await assert.rejects(late(5_000), { code: 'FORBIDDEN' })
})

test('what was seen of an action before it was edited allows and refuses nothing', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, rita, rule, run } = await scene(workspace)
  const { id: actionId } = await createAction(ctx, { name: 'Refund', target: { url }, body: { amount: 5 } })
  const action = publicId('action', actionId)
  await rule('OPERATOR', { trigger: { allowed: true, condition: 'action.name != "Payout"' }, requireApproval: { allowed: true, ...large } })
  const by = await rightsNow(rita.ctx)
  const status = async () => (await run((await invokeNow(by, action)).id)).status
  assert.deepEqual([await status(), await status()], ['PENDING', 'PENDING'])
  await updateAction(ctx, action, { body: { amount: 5_000 } })
  assert.deepEqual([await status(), await status()], ['AWAITING_APPROVAL', 'AWAITING_APPROVAL'])
  await updateAction(ctx, action, { name: 'Payout' })
  await assert.rejects(status(), { code: 'FORBIDDEN' })
  await updateAction(ctx, action, { name: 'Refund', body: { amount: 5 } })
  assert.equal(await status(), 'PENDING')
  await db.pool.query('update actions set deleted_at = now() where id = $1', [actionId])
  await assert.rejects(status(), { code: 'NOT_FOUND' })
})
