import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptsOf, callbackOf, cameBack, isCallback, isOver, lapse, run, until } from '../../test/callback-rig.ts'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { send } from '../commands/send.ts'
import { sendMany } from '../commands/send-many.ts'
import { publicId } from '../domain/ids.ts'

test('several servers share the callbacks and send none twice', async () => {
  await using rig = await schedulerRig()
  const inputs = Array.from({ length: 150 }, (_, n) => ({ url: `${rig.target.url}/run`, callbackUrl: `${rig.target.url}/callback/${n}` }))
  await sendMany(rig.ctx, inputs)
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  await cameBack(rig, 150)
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query(`select count(*)::int as open from callbacks where status = 'PENDING'`)
    return rows[0].open === 0 ? rows : `${rows[0].open} are open`
  })
  const arrivals = rig.target.arrivals.filter(isCallback)
  assert.deepEqual([arrivals.length, new Set(arrivals.map(({ url }) => url)).size], [150, 150])
})

test('a server that lost its lease: another one sends it again, and what the first brings late is fenced off', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  rig.target.answer = (arrival) => (isCallback(arrival) ? { hang: true } : undefined)
  const { id } = await run(rig)
  await cameBack(rig)
  await lapse(rig)
  // Its own server knows better and does not take it over, which other callbacks show that go out meanwhile.
  await run(rig)
  await cameBack(rig, 2)
  assert.equal((await callbackOf(rig, id))!.attempt_count, 1)
  await rig.schedule()
  await cameBack(rig, 3)
  rig.target.answer = undefined
  rig.target.release()
  const row = await until(rig, id, isOver)
  assert.deepEqual([row.status, row.attempt_count], ['DELIVERED', 2])
  assert.deepEqual(
    (await attemptsOf(rig, id)).map(({ number, response_code, error_code }) => [number, response_code, error_code]),
    [
      [1, null, 'INTERRUPTED'],
      [2, 200, null],
    ],
  )
  const ids = rig.target.arrivals.filter(({ headers }) => headers['webhook-id'] === publicId('callback', id))
  assert.equal(ids.length, 2)
})

test('an outcome that the database refuses counts as interrupted once its lease has run out, and the same server goes on', async () => {
  await using rig = await schedulerRig()
  await rig.db.pool.query('alter table callback_attempts add check (response_code <> 200)')
  await rig.schedule()
  const answers = [{ status: 200 }, { status: 204 }]
  rig.target.answer = (arrival) => (isCallback(arrival) ? answers.shift() : undefined)
  const { id } = await run(rig)
  const row = await rig.eventually(async () => {
    await lapse(rig)
    const row = await callbackOf(rig, id)
    return row && isOver(row) ? row : `the callback is ${JSON.stringify(row)}`
  })
  assert.deepEqual([row.status, row.attempt_count, row.response_code], ['DELIVERED', 2, 204])
  assert.deepEqual(
    (await attemptsOf(rig, id)).map(({ error_code, response_code }) => [error_code, response_code]),
    [
      ['INTERRUPTED', null],
      [null, 204],
    ],
  )
})

test('the last attempt of a server that died counts too', async () => {
  await using rig = await schedulerRig()
  const { id } = await run(rig)
  const crashed = await rig.schedule()
  rig.target.answer = (arrival) => (isCallback(arrival) ? { hang: true } : undefined)
  await cameBack(rig)
  await rig.db.pool.query('update callbacks set max_attempts = 1, lease_owner = gen_random_uuid()')
  await crashed.stop({ deadlineMs: 0 })
  await lapse(rig)
  await rig.schedule()
  const row = await until(rig, id, isOver)
  assert.deepEqual([row.status, row.attempt_count, row.error_code], ['FAILED', 1, 'INTERRUPTED'])
  assert.deepEqual((await rig.events(id)).at(-1), 'callback.failed')
  assert.equal(rig.target.arrivals.filter(isCallback).length, 1)
})

test('a server that stops lets callbacks under way finish, and leaves what does not to the next one', async () => {
  await using rig = await schedulerRig()
  const first = await rig.schedule()
  rig.target.answer = (arrival) => (isCallback(arrival) ? { hang: true } : undefined)
  const { id } = await run(rig)
  await cameBack(rig)
  const hurry = new AbortController()
  let stopped = false
  const stopping = first.stop({ hurry: hurry.signal }).then(() => {
    stopped = true
  })
  await rig.schedule()
  const other = await send(rig.ctx, { url: `${rig.target.url}/run` })
  await rig.ended([other.id])
  assert.deepEqual([stopped, (await callbackOf(rig, id))!.attempt_count], [false, 1])
  hurry.abort()
  await stopping
  await cameBack(rig, 2)
  rig.target.answer = undefined
  rig.target.release()
  const row = await until(rig, id, isOver)
  assert.deepEqual([row.status, row.attempt_count], ['DELIVERED', 2])
  assert.equal((await attemptsOf(rig, id))[0]!.error_code, 'INTERRUPTED')
})
