import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf } from '../../test/outcome.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { FIRST_PLACE, readChained } from '../store/audit-read.ts'
import { verifyAudit } from '../store/audit-verify.ts'
import { type Running, takeDue } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'
import { settleNoted } from '../store/settle-noted.ts'

const outcome = (run: Running, owner: string, changes: Partial<Outcome> = {}): Outcome =>
  outcomeOf(run, owner, { responseHeaders: { 'x-answer': 'of-the-target' }, responseBody: 'body-of-the-target', run, ...changes })

async function marked(rig: SchedulerRig, count: number, owner: string): Promise<Running[]> {
  for (let n = 0; n < count; n++) {
    const record = { type: 'order', id: `#${n} "é"` }
    await send(rig.ctx, {
      url: `${rig.target.url}/`,
      headers: { 'x-of': 'the-request' },
      body: 'body-of-the-request',
      retryable: true,
      record,
    })
  }
  return (await takeDue(rig.db.engine, { owner, limit: 100, saturated: [] })).rows
}

async function deliveries({ db }: SchedulerRig) {
  const entries = (await readChained(db.pool, FIRST_PLACE, 1_000)).filter(({ verb }) => verb === 'invocation.sent')
  return entries.sort((a, b) => (a.id < b.id ? -1 : 1))
}

test('each delivery is noted with its outcome, and nothing of its request or answer', async () => {
  await using rig = await schedulerRig()
  const owner = newId()
  const [one, two, three] = (await marked(rig, 3, owner)) as [Running, Running, Running]
  await settleNoted(rig.db, [
    outcome(one, owner),
    outcome(two, owner, {
      status: 'RETRYING',
      retryAt: Date.now() + 60_000,
      responseCode: 500,
      errorCode: 'HTTP_500',
      errorSource: 'TARGET',
    }),
    outcome(three, owner, {
      status: 'FAILED',
      responseCode: null,
      errorCode: 'TIMEOUT',
      errorSource: 'TARGET',
      errorMessage: 'secret of the target',
    }),
  ])
  const entries = await deliveries(rig)
  assert.deepEqual(
    entries.map(({ invocationId, data, result, code }) => [invocationId, data, result, code]),
    [
      [one.id, '{"attempt":1,"responseCode":200,"status":"SUCCEEDED"}', 'DONE', null],
      [two.id, '{"attempt":1,"responseCode":500,"status":"RETRYING"}', 'FAILED', 'HTTP_500'],
      [three.id, '{"attempt":1,"status":"FAILED"}', 'FAILED', 'TIMEOUT'],
    ],
  )
  const [first] = entries
  const { actorKind, objectId, recordType, recordId, projectId, actionId } = first!
  assert.deepEqual(
    { actorKind, objectId, recordType, recordId, projectId, actionId },
    {
      actorKind: rig.ctx.actor.kind,
      objectId: publicId('invocation', one.id),
      recordType: one.asked.recordType,
      recordId: one.asked.recordId,
      projectId: rig.ctx.projectId,
      actionId: one.actionId,
    },
  )
  assert.match(one.asked.recordId!, /^#\d "é"$/)
  assert.doesNotMatch(JSON.stringify(entries), /of-the-target|of-the-request|secret of/)
  assert.equal((await verifyAudit(rig.db)).ok, true)
})

test('what is fenced off leaves no entry; the others of its batch have theirs, as do those of which another server knew', async () => {
  await using rig = await schedulerRig()
  const owner = newId()
  const [one, two, three, four] = (await marked(rig, 4, owner)) as [Running, Running, Running, Running]
  const settled = await settleNoted(rig.db, [outcome(one, owner), outcome(two, newId()), outcome(three, owner)])
  assert.deepEqual([...settled].sort(), [one.id, three.id].sort())
  assert.deepEqual([...(await settleNoted(rig.db, [outcome(one, owner)]))], [], 'a second time')
  const { run: _, ...abandoned } = outcome(four, owner, { status: 'FAILED', errorCode: 'INTERRUPTED', errorSource: 'UNKNOWN' })
  assert.deepEqual([...(await settleNoted(rig.db, [abandoned]))], [four.id])
  assert.deepEqual(
    (await deliveries(rig)).map(({ invocationId, code }) => [invocationId, code]),
    [
      [one.id, null],
      [three.id, null],
      [four.id, 'INTERRUPTED'],
    ],
  )
  assert.equal((await rig.row(two.id)).status, 'RUNNING')
  assert.equal((await verifyAudit(rig.db)).ok, true)
})

test('a scheduler notes each attempt that it makes', async () => {
  await using rig = await schedulerRig()
  const { id } = await send(rig.ctx, { url: `${rig.target.url}/` })
  await rig.schedule()
  await rig.ended([id])
  const entries = await deliveries(rig)
  assert.deepEqual(
    entries.map(({ invocationId, result }) => [invocationId, result]),
    [[id, 'DONE']],
  )
  assert.equal((await verifyAudit(rig.db)).ok, true)
})
