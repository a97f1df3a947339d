import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import type { ApprovalPolicyInput } from '../domain/approval-policy.ts'
import { publicId } from '../domain/ids.ts'
import { driveBackfill } from '../store/drive-backfill.ts'
import { driveBulk } from '../store/drive-bulk.ts'
import { approve } from './approve.ts'
import { backfill } from './backfill.ts'
import { bulkRetry } from './bulk-retry.ts'
import { cancel } from './cancel.ts'
import { cancelBackfill } from './cancel-backfill.ts'
import type { CommandContext } from './context.ts'
import { createAction } from './create-action.ts'
import { createActions } from './create-actions.ts'
import { createService } from './create-service.ts'
import { invokeNow } from './invoke-now.ts'
import { pause } from './pause.ts'
import { resume } from './resume.ts'
import { retry } from './retry.ts'
import { runAt } from './run-at.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'
import { setPermission } from './set-permission.ts'
import { updateAction } from './update-action.ts'
import { updateService } from './update-service.ts'

const url = 'https://example.com/run'
const target = { url }

interface Row {
  id: string
  status: string
  approval: string | null
  held: boolean
  trigger: string
  policy_version: number | null
  requested_by: string | null
  expires_in: number | null
}

async function scene(workspace: Workspace) {
  const { ctx, db, projectId } = workspace
  const rita = await addPerson(ctx, 'OPERATOR', 'Rita')
  const anna = await addPerson(ctx, 'MANAGER', 'Anna')
  const ben = await addPerson(ctx, 'MANAGER', 'Ben')
  const rows = async (...ids: string[]) => {
    const { rows } = await db.pool.query<Row>(
      `select i.id, i.status, p.status as approval, i.held, i.trigger, i.policy_version, i.requested_by,
         date_part('epoch', p.expires_at - p.requested_at) as expires_in
       from invocations i left join approvals p on p.invocation_id = i.id
       where i.id = any ($1) or cardinality($1::uuid[]) = 0 order by i.sort_at, i.id`,
      [ids],
    )
    return rows
  }
  const states = async (...ids: string[]) => (await rows(...ids)).map(({ status, approval }) => `${status} ${approval}`)
  const count = async (table: string) => Number((await db.pool.query(`select count(*) from ${table}`)).rows[0].count)
  /** Rita's role demands approval of what she asks for. */
  const demand = async (rule: { allowed: boolean; condition?: string }) => {
    const { id } = await db.prisma.role.findFirstOrThrow({ where: { projectId, level: 'OPERATOR', builtIn: true } })
    const yes = { allowed: true }
    const no = { allowed: false }
    await setPermission(ctx, { roleId: publicId('role', id), trigger: yes, requireApproval: rule, approve: no, selfApprove: no })
    const { policyVersion } = await db.prisma.project.findUniqueOrThrow({ where: { id: projectId } })
    return { ...rita.ctx, access: { ...rita.ctx.access!, policyVersion } }
  }
  const make = async (approval?: ApprovalPolicyInput, more: object = {}) =>
    publicId('action', (await createAction(ctx, { name: 'a', target, body: { amount: 5 }, approval, ...more })).id)
  return { ...workspace, rita, anna, ben, rows, states, count, demand, make }
}

const HELD = 'AWAITING_APPROVAL PENDING'
const FREE = 'PENDING null'
const manager = { preset: 'MANAGER' } as const

test('every way in which someone asks for a run of an action waits for its approval', async () => {
  await using workspace = await openWorkspace()
  const { make, states, rows, rita, ctx } = await scene(workspace)
  const action = await make(manager)
  const now = await invokeNow(rita.ctx, action)
  const keyed = await invokeNow(rita.ctx, action, { idempotencyKey: 'k' })
  const later = await runAt(rita.ctx, action, new Date(Date.now() + 3_600_000))
  await cancel(ctx, publicId('invocation', now.id))
  const again = await retry(rita.ctx, publicId('invocation', now.id))
  assert.deepEqual(await states(keyed.id, later.id, again.id), [HELD, HELD, HELD])
  for (const row of await rows(keyed.id, later.id, again.id)) {
    assert.deepEqual(
      [row.held, row.requested_by, row.policy_version, row.expires_in],
      [true, rita.id, rita.ctx.access!.policyVersion, 86_400],
    )
  }
  assert.deepEqual(await invokeNow(rita.ctx, action, { idempotencyKey: 'k' }), keyed, 'the same one, which waits')
})

test('a one-time action is approved before its instant, also of a batch and under a key', async () => {
  await using workspace = await openWorkspace()
  const { make, rows, states, ctx } = await scene(workspace)
  const schedule = { scheduledAt: new Date(Date.now() + 3_600_000) }
  await make(manager, { schedule })
  await make(manager, { schedule, key: 'k' })
  const results = await createActions(ctx, [
    { name: 'b', target, approval: manager, schedule },
    { name: 'c', target, schedule },
    { name: 'd', target, schedule, approval: { preset: 'TWO_PERSON', condition: 'false' } },
    { name: 'e', target, schedule, approval: { stages: [{ role: 'nobody' }] } },
  ])
  assert.deepEqual(
    results.map((result) => ('error' in result ? result.error.code : 'OK')),
    ['OK', 'OK', 'OK', 'INVALID_POLICY'],
  )
  assert.deepEqual((await states()).sort(), [HELD, HELD, HELD, FREE, FREE])
  assert.ok((await rows()).every(({ trigger }) => trigger === 'SCHEDULE'))
})

test('a role that demands it makes wait what its members send, by the policy for managers', async () => {
  await using workspace = await openWorkspace()
  const { states, rita, demand, anna, make, count } = await scene(workspace)
  const free = await send(rita.ctx, { url })
  const asks = await demand({ allowed: true, condition: 'has(input.amount) && input.amount >= 1000' })
  const small = await send(asks, { url, body: { amount: 999 } })
  const large = await send(asks, { url, body: { amount: 1000 } })
  const broken = await send(asks, { url, body: { amount: 'many' } })
  const [a, b] = await sendMany(asks, [
    { url, body: { amount: 1 } },
    { url, body: { amount: 5_000 } },
  ])
  const keyed = await send(asks, { url, body: { amount: 2_000 }, idempotencyKey: 'x' })
  const ids = [free, small, large, broken, a, b, keyed].map((result) => (result as { id: string }).id)
  assert.deepEqual(await states(...ids), [FREE, FREE, HELD, HELD, FREE, HELD, HELD])
  await approve(anna.ctx, publicId('invocation', large.id))
  assert.deepEqual(await states(large.id), ['PENDING APPROVED'])
  const action = await make()
  const asked = await invokeNow(asks, action, { input: { amount: 1_000 } })
  assert.deepEqual(await states(asked.id), [HELD])
  assert.equal(await count("audit_entries where verb = 'invocation.requested'"), 8)
})

test('nobody waits for people in one call: refused, and nothing is stored', async () => {
  await using workspace = await openWorkspace()
  const { make, rita, demand, count } = await scene(workspace)
  const action = await make(manager)
  const before = [await count('invocations'), await count('audit_entries'), await count('idempotency_keys')]
  const refused = { code: 'INVALID_SYNC', field: 'waitSeconds' }
  await assert.rejects(invokeNow(rita.ctx, action, { waitSeconds: 5 }), refused)
  await assert.rejects(invokeNow(rita.ctx, action, { waitSeconds: 5, idempotencyKey: 'k' }), refused)
  const asks = await demand({ allowed: true })
  const [audit] = [await count('audit_entries')]
  await assert.rejects(send(asks, { url, waitSeconds: 1 }), refused)
  await assert.rejects(send(asks, { url, waitSeconds: 1, idempotencyKey: 's' }), refused)
  assert.deepEqual([await count('invocations'), await count('idempotency_keys')], [before[0], before[2]])
  assert.equal(await count('audit_entries'), audit)
  assert.ok((await invokeNow(rita.ctx, action, { waitSeconds: 0 })).id)
})

test('a policy with a condition holds only what it is about; a condition that fails demands approval', async () => {
  await using workspace = await openWorkspace()
  const { make, rita, states } = await scene(workspace)
  const action = await make({ preset: 'MANAGER', condition: 'input.amount > 100' })
  const ids = []
  for (const input of [undefined, { amount: 100 }, { amount: 100.5 }, { other: 1 }, 'text'])
    ids.push((await invokeNow(rita.ctx, action, { input })).id)
  assert.deepEqual(await states(...ids), [FREE, FREE, HELD, HELD, HELD])
  await assert.rejects(make({ preset: 'MANAGER', condition: 'input.amount >' }), { code: 'INVALID_CONDITION', field: 'approval.condition' })
  await assert.rejects(make({ preset: 'MANAGER', condition: `input.a == "${'x'.repeat(10_000)}"` }), { code: 'INVALID_CONDITION' })
})

test('another body for what waits voids its approval, and may need one where there was none', async () => {
  await using workspace = await openWorkspace()
  const { make, rita, anna, ben, states } = await scene(workspace)
  const action = await make({ preset: 'MANAGER', condition: 'input.amount > 100' })
  const put = (by: CommandContext, amount: number, key: string) =>
    invokeNow(by, action, { input: { amount }, dedupe: { key, mode: 'REPLACE_PENDING', windowSeconds: 600 } })
  const small = await put(rita.ctx, 1, 'a')
  assert.deepEqual(await states(small.id), [FREE])
  assert.deepEqual(await put(anna.ctx, 500, 'a'), small)
  assert.deepEqual(await states(small.id), [HELD])

  const large = await put(rita.ctx, 500, 'b')
  await approve(ben.ctx, publicId('invocation', large.id))
  assert.deepEqual(await put(anna.ctx, 501, 'b'), large)
  assert.deepEqual(await states(large.id), [HELD])
  await assert.rejects(approve(anna.ctx, publicId('invocation', large.id)), { code: 'FORBIDDEN' }, 'it is her body')
  await approve(ben.ctx, publicId('invocation', large.id))
})

test('a policy that comes later holds what waits already; another address voids what was approved', async () => {
  await using workspace = await openWorkspace()
  const { ctx, rita, anna, states } = await scene(workspace)
  const { id: serviceId } = await createService(ctx, { name: 's', baseUrl: 'https://one.example.com' })
  const made = await createAction(ctx, {
    name: 'a',
    target: { serviceId: publicId('service', serviceId), path: '/x' },
    schedule: { scheduledAt: new Date(Date.now() + 3_600_000) },
  })
  const asked = await invokeNow(rita.ctx, publicId('action', made.id))
  assert.deepEqual(await states(), [FREE, FREE])
  await updateAction(ctx, publicId('action', made.id), { approval: manager })
  assert.deepEqual(await states(), [HELD, HELD])
  await approve(anna.ctx, publicId('invocation', asked.id))
  await updateService(ctx, publicId('service', serviceId), { baseUrl: 'https://two.example.com' })
  assert.deepEqual(await states(), [HELD, HELD])
  await approve(anna.ctx, publicId('invocation', asked.id))
  await updateAction(ctx, publicId('action', made.id), { approval: null })
  const after = await invokeNow(rita.ctx, publicId('action', made.id))
  assert.deepEqual(await states(after.id), [FREE])
})

test('a backfill that is cancelled takes the approvals back that its runs wait for', async () => {
  await using workspace = await openWorkspace()
  const { rita, make, states, db } = await scene(workspace)
  const action = await make(manager, { schedule: { cronExpression: '0 * * * *', timezone: 'UTC' }, overlapPolicy: 'ALLOW' })
  const hour = 3_600_000
  const full = Math.floor(Date.now() / hour) * hour
  const { id } = await backfill(rita.ctx, action, { from: new Date(full - 2 * hour), to: new Date(full - hour) })
  assert.equal(await driveBackfill(db, id), 2)
  await cancelBackfill(rita.ctx, publicId('backfill', id))
  assert.deepEqual(await states(), ['CANCELLED CANCELLED', 'CANCELLED CANCELLED'])
})

test('a backfill and a bulk retry make runs that wait, in the name of who asked for them', async () => {
  await using workspace = await openWorkspace()
  const { ctx, rita, make, rows, db, anna } = await scene(workspace)
  const action = await make(manager, { schedule: { cronExpression: '0 * * * *', timezone: 'UTC' }, overlapPolicy: 'ALLOW' })
  const hour = 3_600_000
  const full = Math.floor(Date.now() / hour) * hour
  const { id } = await backfill(rita.ctx, action, { from: new Date(full - 3 * hour), to: new Date(full - hour) })
  assert.equal(await driveBackfill(db, id), 3)
  const made = await rows()
  assert.deepEqual(
    made.map(({ status, approval, trigger, policy_version, requested_by }) => [
      `${status} ${approval}`,
      trigger,
      policy_version,
      requested_by,
    ]),
    made.map(() => [HELD, 'BACKFILL', 0, rita.id]),
  )
  await approve(anna.ctx, publicId('invocation', made[0]!.id))
  await assert.rejects(approve(rita.ctx, publicId('invocation', made[1]!.id)), { code: 'FORBIDDEN' })
  for (const run of made) await cancel(ctx, publicId('invocation', run.id))
  const { id: bulk } = await bulkRetry(rita.ctx, { statuses: ['CANCELLED'] })
  await driveBulk(db, bulk)
  const retried = (await rows()).filter(({ trigger }) => trigger === 'RETRY')
  assert.deepEqual(
    retried.map(({ status, approval, policy_version, requested_by }) => [`${status} ${approval}`, policy_version, requested_by]),
    retried.map(() => [HELD, 0, rita.id]),
  )
  assert.equal(retried.length, 3)
})

test('what is approved while its action is paused: an occurrence is missed, the one run waits, what someone asked for goes on', async () => {
  await using workspace = await openWorkspace()
  const { ctx, rita, anna, make, states, db, rows } = await scene(workspace)
  const inAnHour = new Date(Date.now() + 3_600_000)
  const once = await make(manager, { schedule: { scheduledAt: inAnHour } })
  const [one] = await rows()
  const cron = await make(manager, { schedule: { cronExpression: '0 * * * *', timezone: 'UTC' } })
  const asked = await invokeNow(rita.ctx, cron)
  const occurrence = await invokeNow(rita.ctx, cron)
  await db.pool.query("update invocations set trigger = 'SCHEDULE', scheduled_for = now(), actor_kind = 'SYSTEM' where id = $1", [
    occurrence.id,
  ])
  for (const id of [once, cron]) await pause(ctx, id)
  await db.pool.query("update projects set approval_webhook_url = 'https://hooks.example.com/'")
  for (const { id } of [one!, asked, occurrence]) await approve(anna.ctx, publicId('invocation', id))
  assert.deepEqual(await states(one!.id), ['PENDING APPROVED'])
  assert.deepEqual(await states(asked.id), ['PENDING APPROVED'])
  assert.deepEqual(await states(occurrence.id), ['MISSED APPROVED'])
  const { rows: told } = await db.pool.query<{ id: string }>(
    "select p.invocation_id as id from notices n join approvals p on p.id = n.approval_id where n.kind = 'APPROVED' and n.channel = 'WEBHOOK'",
  )
  assert.deepEqual(told.map(({ id }) => id).sort(), [one!.id, asked.id].sort(), 'nobody hears that a run is approved which is not sent')
  assert.deepEqual([(await rows(one!.id))[0]!.held, (await rows(asked.id))[0]!.held], [true, false])
  await resume(ctx, once)
  assert.deepEqual([(await rows(one!.id))[0]!.held, await states(one!.id)], [false, ['PENDING APPROVED']])
})

test('an occurrence that is approved too long after its time, and after it was asked for, is missed; what someone asked for is not', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, make, db, states } = await scene(workspace)
  const action = await make(manager)
  const move = async (scheduledAgo: number, requestedAgo: number, trigger: string) => {
    const { id } = await invokeNow(rita.ctx, action)
    const ago = (column: string) => `now() - ${column}::float8 * interval '1 second'`
    await db.pool.query(`update invocations set trigger = $3, scheduled_for = ${ago('$2')} where id = $1`, [id, scheduledAgo, trigger])
    await db.pool.query(`update approvals set requested_at = ${ago('$2')} where invocation_id = $1`, [id, requestedAgo])
    return id
  }
  // The policy gives a day to decide.
  const runs = [
    await move(86_401, 86_402, 'SCHEDULE'),
    await move(86_390, 86_402, 'SCHEDULE'),
    // Caught up: people were asked long after its time.
    await move(900_000, 86_390, 'SCHEDULE'),
    await move(900_000, 86_401, 'SCHEDULE'),
    await move(900_000, 86_401, 'API'),
  ]
  const became: string[] = []
  for (const id of runs) {
    await approve(anna.ctx, publicId('invocation', id))
    became.push(...(await states(id)))
  }
  assert.deepEqual(became, ['MISSED APPROVED', 'PENDING APPROVED', 'PENDING APPROVED', 'MISSED APPROVED', 'PENDING APPROVED'])
})
