import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { createAction } from '../commands/create-action.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { publicId } from '../domain/ids.ts'
import { decideOverlap, type OverlapDecision } from '../domain/overlap.ts'
import type { OverlapPolicy } from '../domain/run-policies.ts'
import { newId } from '../new-id.ts'
import { takeDue } from '../store/mark-running.ts'
import { settleOverlap } from '../store/overlap.ts'
import { beat, UP_SINCE } from '../store/scheduler-beat.ts'

/** A recurring action whose own schedule stays out of the way, with a target that hangs on the first request. */
async function scene(overlapPolicy: OverlapPolicy, rest: { retryable?: boolean } = {}) {
  const rig = await schedulerRig()
  const { id } = await createAction(rig.ctx, {
    name: 'x',
    target: { url: `${rig.target.url}/` },
    schedule: { cronExpression: '0 0 1 1 *', timezone: 'UTC' },
    overlapPolicy,
    ...rest,
  })
  await rig.db.pool.query('update actions set overlap_policy = $2 where id = $1', [id, overlapPolicy])
  rig.target.answer = () => ({ hang: rig.target.arrivals.length === 1 })
  return { rig, id, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() }
}

/** An occurrence that is due `inMs` from now, as the materialiser makes it. `lateMs`: made that long after its instant. */
async function occurrence(rig: SchedulerRig, actionId: string, inMs: number, lateMs = 0): Promise<string> {
  const id = newId()
  await rig.db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at, exclusive)
     select $1, a.project_id, a.id, 'PENDING', 'SCHEDULE', at, at, at, a.max_attempts, 'SYSTEM', at + $4 * interval '1 millisecond', a.overlap_policy <> 'ALLOW'
     from actions a, (select clock_timestamp() + $3 * interval '1 millisecond' as at) t where a.id = $2`,
    [id, actionId, inMs, lateMs || -2_000],
  )
  rig.db.signal.emit('due')
  return id
}

/** Puts a run into a state in which it is not over; one that is RUNNING is held by `$3`. */
const BESIDE = `
update invocations i
set status = g.status, held = g.status = 'AWAITING_APPROVAL', max_attempts = 2, attempt_count = case when sent then 1 else 0 end,
  lease_owner = case when running then $3::uuid end, lease_until = case when running then now() + interval '1 hour' end,
  dispatched_at = case when sent then now() end, started_at = case when sent then now() end,
  run_at = case when g.status = 'RETRYING' then now() + interval '1 hour' else run_at end
from (select s as status, s = 'RUNNING' as running, s in ('RUNNING', 'RETRYING') as sent from (select $2::invocation_status as s) t) g
where i.id = $1`

test('the statements decide as the table of domain/overlap.ts says', async () => {
  await using rig = await schedulerRig()
  const { pool, engine } = rig.db
  const owner = newId()
  const states = {
    RUNNING: ['RUNNING'],
    RETRYING: ['RETRYING'],
    AWAITING_APPROVAL: ['AWAITING_APPROVAL'],
    WAITS_TOO: ['RUNNING', 'PENDING'],
  } as const
  for (const policy of ['SKIP', 'QUEUE_ONE', 'ALLOW', 'CANCEL_OTHER'] as const) {
    for (const others of [[], ...Object.values(states)]) {
      for (const madeLate of [false, true]) {
        const { id } = await createAction(rig.ctx, {
          name: 'x',
          target: { url: `${rig.target.url}/` },
          schedule: { cronExpression: '0 0 1 1 *', timezone: 'UTC' },
          overlapPolicy: policy,
        })
        const front: string[] = []
        for (const [n, status] of others.entries()) {
          const other = await occurrence(rig, id, -2_000 + n)
          await pool.query(BESIDE, [other, status, owner])
          front.push(other)
        }
        const due = await occurrence(rig, id, -1_000, madeLate ? 5_000 : 0)
        const { abort } = await settleOverlap(engine, owner)
        const taken = (await takeDue(engine, { owner: newId(), limit: 10, saturated: [] })).rows.map((row) => row.id)
        const row = await rig.row(due)
        const ended = await Promise.all(front.map(async (other) => abort.includes(other) || (await rig.row(other)).status === 'CANCELLED'))
        const decision: OverlapDecision =
          row.status === 'MISSED' ? 'SKIP' : ended.length > 0 && ended.every(Boolean) ? 'SUPERSEDE' : taken.includes(due) ? 'RUN' : 'WAIT'
        const wanted = decideOverlap(policy, others, madeLate)
        assert.equal(decision, wanted, `${policy} beside ${others.join(' and ') || 'nothing'}${madeLate ? ', made late' : ''}`)
        await pool.query('delete from invocations where action_id = $1', [id])
      }
    }
  }
})

test('SKIP: what is due while another run is not over is missed, and the next one after it runs', async () => {
  await using at = await scene('SKIP')
  const { rig, id } = at
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.target.arrived(1)
  const second = await occurrence(rig, id, 300)
  const missed = await rig.until(second, (row) => row.status !== 'PENDING')
  assert.deepEqual([missed.status, missed.status_reason, missed.lease_owner], ['MISSED', 'OVERLAP', null])
  assert.deepEqual((await rig.events(second)).slice(-1), ['invocation.missed'])
  rig.target.release()
  await rig.ended([first])
  const third = await occurrence(rig, id, 300)
  await rig.ended([third])
  assert.deepEqual([(await rig.row(first)).status, (await rig.row(third)).status], ['SUCCEEDED', 'SUCCEEDED'])
  assert.equal(rig.target.arrivals.length, 2)
})

test('SKIP: a run by hand counts as running but is not held back itself', async () => {
  await using at = await scene('SKIP')
  const { rig, id } = at
  await rig.schedule()
  const byHand = await invokeNow(rig.ctx, publicId('action', id))
  await rig.target.arrived(1)
  const due = await occurrence(rig, id, 0)
  assert.equal((await rig.until(due, (row) => row.status !== 'PENDING')).status, 'MISSED')
  const again = await invokeNow(rig.ctx, publicId('action', id))
  await rig.ended([again.id])
  rig.target.release()
  await rig.ended([byHand.id])
})

test('SKIP: a run that awaits approval counts as running', async () => {
  await using at = await scene('SKIP')
  const { rig, id } = at
  const asked = await invokeNow(rig.ctx, publicId('action', id))
  await rig.db.pool.query("update invocations set status = 'AWAITING_APPROVAL', held = true where id = $1", [asked.id])
  await rig.schedule()
  const due = await occurrence(rig, id, 0)
  assert.equal((await rig.until(due, (row) => row.status !== 'PENDING')).status_reason, 'OVERLAP')
  assert.equal((await rig.row(asked.id)).status, 'AWAITING_APPROVAL')
  assert.equal(rig.target.arrivals.length, 0)
})

test('SKIP: between two attempts a run is not over', async () => {
  await using at = await scene('SKIP', { retryable: true })
  const { rig, id } = at
  rig.target.answer = () => ({ status: 500 })
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.until(first, (row) => row.status === 'RETRYING')
  const due = await occurrence(rig, id, 0)
  assert.equal((await rig.until(due, (row) => row.status !== 'PENDING')).status_reason, 'OVERLAP')
})

test('SKIP: occurrences that were made late run one after another, as the catch-up policy said', async () => {
  await using at = await scene('SKIP')
  const { rig, id } = at
  rig.target.answer = undefined
  const ids = [
    await occurrence(rig, id, -3_000, 10_000),
    await occurrence(rig, id, -2_000, 10_000),
    await occurrence(rig, id, -1_000, 10_000),
  ]
  await rig.schedule()
  await rig.schedule()
  const rows = await rig.ended(ids)
  assert.deepEqual(new Set(rows.map(({ status }) => status)), new Set(['SUCCEEDED']))
  const attempts = (await Promise.all(ids.map((each) => rig.attempts(each)))).map(([attempt]) => attempt!)
  attempts.sort((a, b) => a.started_at.getTime() - b.started_at.getTime())
  for (const [index, attempt] of attempts.entries())
    if (index > 0) assert.ok(attempt.started_at >= attempts[index - 1]!.finished_at, 'two runs at one time')
})

test('QUEUE_ONE: one waits and starts when the run before it has ended, the next is missed', async () => {
  await using at = await scene('QUEUE_ONE')
  const { rig, id } = at
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.target.arrived(1)
  const second = await occurrence(rig, id, 100)
  const third = await occurrence(rig, id, 200)
  assert.equal((await rig.until(third, (row) => row.status !== 'PENDING')).status_reason, 'OVERLAP')
  assert.equal((await rig.row(second)).status, 'PENDING')
  rig.target.release()
  const [, ran] = await rig.ended([first, second])
  assert.equal(ran!.status, 'SUCCEEDED')
  assert.equal(rig.target.arrivals.length, 2)
})

test('QUEUE_ONE: a run is not held back between its attempts by the one that waits for it', async () => {
  await using at = await scene('QUEUE_ONE', { retryable: true })
  const { rig, id } = at
  rig.target.answer = () => ({ status: rig.target.arrivals.length === 1 ? 500 : 200 })
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.until(first, (row) => row.status === 'RETRYING')
  const second = await occurrence(rig, id, 0)
  await rig.makeDue(first)
  const rows = await rig.ended([first, second])
  assert.deepEqual(new Set(rows.map(({ status }) => status)), new Set(['SUCCEEDED']))
})

test('an occurrence that had its row in time and finds no server within its window is missed', async () => {
  await using at = await scene('ALLOW')
  const { rig, id } = at
  rig.target.answer = undefined
  const [late, fine, chosen] = [
    await occurrence(rig, id, -301_000),
    await occurrence(rig, id, -200_000),
    await occurrence(rig, id, -400_000, 399_000),
  ]
  await rig.schedule()
  await rig.ended([late, fine, chosen])
  const row = await rig.row(late)
  assert.deepEqual([row.status, row.status_reason], ['MISSED', 'SCHEDULER_DOWN'])
  assert.deepEqual((await rig.events(late)).at(-1), 'invocation.missed')
  assert.deepEqual([(await rig.row(fine)).status, (await rig.row(chosen)).status], ['SUCCEEDED', 'SUCCEEDED'])
})

test('an occurrence that is late for want of room, while a scheduler was at work, runs', async () => {
  await using at = await scene('ALLOW')
  const { rig, id } = at
  rig.target.answer = undefined
  await rig.schedule()
  await rig.eventually(async () => {
    const { rowCount } = await rig.db.pool.query("update scheduler_beats set up_since = now() - interval '1 hour'")
    return rowCount ? {} : 'no beat yet'
  })
  const late = await occurrence(rig, id, -1_000_000)
  assert.equal((await rig.ended([late]))[0]!.status, 'SUCCEEDED')
})

test('schedulers are at work without a gap as long as one of them beats', async () => {
  await using rig = await schedulerRig()
  const { pool } = rig.db
  const upFor = async () => (await pool.query<{ s: number }>(`select date_part('epoch', now() - ${UP_SINCE}) as s`)).rows[0]!.s
  const shift = (by: string) =>
    pool.query(`update scheduler_beats set beat_at = beat_at + interval '${by}', up_since = up_since + interval '${by}'`)
  assert.equal(await upFor(), 0)
  await beat(pool)
  await shift('-4 seconds')
  await beat(pool)
  const [first] = [await upFor()]
  assert.ok(first >= 4 && first < 60, `${first}`)
  await shift('-1 hour')
  assert.equal(await upFor(), 0)
  await beat(pool)
  assert.ok((await upFor()) < 60)
  // The clock was an hour ahead.
  await shift('1 hour')
  await beat(pool)
  const later = await upFor()
  assert.ok(later >= 0 && later < 60, `${later}`)
})

test('ALLOW: runs overlap', async () => {
  await using at = await scene('ALLOW')
  const { rig, id } = at
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.target.arrived(1)
  await rig.ended([await occurrence(rig, id, 0)])
  assert.equal((await rig.row(first)).status, 'RUNNING')
})

test('CANCEL_OTHER: the request under way is given up, what waits is cancelled, the newest runs', async () => {
  await using at = await scene('CANCEL_OTHER')
  const { rig, id } = at
  rig.target.answer = () => ({ hang: true })
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.target.arrived(1)
  rig.target.answer = undefined
  const newest = await occurrence(rig, id, 0)
  const [ended] = await rig.ended([first])
  assert.deepEqual([ended!.status, ended!.error_source, ended!.error_code], ['FAILED', 'DISPATCH', 'SUPERSEDED'])
  const [ran] = await rig.ended([newest])
  assert.equal(ran!.status, 'SUCCEEDED')
  assert.equal((await rig.attempts(first)).length, 1)
})

test('CANCEL_OTHER: a run that waits for its next attempt is cancelled', async () => {
  await using at = await scene('CANCEL_OTHER', { retryable: true })
  const { rig, id } = at
  rig.target.answer = () => ({ status: 500 })
  await rig.schedule()
  const first = await occurrence(rig, id, 0)
  await rig.until(first, (row) => row.status === 'RETRYING')
  rig.target.answer = undefined
  const newest = await occurrence(rig, id, 0)
  await rig.ended([newest])
  const row = await rig.row(first)
  assert.deepEqual([row.status, row.status_reason], ['CANCELLED', 'SUPERSEDED'])
})

test('of two servers that take the same moment, one run starts and the other waits', async () => {
  await using at = await scene('QUEUE_ONE')
  const { rig, id } = at
  let under = 0
  let most = 0
  rig.target.answer = () => {
    most = Math.max(most, ++under)
    return { delayMs: 30 }
  }
  const ids: string[] = []
  for (let n = 0; n < 12; n++) ids.push(await occurrence(rig, id, -5_000 + n, 10_000))
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  await rig.ended(ids)
  const spans = (await Promise.all(ids.map((each) => rig.attempts(each)))).flat()
  spans.sort((a, b) => a.started_at.getTime() - b.started_at.getTime())
  assert.equal(spans.length, 12)
  for (const [index, span] of spans.entries()) if (index > 0) assert.ok(span.started_at >= spans[index - 1]!.finished_at)
})

test('a project that rests sends nothing, and schedules alone can rest', async () => {
  await using at = await scene('ALLOW')
  const { rig, id } = at
  rig.target.answer = undefined
  const mode = (to: string) => rig.db.pool.query('update projects set execution_mode = $1', [to])
  await mode('SCHEDULES_PAUSED')
  await rig.schedule()
  const due = await occurrence(rig, id, 0)
  const byHand = await invokeNow(rig.ctx, publicId('action', id))
  await rig.ended([byHand.id])
  assert.equal((await rig.row(due)).status, 'PENDING')
  await mode('ALL_PAUSED')
  const later = await invokeNow(rig.ctx, publicId('action', id))
  await mode('SCHEDULES_PAUSED')
  await rig.ended([later.id])
  assert.equal((await rig.row(due)).status, 'PENDING')
  await mode('ACTIVE')
  await rig.ended([due])
  assert.equal(rig.target.arrivals.length, 3)
})
