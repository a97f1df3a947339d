import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { Arrival } from '../../test/receiver.ts'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { createService } from '../commands/create-service.ts'
import { rotateSigningSecret } from '../commands/rotate-signing-secret.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'

const verify = (secret: string, { body, headers }: Arrival) =>
  new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false })

test('each request verifies: of a service by its secret, of a URL by that of the project', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target } = rig
  const service = await createService(ctx, { name: 's', baseUrl: target.url })
  const project = await rotateSigningSecret(ctx, null, 0)
  const serviceId = publicId('service', service.id)
  const bodies = [{ täglich: '日本 🗓' }, 'néant\n', null] as const
  const sent = []
  for (const body of bodies) {
    sent.push({ secret: service.signingSecret, ...(await send(ctx, { serviceId, path: '/x', body })) })
    sent.push({ secret: project.secret, ...(await send(ctx, { url: `${target.url}/x`, body })) })
  }
  sent.push({ secret: project.secret, ...(await send(ctx, { url: `${target.url}/x`, method: 'GET' })) })
  await rig.ended(sent.map(({ id }) => id))
  for (const { id, secret } of sent) {
    const arrival = target.arrivals.find(({ headers }) => headers['webhook-id'] === publicId('invocation', id))!
    verify(secret, arrival)
    const other = secret === project.secret ? service.signingSecret : project.secret
    assert.throws(() => verify(other, arrival), /No matching signature/)
    const { started_at } = (await rig.attempts(id))[0]!
    assert.ok(Math.abs(started_at.getTime() / 1000 - Number(arrival.headers['webhook-timestamp'])) <= 2)
  }
})

test('a retry keeps its id and signs its own time', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target, db } = rig
  const { secret } = await rotateSigningSecret(ctx, null, 0)
  const { id } = await send(ctx, { url: `${target.url}/?status=500`, body: 1, retryable: true, retry: { maxAttempts: 2 } })
  await rig.until(id, ({ status }) => status === 'RETRYING')
  // As long after the first one as the least that two whole seconds can tell.
  await db.pool.query(`update invocations set run_at = clock_timestamp() + interval '1.1 seconds' where id = $1`, [id])
  db.signal.emit('due')
  await rig.ended([id])
  const [first, second] = target.arrivals
  assert.equal(first!.headers['webhook-id'], second!.headers['webhook-id'])
  assert.notEqual(first!.headers['webhook-timestamp'], second!.headers['webhook-timestamp'])
  for (const arrival of [first!, second!]) verify(secret, arrival)
})

test('during a rotation both secrets verify, after it the new one alone', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { ctx, target, db } = rig
  const { id, signingSecret: first } = await createService(ctx, { name: 's', baseUrl: target.url })
  const serviceId = publicId('service', id)
  const arrival = async () => {
    const run = await send(ctx, { serviceId, path: '/', body: { a: 1 } })
    await rig.ended([run.id])
    return target.arrivals.at(-1)!
  }
  const { secret: second } = await rotateSigningSecret(ctx, serviceId)
  const both = await arrival()
  for (const secret of [first, second]) verify(secret, both)
  // As if the overlap had passed.
  await db.pool.query(`update services set previous_signing_until = now() - interval '1 millisecond'`)
  const after = await arrival()
  verify(second, after)
  assert.throws(() => verify(first, after), /No matching signature/)
  const { secret: third } = await rotateSigningSecret(ctx, serviceId, 0)
  const alone = await arrival()
  verify(third, alone)
  for (const secret of [first, second]) assert.throws(() => verify(secret, alone), /No matching signature/)
})
