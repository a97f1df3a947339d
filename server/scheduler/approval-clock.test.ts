import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApprovalRig, approvalRig } from '../../test/approval-rig.ts'
import { addPerson } from '../../test/people.ts'
import { shiftedRig } from '../../test/shifted-clock.ts'
import { approve } from '../commands/approve.ts'
import { DocketError } from '../domain/errors.ts'

const ADMIN = { role: 'ADMIN', level: 'ADMIN', roleId: null } as const

const DAY_S = 86_400

test('what nobody decides in time ends at that instant, is never sent, and cannot be approved any more', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const { id, publicId: invocation } = await given.waiting()
  await rig.db.pool.query(`update approvals set expires_at = clock_timestamp() + interval '1200 milliseconds'`)
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.status_reason, row!.attempt_count], ['CANCELLED', 'APPROVAL_EXPIRED', 0])
  const { status, expires_at, decided_at } = await given.approval(id)
  assert.equal(status, 'EXPIRED')
  const late = decided_at!.getTime() - expires_at.getTime()
  assert.ok(late >= 0 && late < 500, `it ended ${late} ms after its time`)
  await assert.rejects(approve(given.anna.ctx, invocation), (error) => error instanceof DocketError && error.code === 'INVALID_TRANSITION')
  assert.deepEqual(
    (await rig.events(id)).filter((type) => type.startsWith('approval')),
    ['approval.requested', 'approval.expired'],
  )
  const { rows: audit } = await rig.db.pool.query("select actor_kind, invocation_id from audit_entries where verb = 'approval.expired'")
  assert.deepEqual(audit, [{ actor_kind: 'SYSTEM', invocation_id: id }])
  assert.equal(rig.target.arrivals.length, 0)
})

test('a clock that jumps over the end denies as well', async () => {
  const shifted = await shiftedRig()
  const given = await approvalRig(shifted)
  await using rig = shifted
  await rig.schedule()
  const [waits, approved] = [await given.waiting(), await given.waiting()]
  await approve(given.anna.ctx, approved.publicId)
  await shifted.clock.jump(2 * 86_400_000)
  const [row] = await rig.ended([waits.id])
  assert.deepEqual([row!.status, row!.status_reason], ['CANCELLED', 'APPROVAL_EXPIRED'])
  // What was decided in time is not taken back by it.
  assert.equal((await rig.ended([approved.id]))[0]!.status, 'SUCCEEDED')
  assert.equal(rig.target.arrivals.length, 1)
})

test('people are reminded once, and a second role is asked and may decide from then on', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const admin = await addPerson(rig.ctx, 'ADMIN', 'Ada')
  const senior = { role: 'ADMIN', level: null, roleId: admin.ctx.access!.roleId } as const
  const { rows: operators } = await rig.db.pool.query<{ id: string }>("select id from roles where level = 'VIEWER' and built_in")
  await rig.schedule()
  const { id, publicId: invocation } = await given.waiting({
    policy: {
      stages: [{ role: 'Deciders', level: null, roleId: operators[0]!.id, required: 1 }],
      remindAfterSeconds: 60,
      escalateAfterSeconds: 120,
      escalateTo: senior,
    },
  })
  await assert.rejects(approve(admin.ctx, invocation), (error) => error instanceof DocketError && error.code === 'FORBIDDEN')
  await rig.db.pool.query('update approvals set remind_at = clock_timestamp()')
  await untilEvent(given, id, 'approval.reminded')
  await rig.db.pool.query('update approvals set escalate_at = clock_timestamp()')
  await untilEvent(given, id, 'approval.escalated')
  const { rows: told } = await rig.db.pool.query('select kind, recipient from notices order by created_at')
  assert.deepEqual(told, [{ kind: 'ESCALATED', recipient: admin.email }])
  const { remind_at, escalated_at } = await given.approval(id)
  assert.ok(remind_at === null && escalated_at !== null)
  await approve(admin.ctx, invocation)
  await rig.makeDue(id)
  assert.equal((await rig.ended([id]))[0]!.status, 'SUCCEEDED')
  const types = await rig.events(id)
  assert.deepEqual(
    ['approval.reminded', 'approval.escalated'].map((type) => types.filter((one) => one === type).length),
    [1, 1],
  )
})

test('who has approved already is not reminded', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const { id, publicId: invocation } = await given.waiting({
    policy: { stages: [{ role: 'MANAGER', level: 'MANAGER', roleId: null, required: 2 }] },
  })
  await approve(given.anna.ctx, invocation)
  await rig.db.pool.query('update approvals set remind_at = clock_timestamp()')
  await rig.schedule()
  await untilEvent(given, id, 'approval.reminded')
  const { rows } = await rig.db.pool.query("select recipient from notices where kind = 'REMINDER'")
  assert.deepEqual(rows, [{ recipient: given.ben.email }])
})

test('an occurrence that is approved when its time has passed is missed', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.schedule()
  const runs = [await given.waiting({ scheduled: true }), await given.waiting({ scheduled: true, path: '/in-time' })]
  const [late, inTime] = runs as [(typeof runs)[0], (typeof runs)[0]]
  const shift = (id: string, seconds: number) =>
    rig.db.pool.query(
      `update invocations set scheduled_for = now() - $2::float8 * interval '1 second', run_at = now() - $2::float8 * interval '1 second' where id = $1`,
      [id, seconds],
    )
  // They were given a day to decide, which is the grace of both.
  await shift(late.id, DAY_S + 5)
  await shift(inTime.id, DAY_S - 20)
  for (const { publicId } of runs) await approve(given.anna.ctx, publicId)
  const [first, second] = [(await rig.ended([late.id]))[0]!, (await rig.ended([inTime.id]))[0]!]
  assert.deepEqual([first.status, first.status_reason], ['MISSED', 'APPROVAL_LATE'])
  assert.equal(second.status, 'SUCCEEDED')
  assert.deepEqual(
    rig.target.arrivals.map(({ url }) => url),
    ['/in-time'],
  )
})

test('several servers end hundreds at one instant, each once, and less than a second late', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const runs = await Promise.all(
    Array.from({ length: 250 }, () => given.waiting({ policy: { escalateTo: ADMIN, escalateAfterSeconds: 60 } })),
  )
  for (let n = 0; n < 2; n++) await rig.schedule()
  await rig.db.pool.query(`update approvals set expires_at = date_trunc('milliseconds', clock_timestamp()) + interval '1500 milliseconds'`)
  const ids = runs.map(({ id }) => id)
  const rows = await rig.ended(ids)
  assert.ok(rows.every(({ status_reason }) => status_reason === 'APPROVAL_EXPIRED'))
  const { rows: times } = await rig.db.pool.query<{ late: number; events: number }>(
    `select max(date_part('epoch', decided_at - expires_at)) as late,
       (select count(*)::int from events where type = 'approval.expired') as events from approvals`,
  )
  assert.equal(times[0]!.events, 250)
  assert.ok(times[0]!.late < 1, `the last one ended ${times[0]!.late} s late`)
})

const untilEvent = ({ rig }: ApprovalRig, id: string, type: string) =>
  rig.eventually(async () => {
    const types = await rig.events(id)
    return types.includes(type) ? types : types.join(', ')
  })
