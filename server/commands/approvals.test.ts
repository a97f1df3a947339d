import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { addPerson, type Person } from '../../test/people.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import type { ApprovalPolicyInput } from '../domain/approval-policy.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { endApprovals } from '../store/end-approvals.ts'
import { approve } from './approve.ts'
import { cancel } from './cancel.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { deleteAction } from './delete-action.ts'
import { invokeNow } from './invoke-now.ts'
import { reject } from './reject.ts'
import { retry } from './retry.ts'
import { updateAction } from './update-action.ts'

const target = { url: 'https://example.com/refunds' }

/** An action with an approval policy, who may ask for runs of it, and who may approve them. */
async function scene(workspace: Workspace, approval: ApprovalPolicyInput = { preset: 'MANAGER' }) {
  const { ctx, db } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const [anna, ben, carl] = [
    await addPerson(ctx, 'MANAGER', 'Anna'),
    await addPerson(ctx, 'MANAGER', 'Ben'),
    await addPerson(ctx, 'ADMIN', 'Carl'),
  ]
  const { id: actionId } = await createAction(ctx, { name: 'Refund', target, body: { amount: 5 }, approval })
  const action = publicId('action', actionId)
  /** A run that someone asks for. */
  const ask = async (by: CommandContext = rita.ctx, input?: unknown) => publicId('invocation', (await invokeNow(by, action, { input })).id)
  const row = async (run: string) => {
    const { rows } = await db.pool.query<{
      status: string
      status_reason: string | null
      held: boolean
      guarded: boolean
      approval: string
      digest: string
      stage: number
      excluded: string[]
    }>(
      `select i.status, i.status_reason, i.held, i.guarded, p.status as approval, p.digest, p.stage, p.excluded
       from invocations i left join approvals p on p.invocation_id = i.id where i.id = $1`,
      [uuidOf(run)],
    )
    return rows[0]!
  }
  const votes = async (run: string) => {
    const { rows } = await db.pool.query<{ userId: string; voidReason: string | null }>(
      `select v.user_id as "userId", v.void_reason as "voidReason" from approval_votes v join approvals p on p.id = v.approval_id
       where p.invocation_id = $1 order by v.at, v.id`,
      [uuidOf(run)],
    )
    return rows
  }
  const events = async (run: string) =>
    (await db.pool.query<{ type: string }>('select type from events where invocation_id = $1 order by seq', [uuidOf(run)])).rows.map(
      ({ type }) => type,
    )
  return { ...workspace, actionId, action, rita, anna, ben, carl, ask, row, votes, events }
}

const uuidOf = (run: string): string => internalId('invocation', run)

/** A token of the project, as whom commands run. */
async function tokenOf({ ctx }: Workspace, columns: { onBehalfOf?: string; createdBy?: string; agent?: boolean }): Promise<CommandContext> {
  const id = newId()
  const { onBehalfOf = null, createdBy = null, agent = false } = columns
  await ctx.db.pool.query(
    `insert into api_tokens (id, project_id, name, hash, created_at, role_id, on_behalf_of, created_by, agent)
     select $1, $2, 'robot', $6, now(), r.id, $3, $4, $5 from roles r where r.project_id = $2 and r.built_in and r.level = 'ADMIN'`,
    [id, ctx.projectId, onBehalfOf, createdBy, agent, randomBytes(32)],
  )
  const { rows } = await ctx.db.pool.query<{ roleId: string; policyVersion: number }>(
    `select t.role_id as "roleId", p.policy_version as "policyVersion" from api_tokens t join projects p on p.id = t.project_id where t.id = $1`,
    [id],
  )
  return {
    ...ctx,
    actor: { kind: agent ? 'AGENT' : 'TOKEN', id, name: 'robot' },
    access: { personId: onBehalfOf, roleName: 'Admin', level: 'ADMIN', breakGlass: false, scopes: null, ...rows[0]! },
  }
}

test('a run waits until one manager approves it, and is then let to the gate at once', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, rita, anna, events, votes } = await scene(workspace)
  const run = await ask()
  const before = await row(run)
  assert.deepEqual([before.status, before.held, before.approval, before.excluded], ['AWAITING_APPROVAL', true, 'PENDING', [rita.id]])
  assert.match(before.digest, /^[0-9a-f]{64}$/)
  await approve(anna.ctx, run, { digest: before.digest.toUpperCase(), comment: ' fine ' })
  const after = await row(run)
  assert.deepEqual([after.status, after.held, after.guarded, after.approval], ['PENDING', false, true, 'APPROVED'])
  assert.deepEqual(await votes(run), [{ userId: anna.id, voidReason: null }])
  assert.deepEqual(await events(run), ['invocation.created', 'approval.requested', 'approval.approved', 'invocation.updated'])
  const { rows } = await workspace.db.pool.query('select verb, actor_id from audit_entries where invocation_id = $1 order by at, id', [
    uuidOf(run),
  ])
  assert.deepEqual(rows, [
    { verb: 'invocation.requested', actor_id: rita.id },
    { verb: 'approval.approved', actor_id: anna.id },
  ])
})

test('nobody approves what they asked for: not as themselves, nor by a token of theirs, nor what they edited', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben, action } = await scene(workspace)
  const forbidden = { code: 'FORBIDDEN' }
  await assert.rejects(approve(anna.ctx, await ask(anna.ctx)), forbidden)
  const second = await tokenOf(workspace, { onBehalfOf: anna.id })
  await assert.rejects(approve(anna.ctx, await ask(second)), forbidden)
  const service = await tokenOf(workspace, { createdBy: anna.id, agent: true })
  const asked = await ask(service)
  await assert.rejects(approve(anna.ctx, asked), forbidden)
  await approve(ben.ctx, asked)
  const mail = `insert into users (id, email, name, created_at, updated_at) values ($1, upper($2), 'Anna', now(), now())`
  await assert.rejects(
    workspace.db.pool.query(mail, [newId(), anna.email]),
    { code: '23505' },
    'an address in other letters is the same person',
  )

  await updateAction(anna.ctx, action, { body: { amount: 6 } })
  const edited = await ask()
  await assert.rejects(approve(anna.ctx, edited), forbidden)
  assert.equal((await row(edited)).status, 'AWAITING_APPROVAL')
  await approve(ben.ctx, edited)
  assert.equal((await row(edited)).status, 'PENDING')
})

test('a retry of a retry is still what its first requester asked for', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben, rita } = await scene(workspace)
  const first = await ask(anna.ctx)
  await cancel(anna.ctx, first)
  const second = publicId('invocation', (await retry(ben.ctx, first)).id)
  await cancel(anna.ctx, second)
  const third = publicId('invocation', (await retry(rita.ctx, second)).id)
  assert.equal((await row(third)).status, 'AWAITING_APPROVAL')
  await assert.rejects(approve(anna.ctx, third), { code: 'FORBIDDEN' })
  await assert.rejects(approve(ben.ctx, third), { code: 'FORBIDDEN' })
})

test('tokens and agents ask, they never approve, also on behalf of a manager', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben } = await scene(workspace, { preset: 'TWO_PERSON' })
  const run = await ask()
  for (const columns of [{}, { onBehalfOf: anna.id }, { onBehalfOf: anna.id, agent: true }, { onBehalfOf: ben.id }]) {
    const token = await tokenOf(workspace, columns)
    await assert.rejects(approve(token, run), { code: 'FORBIDDEN' })
    await assert.rejects(reject(token, run), { code: 'FORBIDDEN' })
  }
  await assert.rejects(approve(workspace.ctx, run), { code: 'FORBIDDEN' })
  assert.equal((await row(run)).approval, 'PENDING')
})

test('two persons are two persons: the same one twice is refused, an operator is no approver', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, carl, rita } = await scene(workspace, { preset: 'TWO_PERSON' })
  const run = await ask()
  const omar = await addPerson(workspace.ctx, 'OPERATOR', 'Omar')
  await assert.rejects(approve(omar.ctx, run), { code: 'FORBIDDEN' })
  await assert.rejects(approve(rita.ctx, run), { code: 'FORBIDDEN' })
  await approve(anna.ctx, run)
  assert.equal((await row(run)).status, 'AWAITING_APPROVAL')
  await assert.rejects(approve(anna.ctx, run), { code: 'INVALID_TRANSITION' })
  await assert.rejects(reject(anna.ctx, run), { code: 'INVALID_TRANSITION' })
  await approve(carl.ctx, run)
  assert.equal((await row(run)).status, 'PENDING')
  await assert.rejects(approve(carl.ctx, run), { code: 'INVALID_TRANSITION' })
})

test('one reject ends it, and nothing more can be decided', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben, carl, events } = await scene(workspace, { preset: 'TWO_PERSON' })
  const run = await ask()
  await approve(anna.ctx, run)
  await reject(ben.ctx, run, { comment: 'too much' })
  const { status, status_reason, approval } = await row(run)
  assert.deepEqual([status, status_reason, approval], ['CANCELLED', 'REJECTED', 'REJECTED'])
  assert.deepEqual((await events(run)).slice(-2).sort(), ['approval.rejected', 'invocation.cancelled'])
  await assert.rejects(approve(carl.ctx, run), { code: 'INVALID_TRANSITION' })
})

test('stages are decided in turn, each by its role; a person counts in one of them', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben, carl } = await scene(workspace, { stages: [{ role: 'manager', required: 2 }, { role: 'ADMIN' }] })
  const dora = await addPerson(workspace.ctx, 'ADMIN', 'Dora')
  const run = await ask()
  await approve(carl.ctx, run)
  await approve(anna.ctx, run)
  assert.deepEqual([(await row(run)).stage, (await row(run)).status], [1, 'AWAITING_APPROVAL'])
  await assert.rejects(approve(ben.ctx, run), { code: 'FORBIDDEN' })
  await assert.rejects(approve(carl.ctx, run), { code: 'INVALID_TRANSITION' })
  await approve(dora.ctx, run)
  assert.equal((await row(run)).status, 'PENDING')
})

test('what was decided, cancelled, expired or sent cannot be approved; another project does not know it', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, anna, ben, rita, db } = await scene(workspace)
  const cancelled = await ask()
  await cancel(rita.ctx, cancelled)
  assert.equal((await row(cancelled)).approval, 'CANCELLED')
  await assert.rejects(approve(anna.ctx, cancelled), { code: 'INVALID_TRANSITION' })

  const expired = await ask()
  await db.pool.query("update approvals set expires_at = now() - interval '1 ms' where invocation_id = $1", [uuidOf(expired)])
  await assert.rejects(approve(anna.ctx, expired), { code: 'INVALID_TRANSITION' })
  assert.deepEqual(await endApprovals(db.pool, [uuidOf(expired)], 'EXPIRED'), [uuidOf(expired)])
  const row1 = await row(expired)
  assert.deepEqual([row1.status, row1.status_reason, row1.approval], ['CANCELLED', 'APPROVAL_EXPIRED', 'EXPIRED'])
  await assert.rejects(approve(ben.ctx, expired), { code: 'INVALID_TRANSITION' })

  const sent = await ask()
  assert.deepEqual(await endApprovals(db.pool, [uuidOf(sent)], 'EXPIRED'), [], 'its time is not over')
  await approve(anna.ctx, sent)
  await db.pool.query("update invocations set status = 'SUCCEEDED', attempt_count = 1, finished_at = now() where id = $1", [uuidOf(sent)])
  await assert.rejects(approve(ben.ctx, sent), { code: 'INVALID_TRANSITION' })

  const open = await ask()
  const elsewhere = await otherProject(workspace)
  await assert.rejects(approve({ ...anna.ctx, projectId: elsewhere.projectId }, open), { code: 'NOT_FOUND' })
  await assert.rejects(approve(anna.ctx, publicId('invocation', newId())), { code: 'NOT_FOUND' })
})

test('an edit voids the votes and takes back what was approved; an old digest is refused; the difference is kept', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, votes, anna, ben, carl, action, events } = await scene(workspace, { preset: 'TWO_PERSON' })
  const [half, whole] = [await ask(), await ask()]
  await approve(anna.ctx, half)
  for (const person of [anna, ben]) await approve(person.ctx, whole)
  const before = await row(half)
  await updateAction(workspace.ctx, action, { name: 'Refund money', retryable: true })
  assert.equal((await row(whole)).status, 'PENDING', 'the request is the same')
  await updateAction(workspace.ctx, action, { body: { amount: 5_000 } })
  for (const run of [half, whole]) {
    const { status, held, guarded, approval, stage, digest } = await row(run)
    assert.deepEqual([status, held, guarded, approval, stage], ['AWAITING_APPROVAL', true, false, 'PENDING', 0])
    assert.notEqual(digest, before.digest)
    assert.ok((await votes(run)).every(({ voidReason }) => voidReason === 'EDITED'))
    assert.equal((await events(run)).at(-1), 'approval.voided')
    await assert.rejects(approve(anna.ctx, run, { digest: before.digest }), { code: 'APPROVAL_VOID', field: 'digest' })
  }
  const { digest } = await row(half)
  await approve(anna.ctx, half, { digest })
  await approve(carl.ctx, half, { digest })
  assert.equal((await row(half)).status, 'PENDING')
  assert.equal((await votes(half)).length, 3)
})

test('an edit while someone decides: the vote counts among the void, or is refused', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, votes, anna, ben, action, db } = await scene(workspace, { preset: 'TWO_PERSON' })
  for (let round = 0; round < 10; round++) {
    const run = await ask()
    const { digest } = await row(run)
    const [, , voted] = await Promise.allSettled([
      approve(ben.ctx, run, { digest }),
      updateAction(workspace.ctx, action, { body: { round } }),
      approve(anna.ctx, run, { digest }),
    ])
    const after = await row(run)
    assert.equal(after.status, 'AWAITING_APPROVAL')
    assert.notEqual(after.digest, digest)
    assert.ok(
      (await votes(run)).every(({ voidReason }) => voidReason === 'EDITED'),
      `round ${round}: ${voted.status}`,
    )
  }
  const { rows } = await db.pool.query("select from invocations where status = 'PENDING'")
  assert.equal(rows.length, 0)
})

test('deleting the action ends what waits, with its approvals', async () => {
  await using workspace = await openWorkspace()
  const { ask, row, action, ctx } = await scene(workspace)
  const run = await ask()
  await deleteAction(ctx, action)
  const { status, status_reason, approval } = await row(run)
  assert.deepEqual([status, status_reason, approval], ['CANCELLED', 'USER', 'CANCELLED'])
})

test('a policy that nobody could satisfy is refused, and says how many people are missing', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const create = (by: CommandContext, approval: ApprovalPolicyInput) => createAction(by, { name: 'a', target, approval })
  await assert.rejects(create(anna.ctx, { preset: 'MANAGER' }), { code: 'INVALID_POLICY', field: 'approval', message: /1 is missing/ })
  await create(ctx, { preset: 'MANAGER' })
  await assert.rejects(create(ctx, { preset: 'TWO_PERSON' }), { code: 'INVALID_POLICY', message: /1 is missing/ })
  await assert.rejects(create(ctx, { stages: [{ role: 'MANAGER' }, { role: 'ADMIN', required: 2 }] }), { message: /2 are missing/ })
  const ben: Person = await addPerson(ctx, 'MANAGER', 'Ben')
  await create(anna.ctx, { preset: 'MANAGER' })
  await create(ctx, { preset: 'TWO_PERSON' })
  await assert.rejects(
    create(ben.ctx, { stages: [{ role: 'MANAGER' }, { role: 'OPERATOR' }] }),
    { code: 'INVALID_POLICY' },
    'one person is not two stages',
  )
})
