import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, rightsNow } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { readApprovableRuns } from '../store/approval-run.ts'
import { readRights } from '../store/approver-rights.ts'
import { transaction } from '../store/database.ts'
import { builtInRole } from '../store/find-role.ts'
import { accessNow, accessOnce, mayTriggerNow } from '../store/judge-run.ts'
import { clearPermission } from './clear-permission.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { createRole } from './create-role.ts'
import { invokeNow } from './invoke-now.ts'
import { checkTrigger, type RunSubject } from './permitted.ts'
import { type SetPermissionInput, setPermission } from './set-permission.ts'

const target = { url: 'https://example.com/refunds' }

/** An operator and an action, and the rules that are set for his role. */
async function scene(workspace: Workspace) {
  const { ctx, db, projectId } = workspace
  const role = await builtInRole(db.pool, projectId, 'OPERATOR')
  const { id: actionId } = await createAction(ctx, { name: 'Refund', target, body: { amount: 5 }, tags: ['money'] })
  const { ctx: operator } = await addPerson(ctx, 'OPERATOR')
  const set = (rules: Omit<SetPermissionInput, 'roleId'>) => setPermission(ctx, { roleId: publicId('role', role), ...rules })
  const subject: RunSubject = { actionId, record: null, input: null }
  /** What the operator may do, with the rights of that moment: 'FREE', 'ASK' or the code of the refusal. */
  const tries = async (more: Partial<RunSubject> = {}, caller: CommandContext = operator): Promise<string> => {
    try {
      const { requireApproval } = await checkTrigger(await rightsNow(caller), ctx.db.pool, { ...subject, ...more })
      return requireApproval ? 'ASK' : 'FREE'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  return { ...workspace, role, actionId, operator, set, tries }
}
const amount = (value: unknown) => ({ input: JSON.stringify({ amount: value }) })

/** Counts what is asked of the database. */
function counting(ctx: CommandContext): { sql: CommandContext['db']['pool']; asked: () => number } {
  let count = 0
  const query = (...args: unknown[]) => {
    count++
    return (ctx.db.pool.query as (...args: unknown[]) => unknown)(...args)
  }
  return { sql: { query } as unknown as CommandContext['db']['pool'], asked: () => count }
}

test('the system runs what it wants, viewers nothing, operators everything', async () => {
  await using workspace = await openWorkspace()
  const { ctx, operator, tries } = await scene(workspace)
  assert.deepEqual(await checkTrigger(ctx, ctx.db.pool, { actionId: null, record: null, input: null }), {
    requireApproval: false,
    policyVersion: null,
    requestedBy: null,
  })
  assert.equal(await tries(), 'FREE')
  assert.equal(await tries({ actionId: null }), 'FREE')
  const { ctx: viewer } = await addPerson(ctx, 'VIEWER')
  assert.equal(await tries({}, viewer), 'FORBIDDEN')
  const { policyVersion, requestedBy } = await checkTrigger(operator, ctx.db.pool, { actionId: null, record: null, input: null })
  assert.deepEqual([policyVersion, requestedBy], [operator.access!.policyVersion, operator.actor.id!])
})

test('a condition decides by the body, and refuses what it cannot judge', async () => {
  await using workspace = await openWorkspace()
  const { actionId, set, tries } = await scene(workspace)
  await set({ actionId: publicId('action', actionId), trigger: { allowed: true, condition: 'input.amount < 1000' } })
  const cases: [subject: Partial<RunSubject>, expected: string][] = [
    [{}, 'FREE'],
    [amount(999.99), 'FREE'],
    [amount(1000), 'FORBIDDEN'],
    [amount('1'), 'FORBIDDEN'],
    [amount(null), 'FORBIDDEN'],
    [{ input: '{}' }, 'FORBIDDEN'],
    [{ input: 'amount=1' }, 'FORBIDDEN'],
    [{ input: '{"amount": 1, "amount": 5000}' }, 'FORBIDDEN'],
    [{ actionId: null }, 'FREE'],
  ]
  for (const [subject, expected] of cases) assert.equal(await tries(subject), expected, JSON.stringify(subject))
  await set({
    actionId: publicId('action', actionId),
    trigger: { allowed: true },
    requireApproval: { allowed: true, condition: 'input.amount >= 1000' },
  })
  assert.equal(await tries(), 'FREE')
  assert.equal(await tries(amount(1000)), 'ASK')
  assert.equal(await tries({ input: '{}' }), 'ASK', 'what cannot be judged needs an approval')
})

test('conditions see who asks, the record and the action, also of a request of its own', async () => {
  await using workspace = await openWorkspace()
  const { set, tries, operator, ctx, actionId } = await scene(workspace)
  const when = async (condition: string, more: Partial<RunSubject> = {}) => {
    await set({ trigger: { allowed: true, condition } })
    return await tries(more)
  }
  assert.equal(
    await when('actor.kind == "USER" && actor.name == "Ann" && actor.role == "Operator" && actor.email.startsWith("ann-")'),
    'FREE',
  )
  assert.equal(await when(`actor.id == "${publicId('user', operator.actor.id!)}"`), 'FREE')
  assert.equal(await when(`action.id == "${publicId('action', actionId)}" && "money" in action.tags && action.kind == "ON_DEMAND"`), 'FREE')
  assert.equal(await when('action.name == "Refund" && action.method == "POST" && action.url == "https://example.com/refunds"'), 'FREE')
  assert.equal(await when('record.type == "order" && record.id == "7"', { record: { type: 'order', id: '7' } }), 'FREE')
  assert.equal(await when('record.type == "order"'), 'FORBIDDEN')
  const spec = {
    name: 'POST https://example.org/x',
    recordType: null,
    tags: ['eu'],
    request: {
      method: 'POST',
      target: { serviceId: null, path: null, url: 'https://example.org/x' },
      headers: null,
      body: '{"amount": 7}',
      timeoutSeconds: 30,
    },
  } as unknown as NonNullable<RunSubject['spec']>
  const own = { actionId: null, spec }
  assert.equal(await when('action.url.startsWith("https://example.org/") && input.amount == 7 && "eu" in action.tags', own), 'FREE')
  assert.equal(await when('action.url.startsWith("https://example.com/")', own), 'FORBIDDEN')
  assert.equal(await when('has(action.id)', own), 'FORBIDDEN')
  await set({ trigger: { allowed: true, condition: 'input.amount == 5' } })
  assert.equal(await tries({ actionId: crypto.randomUUID() }), 'NOT_FOUND')
  assert.equal((await accessNow(ctx.db.pool, crypto.randomUUID(), operator.actor)) ?? null, null)
})

test('no query is needed but for what a condition is about and nobody has in hand', async () => {
  await using workspace = await openWorkspace()
  const { operator, actionId, set } = await scene(workspace)
  const asks = async () => {
    const { sql, asked } = counting(operator)
    await checkTrigger(operator, sql, { actionId, record: null, input: null })
    return asked()
  }
  assert.equal(await asks(), 1, 'the rules are read once')
  assert.equal(await asks(), 0)
  await set({
    trigger: { allowed: true, condition: 'input.amount < 10' },
    requireApproval: { allowed: true, condition: 'input.amount > 6' },
  })
  Object.assign(operator, await rightsNow(operator))
  assert.equal(await asks(), 2)
  assert.equal(await asks(), 1)
  const needs: [condition: string, input: string | null, queries: number][] = [
    ['input.amount < 10', '{"amount": 1}', 0],
    ['actor.name == "Ann" && actor.role == "Operator" && record.id != "7"', null, 0],
    ['actor.email != ""', null, 1],
    ['actor.name == "Ann" && actor["email"] != ""', null, 1],
    ['has(actor.email)', null, 1],
    ['[actor].exists(a, a.email != "")', null, 1],
    ['action.method == "POST"', '{"amount": 1}', 1],
  ]
  for (const [condition, input, queries] of needs) {
    await set({ trigger: { allowed: true, condition }, requireApproval: { allowed: false } })
    Object.assign(operator, await rightsNow(operator))
    const { sql, asked } = counting(operator)
    const subject = { actionId, record: { type: 'order', id: '8' }, input }
    await checkTrigger(operator, sql, subject)
    await checkTrigger(operator, sql, subject)
    assert.equal(asked(), 1 + 2 * queries, condition)
  }
})

test('a change of rules counts at once, whoever has older rights in hand, and one that is rolled back never does', async () => {
  await using workspace = await openWorkspace()
  const { operator, actionId, set, tries, ctx, role } = await scene(workspace)
  const old = await rightsNow(operator)
  assert.equal(await tries(), 'FREE')
  await set({ trigger: { allowed: false } })
  assert.equal(await tries(), 'FORBIDDEN')
  const subject = { actionId, record: null, input: null }
  await assert.rejects(checkTrigger(old, ctx.db.pool, subject), { code: 'FORBIDDEN' })
  await clearPermission(ctx, publicId('role', role))
  assert.equal(await tries(), 'FREE')
  await transaction(ctx.db.pool, async (sql) => {
    await sql.query('update projects set policy_version = policy_version + 1')
    await sql.query(
      `insert into permissions (id, project_id, role_id, trigger, require_approval, approve, self_approve, updated_at)
       values (gen_random_uuid(), $1, $2, false, false, false, false, now())`,
      [ctx.projectId, role],
    )
    const access = await accessNow(sql, ctx.projectId, operator.actor)
    await assert.rejects(checkTrigger({ ...operator, access: access! }, sql, subject), { code: 'FORBIDDEN' })
    throw new Error('undone')
  }).catch((error) => assert.equal(error.message, 'undone'))
  await set({ approve: { allowed: true } })
  assert.equal(await tries(), 'FREE')
})

test('a role below OPERATOR may be allowed one action; scopes of tokens hold besides', async () => {
  await using workspace = await openWorkspace()
  const { ctx, actionId, tries } = await scene(workspace)
  const { id } = await createRole(ctx, { name: 'Button', level: 'VIEWER' })
  await setPermission(ctx, { roleId: publicId('role', id), actionId: publicId('action', actionId), trigger: { allowed: true } })
  const { ctx: presser } = await addPerson(ctx, { id })
  assert.equal(await tries({}, presser), 'FREE')
  assert.equal(await tries({ actionId: null }, presser), 'FORBIDDEN')
  const withScopes = (scopes: ('READ' | 'OPERATE')[]) => ({ ...presser, access: { ...presser.access!, scopes } })
  const subject = { actionId, record: null, input: null }
  await assert.rejects(checkTrigger(withScopes(['READ']), ctx.db.pool, subject), { code: 'FORBIDDEN', message: /scope OPERATE/ })
  await checkTrigger(withScopes(['OPERATE']), ctx.db.pool, subject)
})

/** A stored run as it is now. */
const runOf = async ({ db }: CommandContext, id: string) => (await readApprovableRuns(db.pool, [id], { hold: false })).get(id)!

test('rights are read afresh: members, tokens, and tokens that act for members', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db, projectId, role, operator, actionId, set } = await scene(workspace)
  const sql = db.pool
  const tokenId = crypto.randomUUID()
  await sql.query(
    `insert into api_tokens (id, project_id, name, hash, role_id, on_behalf_of, created_at) values ($1, $2, 'agent', sha256('x'), $3, $4, now())`,
    [tokenId, projectId, role, operator.actor.id!],
  )
  const byToken = await rightsNow({ ...ctx, actor: { kind: 'TOKEN', id: tokenId, name: 'agent' } })
  const action = publicId('action', actionId)
  const [user, token] = [await invokeNow(operator, action), await invokeNow(byToken, action)]
  const may = async ({ id }: { id: string }, as: object = {}) => mayTriggerNow(sql, { ...(await runOf(ctx, id)), ...as }, accessOnce(sql))
  const both = async () => [await may(user), await may(token)]
  assert.deepEqual(await both(), [true, true])
  assert.equal((await accessNow(sql, projectId, { kind: 'AGENT', id: tokenId }))?.personId, operator.actor.id!)
  assert.equal(await may(user, { actorKind: 'SYSTEM', actorId: null }), true)
  assert.equal(await may(user, { actorKind: 'USER', actorId: null }), false)

  await set({ trigger: { allowed: true, condition: 'actor.name == "agent" && actor.email.startsWith("ann-") && input.amount == 5' } })
  assert.deepEqual(await both(), [false, true])
  assert.equal(await may(token, { body: '{"amount": 6}' }), false)
  await set({ trigger: { allowed: true } })
  await sql.query('update memberships set disabled_at = now() where user_id = $1', [operator.actor.id!])
  assert.deepEqual(await both(), [false, false])
  await sql.query('update memberships set disabled_at = null where user_id = $1', [operator.actor.id!])
  await sql.query('update api_tokens set revoked_at = now() where id = $1', [tokenId])
  assert.deepEqual(await both(), [true, false])
  await sql.query(`update api_tokens set revoked_at = null, expires_at = now() - interval '1 second' where id = $1`, [tokenId])
  assert.deepEqual(await both(), [true, true], 'what was asked for in time is sent')
})

test('who may approve is said by the rules, for the run and the person', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId, actionId, operator, ctx } = await scene(workspace)
  const sql = db.pool
  const managerRole = await builtInRole(sql, projectId, 'MANAGER')
  const manager = await addPerson(ctx, { id: managerRole }, 'Mia')
  const { id } = await invokeNow(ctx, publicId('action', actionId))
  const may = async (userId: string, value = 1) => {
    const found = await readRights(sql)(userId, { ...(await runOf(ctx, id)), body: JSON.stringify({ amount: value }) })
    return found && [found.approve, found.selfApprove]
  }
  assert.deepEqual(await may(operator.actor.id!), [false, false])
  assert.deepEqual(await may(manager.id), [true, false])
  assert.equal(await may(crypto.randomUUID()), null)
  await setPermission(ctx, {
    roleId: publicId('role', managerRole),
    approve: { allowed: true, condition: 'input.amount < 100' },
    selfApprove: { allowed: true, condition: 'input.amount < 10 && actor.name == "Mia"' },
  })
  assert.deepEqual(await may(manager.id, 1), [true, true])
  assert.deepEqual(await may(manager.id, 50), [true, false])
  assert.deepEqual(await may(manager.id, 100), [false, false])
  await sql.query('update memberships set disabled_at = now() where user_id = $1', [manager.id])
  assert.equal(await may(manager.id), null)
})
