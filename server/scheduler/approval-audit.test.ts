import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { approve } from '../commands/approve.ts'
import { backfill } from '../commands/backfill.ts'
import type { CommandContext } from '../commands/context.ts'
import { createAction } from '../commands/create-action.ts'
import { createGrant } from '../commands/create-grant.ts'
import { createService } from '../commands/create-service.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { retry } from '../commands/retry.ts'
import { updateAction } from '../commands/update-action.ts'
import { updateService } from '../commands/update-service.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import type { ApprovalPolicyInput } from '../domain/approval-policy.ts'
import { publicId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { verifyAudit } from '../store/audit-verify.ts'
import { driveBackfill } from '../store/drive-backfill.ts'
import { createMaterializer } from './materializer.ts'

const HOUR_MS = 3_600_000
const record = { type: 'order', id: '7' }

async function scene(workspace: Workspace, { approval = { preset: 'MANAGER' }, ...input }: Partial<CreateActionInput> = {}) {
  const { ctx, db } = workspace
  const at = (by: CommandContext, ip: string) => ({ ...by, ip })
  const rita = at((await addPerson(ctx, 'OPERATOR', 'Rita')).ctx, '192.0.2.1')
  const anna = at((await addPerson(ctx, 'MANAGER', 'Anna')).ctx, '192.0.2.2')
  const ben = at((await addPerson(ctx, 'MANAGER', 'Ben')).ctx, '192.0.2.3')
  const made = await createAction(ctx, {
    name: 'a',
    target: { url: 'https://example.com/run' },
    body: { amount: 5 },
    approval: approval as ApprovalPolicyInput,
    ...input,
  })
  const actionId = publicId('action', made.id)
  const ask = async (by: CommandContext = rita) => {
    const { id } = await invokeNow(by, actionId, { record })
    return { id, publicId: publicId('invocation', id), ...(await approvalOf(workspace, id)) }
  }
  const grant = async (by: CommandContext, given: { maxRuns?: number; memberId?: string } = { maxRuns: 5 }) =>
    publicId('grant', (await createGrant(by, { actionId, ...given })).id)
  /** Those of the verb, without what every one of the test has. */
  const entries = async (verb: string) =>
    (
      await db.pool.query(
        `select actor_id, actor_kind, ip, object_id, action_id, invocation_id, record_type, record_id, data, before, after
         from audit_entries where verb = $1 order by id`,
        [verb],
      )
    ).rows
  return { ...workspace, rita, anna, ben, actionId, uuid: made.id, ask, grant, entries }
}

async function approvalOf({ db }: Workspace, invocationId: string) {
  const { rows } = await db.pool.query<{ approvalId: string; digest: string; status: string }>(
    'select id as "approvalId", digest, status from approvals where invocation_id = $1',
    [invocationId],
  )
  return rows[0]!
}

const by = ({ actor, ip }: CommandContext) => ({ actor_kind: actor.kind, actor_id: actor.id, ip: ip ?? null })
const acted = { record_type: 'order', record_id: '7' }

test('each approval that an edit makes void is noted in the name of who edited, with what was approved and what is asked for now', async () => {
  await using workspace = await openWorkspace()
  const { ask, anna, ben, actionId, uuid, entries, db } = await scene(workspace)
  const [waits, approved, sent] = [await ask(), await ask(), await ask()]
  for (const run of [approved, sent]) await approve(anna, run.publicId)
  await db.pool.query(
    `update invocations set status = 'SUCCEEDED', finished_at = now(), attempt_count = 1, started_at = now(), dispatched_at = now() where id = $1`,
    [sent.id],
  )
  await updateAction(ben, actionId, { name: 'b' })
  assert.deepEqual(await entries('approval.voided'), [], 'what is sent is the same')
  await updateAction(ben, actionId, { body: { amount: 6 } })
  const now = (await approvalOf(workspace, waits.id)).digest
  assert.deepEqual(
    await entries('approval.voided'),
    [waits, approved].map((run) => ({
      ...by(ben),
      ...acted,
      object_id: publicId('approval', run.approvalId),
      action_id: uuid,
      invocation_id: run.id,
      data: { why: 'What would be sent was edited.' },
      before: { digest: run.digest, ...(run === approved && { status: 'APPROVED' }) },
      after: { digest: now, ...(run === approved && { status: 'PENDING' }) },
    })),
  )
  assert.equal((await verifyAudit(db)).ok, true)
})

test('so it is after an edit by key, of the service, and of the body of a run that waits', async () => {
  await using workspace = await openWorkspace()
  const { id: serviceId } = await createService(workspace.ctx, { name: 's', baseUrl: 'https://one.example.com' })
  const target = { serviceId: publicId('service', serviceId), path: '/run' }
  const { ask, rita, ben, actionId, entries, ctx } = await scene(workspace, { key: 'k', target })
  const run = await ask()
  const authors = async () => (await entries('approval.voided')).map(({ object_id, ...entry }) => [object_id, by_(entry)])
  const by_ = ({ actor_kind, actor_id, ip }: { [name: string]: unknown }) => ({ actor_kind, actor_id, ip })
  const of = publicId('approval', run.approvalId)
  const approval: ApprovalPolicyInput = { preset: 'MANAGER' }
  await createAction({ ...ctx, ip: '192.0.2.9' }, { key: 'k', name: 'a', target, body: { amount: 6 }, approval })
  await updateService(ben, publicId('service', serviceId), { baseUrl: 'https://two.example.com' })
  const expected = [
    [of, by({ ...ctx, ip: '192.0.2.9' })],
    [of, by(ben)],
  ]
  assert.deepEqual(await authors(), expected)
  const dedupe = { key: 'one', mode: 'REPLACE_PENDING', windowSeconds: 60 } as const
  const first = await invokeNow(rita, actionId, { input: { n: 1 }, dedupe })
  const again = await invokeNow(ben, actionId, { input: { n: 2 }, dedupe })
  assert.equal(again.id, first.id)
  const replaced = publicId('approval', (await approvalOf(workspace, first.id)).approvalId)
  assert.deepEqual(await authors(), [...expected, [replaced, by(ben)]])
})

test('who decides about what is another request by now makes it void, and that is noted', async () => {
  await using workspace = await openWorkspace()
  const { ask, anna, entries, db, uuid } = await scene(workspace)
  const run = await ask()
  // Past every way that is watched.
  await db.pool.query(`update actions set body = '{"amount":7}' where id = $1`, [uuid])
  await assert.rejects(approve(anna, run.publicId), { code: 'APPROVAL_VOID' })
  const [entry, ...more] = await entries('approval.voided')
  assert.equal(more.length, 0)
  assert.deepEqual({ ...entry, ...by(anna), object_id: publicId('approval', run.approvalId) }, entry)
  assert.deepEqual(await entries('approval.approved'), [])
})

test('each standing grant that an edit ends is noted, and none that was over', async () => {
  await using workspace = await openWorkspace()
  const { id: serviceId } = await createService(workspace.ctx, { name: 's', baseUrl: 'https://one.example.com' })
  const target = { serviceId: publicId('service', serviceId), path: '/run' }
  const { anna, ben, rita, actionId, uuid, grant, ask, entries, db } = await scene(workspace, { target })
  const usedUp = await grant(anna, { maxRuns: 1 })
  await ask(rita)
  const one = await grant(anna)
  await updateAction(ben, actionId, { name: 'b' })
  assert.deepEqual(await entries('grant.ended'), [])
  await updateAction(ben, actionId, { body: { amount: 6 } })
  const ended = (who: CommandContext, object_id: string) => ({
    ...by(who),
    object_id,
    action_id: uuid,
    invocation_id: null,
    record_type: null,
    record_id: null,
    data: { why: 'What would be sent was edited.' },
    before: null,
    after: null,
  })
  assert.deepEqual(await entries('grant.ended'), [ended(ben, one)])
  const two = await grant(anna)
  await updateService(ben, publicId('service', serviceId), { baseUrl: 'https://two.example.com' })
  assert.deepEqual(await entries('grant.ended'), [ended(ben, one), ended(ben, two)])
  const { rows } = await db.pool.query('select from approval_grants where revoked_at is null')
  assert.equal(rows.length, 0, `also ${usedUp} is over`)
})

test('what standing grants approve is noted with each of them, in the name of who asked', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, ben, uuid, grant, ask, entries, db } = await scene(workspace, { approval: { preset: 'TWO_PERSON' } })
  const grants = [await grant(anna), await grant(ben)]
  const run = await ask()
  assert.equal(run.status, 'APPROVED')
  const granted = (who: CommandContext, { id, approvalId, digest }: Pick<typeof run, 'id' | 'approvalId' | 'digest'>) => ({
    ...by(who),
    ...acted,
    object_id: publicId('approval', approvalId),
    action_id: uuid,
    invocation_id: id,
    data: { digest, grants },
    before: null,
    after: null,
  })
  const [first] = await entries('approval.granted')
  assert.deepEqual(first.data.grants.toSorted(), grants.toSorted())
  assert.deepEqual({ ...first, data: { ...first.data, grants } }, granted(rita, run))
  await db.pool.query(
    `update invocations set status = 'FAILED', outcome = 'FAILED', finished_at = now(), attempt_count = 1, started_at = now(), dispatched_at = now(),
       error_source = 'TARGET', error_code = 'HTTP_500', guarded = false where id = $1`,
    [run.id],
  )
  const again = await retry(rita, run.publicId)
  const second = (await entries('approval.granted'))[1]
  assert.deepEqual(
    { ...second, data: { ...second.data, grants } },
    granted(rita, { id: again.id, ...(await approvalOf(workspace, again.id)) }),
  )
  const { rows } = await db.pool.query('select verb from audit_entries where invocation_id = $1 order by id', [again.id])
  assert.deepEqual(
    rows.map(({ verb }) => verb),
    ['invocation.requested', 'approval.granted'],
  )
  assert.equal((await verifyAudit(db)).ok, true)
})

test('so it is of runs that the system makes: of a schedule in its own name, of a backfill in that of who asked for it', async () => {
  await using workspace = await openWorkspace()
  const { rita, anna, actionId, grant, entries, db } = await scene(workspace, {
    schedule: { cronExpression: '0 * * * *', timezone: 'UTC' },
    overlapPolicy: 'ALLOW',
    catchUpWindowSeconds: 7_200,
  })
  const id = await grant(anna)
  const full = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  const times = { from: new Date(full - HOUR_MS - 1), to: new Date(full - HOUR_MS + 1) }
  assert.equal(await driveBackfill(db, (await backfill(rita, actionId, times)).id), 1)
  await db.pool.query("update actions set next_run_at = date_trunc('hour', now())")
  await createMaterializer({ pool: db.engine, db, log: createLog('silent'), onMade() {} }).round()
  const granted = await entries('approval.granted')
  assert.deepEqual(
    granted.map(({ actor_kind, actor_id, ip, data }) => [{ actor_kind, actor_id, ip }, data.grants]),
    [
      [by(rita), [id]],
      [{ actor_kind: 'SYSTEM', actor_id: null, ip: null }, [id]],
    ],
  )
  assert.equal((await verifyAudit(db)).ok, true)
})
