import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { send } from '../commands/send.ts'
import { setSecret } from '../commands/set-secret.ts'
import { MASK } from '../domain/mask.ts'
import { secretPlace } from '../store/secrets.ts'

const headers = { authorization: 'Bearer {{secret.TOKEN}}' }

test('a header carries the value that its secret has when it is sent', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target } = rig
  await setSecret(ctx, { name: 'TOKEN', value: 'the first value' })
  const first = await send(ctx, { url: `${target.url}/?status=500`, headers, retryable: true, retry: { maxAttempts: 2 } })
  await rig.until(first.id, ({ status }) => status === 'RETRYING')
  await setSecret(ctx, { name: 'TOKEN', value: 'the second value' })
  await rig.makeDue(first.id)
  await rig.ended([first.id])
  assert.deepEqual(
    target.arrivals.map((arrival) => arrival.headers.authorization),
    ['Bearer the first value', 'Bearer the second value'],
  )
})

test('a secret that is gone ends the run, and nothing is sent', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target, db } = rig
  await setSecret(ctx, { name: 'TOKEN', value: 'a value' })
  const { id } = await send(ctx, { url: `${target.url}/?status=500`, headers, retryable: true })
  await rig.until(id, ({ status }) => status === 'RETRYING')
  await db.pool.query('delete from secrets')
  await rig.makeDue(id)
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.error_source, row!.error_code], ['FAILED', 'DISPATCH', 'SECRET_UNKNOWN'])
  assert.match(row!.error_message!, /TOKEN/)
  assert.equal(target.arrivals.length, 1)
  const attempts = await rig.attempts(id)
  assert.deepEqual(
    attempts.map(({ error_code }) => error_code),
    ['HTTP_500', 'SECRET_UNKNOWN'],
  )
})

test('a value that no header can carry ends the run, and nothing is sent', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target, db } = rig
  const secret = await setSecret(ctx, { name: 'TOKEN', value: 'a value' })
  const forged = db.vault.seal(secretPlace(secret.id), 'x\r\nx-forged: 1')
  await db.pool.query('update secrets set value = $1', [forged])
  const { id } = await send(ctx, { url: `${target.url}/`, headers, retryable: true })
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.error_source, row!.error_code], ['FAILED', 'DISPATCH', 'INVALID_REQUEST'])
  assert.equal(target.arrivals.length, 0)
})

test('what a target repeats of the secrets is not on record', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target } = rig
  await setSecret(ctx, { name: 'TOKEN', value: 'the value of TOKEN' })
  target.answer = ({ headers: { authorization, cookie } }) => ({
    status: 302,
    headers: { location: `/login?then=${encodeURIComponent(authorization!)}`, 'x-you': cookie! },
    body: JSON.stringify({ authorization, cookie, filler: 'y'.repeat(70_000) }),
  })
  const { id } = await send(ctx, { url: `${target.url}/`, headers: { ...headers, cookie: 'sid=plainvalue' } })
  await rig.ended([id])
  const [attempt] = await rig.attempts(id)
  assert.equal(attempt!.response_headers!.location, `/login?then=${MASK}`)
  assert.equal(attempt!.response_headers!['x-you'], MASK)
  assert.match(attempt!.response_body!, new RegExp(`^{"authorization":"${MASK}","cookie":"${MASK}","filler":"yyy`))
})
