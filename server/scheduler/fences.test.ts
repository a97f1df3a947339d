import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf } from '../../test/outcome.ts'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { send } from '../commands/send.ts'
import { newId } from '../new-id.ts'
import { claim } from '../store/claim.ts'
import { type Running, takeDue } from '../store/mark-running.ts'
import { settle } from '../store/settle.ts'

test('an outcome is written by who holds the attempt, once, and by nobody else', async () => {
  await using rig = await schedulerRig()
  const { engine } = rig.db
  const { id } = await send(rig.ctx, { url: `${rig.target.url}/`, retryable: true })
  const owner = newId()
  const [run] = (await takeDue(engine, { owner, limit: 10, saturated: [] })).rows
  assert.equal(run!.id, id)
  for (const stale of [
    outcomeOf(run!, newId()),
    outcomeOf(run!, owner, { attempt: 2 }),
    outcomeOf(run!, owner, { invocationId: newId() }),
  ]) {
    assert.deepEqual([...(await settle(engine, [stale]))], [])
  }
  assert.equal((await rig.row(id)).status, 'RUNNING')
  assert.equal((await rig.attempts(id)).length, 0)
  assert.deepEqual([...(await settle(engine, [outcomeOf(run!, owner)]))], [id])
  assert.deepEqual([...(await settle(engine, [outcomeOf(run!, owner, { status: 'FAILED' })]))], [])
  assert.equal((await rig.row(id)).status, 'SUCCEEDED')
  assert.equal((await rig.attempts(id)).length, 1)
  assert.deepEqual(await rig.events(id), ['invocation.created', 'invocation.running', 'invocation.succeeded'])
})

test('one fenced outcome does not keep the others of its batch from being written', async () => {
  await using rig = await schedulerRig()
  const { engine } = rig.db
  for (let n = 0; n < 3; n++) await send(rig.ctx, { url: `${rig.target.url}/`, retryable: true, retry: { maxAttempts: 5 } })
  const owner = newId()
  const { rows, now } = await takeDue(engine, { owner, limit: 10, saturated: [] })
  assert.equal(rows.length, 3)
  const [one, two, three] = rows as [Running, Running, Running]
  const error = { errorSource: 'TARGET', errorCode: 'HTTP_500', errorMessage: 'no' } as const
  const settled = await settle(engine, [
    outcomeOf(one, newId()),
    outcomeOf(two, owner, { status: 'RETRYING', retryAt: now + 50_000, responseCode: 500, ...error }),
    outcomeOf(three, owner, { status: 'FAILED', responseCode: null, responseHeaders: null, responseBody: null, ...error }),
  ])
  assert.deepEqual([...settled].sort(), [two.id, three.id].sort())
  const waiting = await rig.row(two.id)
  assert.deepEqual([waiting.status, waiting.lease_owner, waiting.finished_at], ['RETRYING', null, null])
  assert.equal(waiting.run_at.getTime(), Math.round(now + 50_000))
  const failed = await rig.row(three.id)
  assert.deepEqual([failed.status, failed.error_code, failed.response_code], ['FAILED', 'HTTP_500', null])
  assert.ok(failed.finished_at)
})

test('what one server holds, another does not get', async () => {
  await using rig = await schedulerRig()
  const { engine } = rig.db
  const now = await send(rig.ctx, { url: `${rig.target.url}/` })
  const soon = await send(rig.ctx, { url: `${rig.target.url}/`, scheduledAt: new Date(Date.now() + 3_000) })
  const options = { aheadMs: 5_000, leaseMs: 15_000, limit: 10, saturated: [] }
  const mine = await claim(engine, { owner: newId(), ...options })
  assert.deepEqual(
    mine.map(({ id }) => id),
    [soon.id],
  )
  assert.deepEqual(await claim(engine, { owner: newId(), ...options }), [])
  const taken = await takeDue(engine, { owner: newId(), limit: 10, saturated: [`${rig.target.url}/`] })
  assert.deepEqual(taken.rows, [])
  const [row] = (await takeDue(engine, { owner: newId(), limit: 10, saturated: [`${rig.target.url}0/`] })).rows
  assert.equal(row!.id, now.id)
  assert.deepEqual((await takeDue(engine, { owner: newId(), limit: 10, saturated: [] })).rows, [])
})
