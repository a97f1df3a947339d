import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalRig } from '../../test/approval-rig.ts'
import { limitedService } from '../../test/limited-service.ts'
import { disable, giveRole } from '../../test/people.ts'
import { assertRefused } from '../../test/refused.ts'
import { approve } from '../commands/approve.ts'

test('a run is sent when it was approved, at its instant and not before', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const now = await given.waiting({ path: '/now' })
  const soon = await given.waiting({ path: '/soon', inMs: 1_500 })
  await approve(given.anna.ctx, soon.publicId)
  await approve(given.anna.ctx, now.publicId)
  await rig.makeDue(now.id)
  const [first, second] = await rig.ended([now.id, soon.id])
  assert.deepEqual([first!.status, second!.status], ['SUCCEEDED', 'SUCCEEDED'])
  const row = await rig.row(soon.id)
  const late = row.started_at!.getTime() - row.run_at.getTime()
  assert.ok(late >= 0 && late < 250, `it started ${late} ms after its instant`)
  const arrival = rig.target.arrivals.find(({ url }) => url === '/soon')!
  assert.ok(arrival.at >= row.run_at.getTime(), 'it was sent early')
})

test('a role that is taken after the vote voids it: the run waits for another approval', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const { id, publicId: invocation } = await given.waiting()
  await approve(given.anna.ctx, invocation)
  assert.equal((await given.approval(id)).status, 'APPROVED')
  await giveRole(rig.ctx, given.anna, 'OPERATOR')
  await rig.schedule()
  await rig.makeDue(id)
  const row = await rig.until(id, ({ status }) => status === 'AWAITING_APPROVAL')
  assert.deepEqual([row.attempt_count, rig.target.arrivals.length], [0, 0])
  assert.equal((await given.approval(id)).status, 'PENDING')
  const { rows: votes } = await rig.db.pool.query('select user_id, void_reason from approval_votes')
  assert.deepEqual(votes, [{ user_id: given.anna.id, void_reason: 'ROLE' }])
  assert.deepEqual((await rig.events(id)).at(-1), 'approval.voided')

  await approve(given.ben.ctx, invocation)
  const [ended] = await rig.ended([id])
  assert.deepEqual([ended!.status, rig.target.arrivals.length], ['SUCCEEDED', 1])
})

test('who may not run it any more at its instant does not: it ends CANCELLED(REJECTED), and the audit says so', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const approved = await given.waiting()
  await approve(given.anna.ctx, approved.publicId)
  const { id: free } = await given.asked()
  await disable(rig.ctx, given.requester)
  await assertRefused(rig, [approved.id, free])
})

test('a change of rules that takes nothing away delays nothing: the run is judged anew and sent', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const { id } = await given.asked()
  await giveRole(rig.ctx, given.anna, 'ADMIN')
  await rig.makeDue(id)
  const [row] = await rig.ended([id])
  assert.equal(row!.status, 'SUCCEEDED')
  assert.ok(row!.started_at!.getTime() - row!.run_at.getTime() < 1_000)
})

test('a request that was changed behind the back of all is not sent, but approved anew', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const { id, actionId, publicId: invocation } = await given.waiting()
  await approve(given.anna.ctx, invocation)
  const before = await given.approval(id)
  await rig.db.pool.query('update actions set url = $2 where id = $1', [actionId, `${rig.target.url}/elsewhere`])
  await rig.makeDue(id)
  await rig.until(id, ({ status }) => status === 'AWAITING_APPROVAL')
  assert.equal(rig.target.arrivals.length, 0)
  const { rows: votes } = await rig.db.pool.query('select void_reason from approval_votes')
  assert.deepEqual(votes, [{ void_reason: 'EDITED' }])
  const after = await given.approval(id)
  assert.equal(after.status, 'PENDING')
  assert.notEqual(after.digest, before.digest)

  await approve(given.ben.ctx, invocation, { digest: after.digest })
  await rig.ended([id])
  assert.deepEqual(
    rig.target.arrivals.map(({ url }) => url),
    ['/elsewhere'],
  )
})

test('in a lane it is judged when its turn comes', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  await rig.schedule()
  rig.target.answer = ({ url }) => (url === '/first' ? { hang: true } : undefined)
  const first = await given.asked({ path: '/first', serviceId: service.id })
  await rig.makeDue(first.id)
  await rig.target.arrived(1)
  const waits = [await given.asked({ path: '/a', serviceId: service.id }), await given.asked({ path: '/b', serviceId: service.id })]
  for (const { id } of waits) await rig.makeDue(id)
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query('select id from invocations where lane is not null')
    return rows.length === 2 ? rows : `${rows.length} wait in the lane`
  })
  await disable(rig.ctx, given.requester)
  rig.target.release()
  const rows = await rig.ended([first.id, ...waits.map(({ id }) => id)])
  assert.deepEqual(rows.map(({ status }) => status).sort(), ['CANCELLED', 'CANCELLED', 'SUCCEEDED'])
  assert.equal(rig.target.arrivals.length, 1)
})

test('several schedulers let dozens of guarded runs start, each once', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const runs = await Promise.all(Array.from({ length: 60 }, (_, n) => given.asked({ path: `/${n}` })))
  await rig.db.pool.query('update projects set policy_version = policy_version + 1')
  await rig.schedule()
  await rig.schedule()
  const ids = runs.map(({ id }) => id)
  await rig.db.pool.query('update invocations set run_at = now() where id = any ($1)', [ids])
  rig.db.signal.emit('due')
  const rows = await rig.ended(ids)
  assert.ok(rows.every(({ status, attempt_count }) => status === 'SUCCEEDED' && attempt_count === 1))
  assert.equal(new Set(rig.target.arrivals.map(({ url }) => url)).size, 60)
  assert.equal(rig.target.arrivals.length, 60)
})
