import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, rightsNow } from '../../test/people.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { builtInRole } from '../store/find-role.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { checkTrigger } from './permitted.ts'
import { policyDryRun } from './policy-dry-run.ts'
import { setPermission } from './set-permission.ts'
import { tryCondition } from './try-condition.ts'

interface Past {
  by: CommandContext | 'SCHEDULE'
  input?: string | null
  record?: string
  retryOf?: string
  missed?: boolean
}

/** Stores a run as if it had been asked for `minutes` ago. Gives its UUID. */
async function past(
  { db, projectId }: Workspace,
  actionId: string,
  minutes: number,
  { by, input = null, record, retryOf, missed }: Past,
): Promise<string> {
  const id = newId()
  const scheduled = by === 'SCHEDULE'
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, status_reason, trigger, run_at, sort_at, max_attempts, input, actor_kind, actor_id,
       record_type, record_id, retry_of_id, created_at, finished_at, outcome)
     select $1, $2, $3, s::invocation_status, $4::status_reason, $5::invocation_trigger, at, at, 1, $6, $7::actor_kind, $8, $9, $9, $10, at, at,
       case s when 'MISSED' then s::invocation_status end
     from (select now() - $11 * interval '1 minute' as at, case when $4::text is null then 'SUCCEEDED' else 'MISSED' end as s) x`,
    [
      id,
      projectId,
      actionId,
      missed ? 'OVERLAP' : null,
      scheduled ? 'SCHEDULE' : 'MANUAL',
      input,
      scheduled ? 'SYSTEM' : by.actor.kind,
      scheduled ? null : by.actor.id,
      record ?? null,
      retryOf ?? null,
      minutes,
    ],
  )
  return id
}

async function scene(workspace: Workspace) {
  const role = await builtInRole(workspace.db.pool, workspace.projectId, 'OPERATOR')
  const { ctx: ann } = await addPerson(workspace.ctx, 'OPERATOR')
  const { ctx: bob } = await addPerson(workspace.ctx, 'MANAGER', 'Bob')
  const action = async (name: string) =>
    (await createAction(workspace.ctx, { name, target: { url: 'https://example.com/' }, body: { amount: 50 } })).id
  const [refund, other] = [await action('Refund'), await action('Other')]
  return { role, roleId: publicId('role', role), ann, bob, refund, other, refundId: publicId('action', refund) }
}
const amount = (value: unknown) => JSON.stringify({ amount: value })

test('a candidate says of each run what it would have done, and why', async () => {
  await using workspace = await openWorkspace()
  const { roleId, ann, bob, refund, other, refundId } = await scene(workspace)
  const small = await past(workspace, refund, 9, { by: ann, input: amount(10) })
  const large = await past(workspace, refund, 8, { by: bob, input: amount(5_000) })
  const ofAction = await past(workspace, refund, 7, { by: ann })
  const unclear = await past(workspace, refund, 6, { by: ann, input: '{}' })
  await past(workspace, refund, 5, { by: ann, input: amount(1), retryOf: small })
  await past(workspace, refund, 4, { by: 'SCHEDULE' })
  await past(workspace, refund, 3, { by: ann, missed: true })
  const elsewhere = await past(workspace, other, 2, { by: ann, input: amount(9_999) })
  const theirs = await otherProject(workspace)
  await past(
    { ...workspace, projectId: theirs.projectId },
    (await createAction(theirs, { name: 'x', target: { url: 'https://example.com/' } })).id,
    1,
    { by: ann },
  )

  const result = await policyDryRun(workspace.ctx, {
    roleId,
    actionId: refundId,
    trigger: { allowed: true, condition: 'input.amount < 1000' },
    requireApproval: { allowed: true, condition: 'input.amount >= 40 && actor.role == "Operator"' },
  })
  const { runs, ...counts } = result
  assert.deepEqual(counts, { looked: 7, allowed: 1, held: 1, refused: 2, skipped: 3, complete: true })
  assert.deepEqual(
    runs.map(({ invocationId, verdict }) => [invocationId, verdict]),
    [
      [unclear, 'REFUSED'],
      [ofAction, 'HELD'],
      [large, 'REFUSED'],
      [small, 'ALLOWED'],
    ],
  )
  assert.deepEqual(
    runs.map(({ reason }) => reason),
    [
      'The condition "input.amount < 1000" failed: No such key: amount',
      'The condition "input.amount >= 40 && actor.role == "Operator"" is true.',
      'The condition "input.amount < 1000" is false.',
      'The condition "input.amount >= 40 && actor.role == "Operator"" is false.',
    ],
  )
  const all = await policyDryRun(workspace.ctx, { roleId, trigger: { allowed: false } })
  assert.deepEqual([all.looked, all.refused, all.skipped], [8, 5, 3], 'without an action: for all of them')
  assert.equal(all.runs[0]!.invocationId, elsewhere)
  assert.equal(all.runs[0]!.reason, 'The role Operator may not run this action.')
  assert.equal(await workspace.db.prisma.permission.count(), 0, 'nothing was set')
})

test('an approval policy is tried on what schedules make too; its failing condition holds', async () => {
  await using workspace = await openWorkspace()
  const { ann, refund, refundId, roleId } = await scene(workspace)
  await past(workspace, refund, 3, { by: 'SCHEDULE' })
  await past(workspace, refund, 2, { by: ann, input: amount(500) })
  await past(workspace, refund, 1, { by: ann, input: '{}' })
  const counts = async (input: Parameters<typeof policyDryRun>[1]) => {
    const { allowed, held, refused, skipped } = await policyDryRun(workspace.ctx, { actionId: refundId, ...input })
    return [allowed, held, refused, skipped]
  }
  assert.deepEqual(await counts({ approval: { condition: 'input.amount >= 100' } }), [1, 2, 0, 0])
  assert.deepEqual(await counts({ approval: { condition: null } }), [0, 3, 0, 0])
  assert.deepEqual(await counts({ approval: null }), [3, 0, 0, 0])
  assert.deepEqual(await counts({ approval: null, roleId, trigger: { allowed: false } }), [1, 0, 2, 0])
  await workspace.db.pool.query('update actions set approval = $2 where id = $1', [refund, { condition: 'input.amount >= 100' }])
  assert.deepEqual(await counts({ roleId }), [0, 2, 0, 1], 'that of the action, where none is tried')
})

test('the counts are what comes of it when the policy is set and the runs are asked for again', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { roleId, ann, refund, other, refundId } = await scene(workspace)
  const bodies = [
    null,
    amount(1),
    amount(99.5),
    amount(100),
    amount('100'),
    '{}',
    'amount=1',
    '[]',
    '{"amount": 1, "amount": 2}',
    amount(1e300),
  ]
  const asked: { id: string; actionId: string; input: string | null }[] = []
  for (const [index, input] of bodies.entries()) {
    for (const actionId of [refund, other])
      asked.push({ id: await past(workspace, actionId, index + 1, { by: ann, input }), actionId, input })
  }
  const rules = {
    trigger: { allowed: true, condition: 'input.amount < 1000 || action.name == "Other"' },
    requireApproval: { allowed: true, condition: 'input.amount >= 99.5 && actor.name == "Ann"' },
  }
  await setPermission(ctx, { roleId, trigger: { allowed: true, condition: 'has(input.amount)' } })
  const dry = await policyDryRun(ctx, { roleId, actionId: null, ...rules, last: 1_000 })
  await setPermission(ctx, { roleId, ...rules })
  const caller = await rightsNow(ann)
  for (const { id, actionId, input } of asked) {
    const replayed = await checkTrigger(caller, db.pool, { actionId, record: null, input }).then(
      ({ requireApproval }) => (requireApproval ? 'HELD' : 'ALLOWED'),
      () => 'REFUSED',
    )
    assert.equal(dry.runs.find(({ invocationId }) => invocationId === id)!.verdict, replayed, `${actionId === other} ${input}`)
  }
  assert.equal(dry.looked, asked.length)
  assert.ok(dry.allowed > 0 && dry.held > 0 && dry.refused > 0)
  const one = await policyDryRun(ctx, { roleId, actionId: refundId, trigger: { allowed: false }, last: 4 })
  assert.deepEqual([one.looked, one.refused], [4, 4])
})

test('more runs than one page, and no more than asked for', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { ann, refund, refundId } = await scene(workspace)
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, input, actor_kind, actor_id, created_at, finished_at)
     select gen_random_uuid(), $1, $2, 'SUCCEEDED', 'MANUAL', now(), now() - (n / 10) * interval '1 second', 1, json_build_object('n', n)::text, 'USER', $3, now(), now()
     from generate_series(1, 230) as n`,
    [ctx.projectId, refund, ann.actor.id],
  )
  const { results, complete } = await tryCondition(ctx, 'input.n <= 100', { actionId: refundId, last: 1_000 })
  assert.equal(complete, true)
  assert.equal(new Set(results.map(({ invocationId }) => invocationId)).size, 230)
  assert.equal(results.filter(({ value }) => value).length, 100)
  assert.equal((await tryCondition(ctx, 'true', { last: 120 })).results.length, 120)
  assert.equal((await tryCondition(ctx, 'true', {})).results.length, 100)
})

test('a look that takes too long ends, and says so; other work goes on meanwhile', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { ann, refund } = await scene(workspace)
  const list = JSON.stringify(Array.from({ length: 3_000 }, (_, n) => n))
  await db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, input, actor_kind, actor_id, created_at, finished_at)
     select gen_random_uuid(), $1, $2, 'SUCCEEDED', 'MANUAL', now(), now(), 1, $4, 'USER', $3, now(), now() from generate_series(1, 400)`,
    [ctx.projectId, refund, ann.actor.id, list],
  )
  const started = performance.now()
  let turns = 0
  const timer = setInterval(() => turns++, 20)
  const { results, complete } = await tryCondition(ctx, 'input.all(a, input.all(b, input.all(c, a + b + c >= 0)))', { last: 1_000 })
  clearInterval(timer)
  assert.equal(complete, false)
  assert.ok(results.length > 0 && results.length < 400)
  assert.ok(results.every(({ error }) => error === 'It took longer than 20 ms.'))
  assert.ok(performance.now() - started < 8_000)
  assert.ok(turns > 20, `${turns} turns of others`)
})

test('a condition is tried as whoever asked, and says why it has no value', async () => {
  await using workspace = await openWorkspace()
  const { ann, bob, refund } = await scene(workspace)
  const first = await past(workspace, refund, 3, { by: ann, record: 'order' })
  const second = await past(workspace, refund, 2, { by: bob, input: '{}' })
  const third = await past(workspace, refund, 1, { by: 'SCHEDULE' })
  const tried = await tryCondition(workspace.ctx, 'actor.role == "Operator" && input.amount == 50 && record.id == "order"', {})
  assert.deepEqual(tried, {
    error: null,
    complete: true,
    results: [
      { invocationId: third, value: null, error: tried.results[0]!.error },
      { invocationId: second, value: false, error: null },
      { invocationId: first, value: true, error: null },
    ],
  })
  assert.ok(tried.results[0]!.error)
  assert.deepEqual(await tryCondition(workspace.ctx, 'true &&\n nope', {}), {
    error: { message: 'Unknown variable: nope. There are actor, record, input, action.', line: 2, column: 2 },
    results: [],
    complete: true,
  })
})

test('what cannot be tried is refused', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const { roleId, ann, bob } = await scene(workspace)
  const other = await otherProject(workspace)
  const theirAction = publicId('action', (await createAction(other, { name: 'x', target: { url: 'https://example.com/' } })).id)
  const theirRole = publicId('role', (await workspace.db.prisma.role.findFirstOrThrow({ where: { projectId: other.projectId } })).id)
  await assert.rejects(policyDryRun(ctx, {}), { code: 'BAD_USER_INPUT' })
  for (const last of [0, -1, 1_001, 1.5]) {
    await assert.rejects(policyDryRun(ctx, { roleId, last }), { code: 'BAD_USER_INPUT', field: 'last' })
    await assert.rejects(tryCondition(ctx, 'true', { last }), { code: 'BAD_USER_INPUT', field: 'last' })
  }
  await assert.rejects(policyDryRun(ctx, { roleId, actionId: theirAction }), { code: 'NOT_FOUND', field: 'actionId' })
  await assert.rejects(policyDryRun(ctx, { roleId: theirRole }), { code: 'NOT_FOUND', field: 'roleId' })
  await assert.rejects(tryCondition(ctx, 'true', { actionId: theirAction }), { code: 'NOT_FOUND', field: 'actionId' })
  await assert.rejects(policyDryRun(ctx, { roleId, trigger: { allowed: true, condition: 'x' } }), { code: 'INVALID_CONDITION' })
  await assert.rejects(policyDryRun(ctx, { approval: { condition: 'x' } }), { code: 'INVALID_CONDITION', field: 'approval.condition' })
  await assert.rejects(policyDryRun(ann, { roleId }), { code: 'FORBIDDEN' })
  await assert.rejects(tryCondition(ann, 'true', {}), { code: 'FORBIDDEN' })
  await policyDryRun(bob, { roleId })
})
