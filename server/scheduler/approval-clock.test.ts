import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApprovalRig, approvalRig } from '../../test/approval-rig.ts'
import { addPerson } from '../../test/people.ts'
import { shiftedRig } from '../../test/shifted-clock.ts'
import { approve } from '../commands/approve.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'

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

test('an occurrence that is approved too long after its time, and after it was asked for, is missed, and nobody is told that it was approved', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const hook = `${rig.target.url}/hook`
  await rig.db.pool.query('update projects set approval_webhook_url = $1', [hook])
  const [late, inTime, caughtUp] = [
    await given.waiting({ scheduled: true }),
    await given.waiting({ scheduled: true, path: '/in-time' }),
    await given.waiting({ scheduled: true, path: '/caught-up' }),
  ]
  const shift = async (id: string, seconds: { scheduled: number; requested: number }) => {
    const ago = (column: string) => `date_trunc('milliseconds', now()) - ${column}::float8 * interval '1 second'`
    await rig.db.pool.query(`update invocations set scheduled_for = ${ago('$2')}, run_at = ${ago('$2')} where id = $1`, [
      id,
      seconds.scheduled,
    ])
    await rig.db.pool.query(`update approvals set requested_at = ${ago('$2')} where invocation_id = $1`, [id, seconds.requested])
  }
  // They were given a day to decide, which is the grace of all. What is late was asked for again meanwhile, so that it has not expired.
  await shift(late.id, { scheduled: DAY_S + 5, requested: DAY_S + 6 })
  await shift(inTime.id, { scheduled: DAY_S - 20, requested: DAY_S - 20 })
  await shift(caughtUp.id, { scheduled: DAY_S + 250, requested: 10 })
  await rig.schedule()
  for (const { publicId } of [late, inTime, caughtUp]) await approve(given.anna.ctx, publicId)
  const ids = [late.id, inTime.id, caughtUp.id]
  const rows = new Map((await rig.ended(ids)).map((row) => [row.id, row]))
  assert.deepEqual(
    ids.map((id) => [rows.get(id)!.status, rows.get(id)!.status_reason]),
    [
      ['MISSED', 'APPROVAL_LATE'],
      ['SUCCEEDED', null],
      ['SUCCEEDED', null],
    ],
  )
  assert.deepEqual(
    rig.target.arrivals
      .map(({ url }) => url)
      .filter((url) => url !== '/hook')
      .sort(),
    ['/caught-up', '/in-time'],
  )
  const { rows: told } = await rig.db.pool.query<{ id: string }>(
    "select a.invocation_id as id from notices n join approvals a on a.id = n.approval_id where n.kind = 'APPROVED' and n.recipient = $1",
    [hook],
  )
  assert.deepEqual(told.map(({ id }) => id).sort(), [inTime.id, caughtUp.id].sort())
})

test('an approval whose run was ended otherwise is closed, and that is noted', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const { id, approvalId, actionId } = await given.waiting()
  // As a defect or someone at the database would leave it.
  await rig.db.pool.query(
    `update invocations set status = 'CANCELLED', outcome = 'CANCELLED', status_reason = 'USER', finished_at = now(), held = false where id = $1`,
    [id],
  )
  await rig.db.pool.query(`update approvals set remind_at = clock_timestamp()`)
  await rig.schedule()
  await rig.eventually(async () => ((await given.approval(id)).status === 'CANCELLED' ? {} : 'it is open'))
  const { rows } = await rig.db.pool.query(
    `select actor_kind, object_id, action_id, invocation_id, result, after from audit_entries where verb = 'approval.cancelled'`,
  )
  assert.deepEqual(rows, [
    {
      actor_kind: 'SYSTEM',
      object_id: publicId('approval', approvalId),
      action_id: actionId,
      invocation_id: id,
      result: 'DONE',
      after: { status: 'CANCELLED' },
    },
  ])
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
