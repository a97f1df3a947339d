import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve } from '../server/commands/approve.ts'
import { createAction } from '../server/commands/create-action.ts'
import { invokeNow } from '../server/commands/invoke-now.ts'
import { reject } from '../server/commands/reject.ts'
import type { ApprovalPolicyInput } from '../server/domain/approval-policy.ts'
import { publicId } from '../server/domain/ids.ts'
import { endApprovals } from '../server/store/end-approvals.ts'
import { addPerson, type Person } from './people.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'

/** An action with a policy, managers who may decide, and runs that someone else asks for. */
async function scene(rig: SchedulerRig, approval: ApprovalPolicyInput, managers: number) {
  const people: Person[] = []
  for (let n = 0; n < managers; n++) people.push(await addPerson(rig.ctx, 'MANAGER', `Manager${n}`))
  const rita = await addPerson(rig.ctx, 'OPERATOR', 'Rita')
  const { id } = await createAction(rig.ctx, { name: 'a', target: { url: `${rig.target.url}/run` }, approval })
  const ask = async () => {
    const { id: run } = await invokeNow(rita.ctx, publicId('action', id))
    return { id: run, publicId: publicId('invocation', run) }
  }
  return { people, ask }
}

test('a hundred deciders at once, two are needed: each person counts once, and it is sent once', async () => {
  await using rig = await schedulerRig()
  const { people, ask } = await scene(rig, { preset: 'TWO_PERSON' }, 10)
  await rig.schedule()
  const run = await ask()
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => approve(people[n % people.length]!.ctx, run.publicId)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2)
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  assert.deepEqual(new Set(codes), new Set(['INVALID_TRANSITION']))
  const [row] = await rig.ended([run.id])
  assert.deepEqual([row!.status, row!.attempt_count, rig.target.arrivals.length], ['SUCCEEDED', 1, 1])
  const { rows } = await rig.db.pool.query('select distinct user_id from approval_votes')
  assert.equal(rows.length, 2)
  assert.deepEqual((await rig.events(run.id)).filter((type) => type === 'approval.approved').length, 1)
})

test('one person a hundred times is one person', async () => {
  await using rig = await schedulerRig()
  const { people, ask } = await scene(rig, { preset: 'TWO_PERSON' }, 2)
  const run = await ask()
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => approve(people[0]!.ctx, run.publicId)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await rig.row(run.id)).status, 'AWAITING_APPROVAL')
})

test('approval, rejection and expiry at one moment: one end, and what is sent was approved', async () => {
  await using rig = await schedulerRig()
  const { people, ask } = await scene(rig, { preset: 'MANAGER' }, 2)
  await rig.schedule()
  const runs = await Promise.all(Array.from({ length: 30 }, ask))
  const ids = runs.map(({ id }) => id)
  // All of them end about now: some before the votes, some behind them.
  await rig.db.pool.query(
    `update approvals set expires_at = clock_timestamp() + random() * interval '300 ms' where invocation_id = any ($1)`,
    [ids],
  )
  await Promise.allSettled(
    runs.flatMap(({ id, publicId }, n) => [
      approve(people[n % 2]!.ctx, publicId),
      reject(people[(n + 1) % 2]!.ctx, publicId),
      endApprovals(rig.db.pool, [id], 'EXPIRED'),
    ]),
  )
  const rows = await rig.ended(ids)
  const { rows: approvals } = await rig.db.pool.query<{ id: string; status: string; decisions: string[] | null }>(
    `select p.invocation_id as id, p.status,
       (select array_agg(v.decision order by v.decision) from approval_votes v where v.approval_id = p.id) as decisions
     from approvals p`,
  )
  const expected = { APPROVED: 'SUCCEEDED null', REJECTED: 'CANCELLED REJECTED', EXPIRED: 'CANCELLED APPROVAL_EXPIRED' }
  for (const { id, status, decisions } of approvals) {
    const row = rows.find((one) => one.id === id)!
    assert.equal(`${row.status} ${row.status_reason}`, expected[status as keyof typeof expected], id)
    assert.deepEqual(decisions, { APPROVED: '{APPROVE}', REJECTED: '{REJECT}', EXPIRED: null }[status])
  }
  const approved = approvals.filter(({ status }) => status === 'APPROVED').length
  assert.equal(rig.target.arrivals.length, approved)
})
