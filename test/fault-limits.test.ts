import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countUnderWay } from './limited-service.ts'
import { schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

test('kill -9 of a server that holds all places of a limit: when its leases end they are free, and never more than the limit', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = () => ({ hang: true })
  await using first = await startServer({ databaseUrl: rig.url })
  const service = await first.client.services.create({ name: 'ledger', baseUrl: rig.target.url })
  await first.client.services.update(service.id, { limit: { maxConcurrency: 2 } })
  const action = await first.client.actions.create({ name: 'a', target: { serviceId: service.id, path: '/' }, retryable: true })
  const ids: string[] = []
  for (let n = 0; n < 8; n++) ids.push((await first.client.actions.invokeNow(action.id)).id)
  await rig.target.arrived(2)
  assert.equal((await first.client.services.get(service.id))!.limit!.running, 2)
  await first.stop('SIGKILL')

  const most = countUnderWay(rig.target, 20)
  await using second = await startServer({ databaseUrl: rig.url })
  await using third = await startServer({ databaseUrl: rig.url })
  const held = await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ lane: string | null }>("select lane from invocations where status = 'PENDING'")
    return rows.length === 6 && rows.every(({ lane }) => lane !== null) ? rows : `${rows.length} are pending`
  })
  assert.equal(held.length, 6)
  assert.equal(rig.target.arrivals.length, 2)
  // Half a minute later.
  assert.equal(await rig.lapse("status = 'RUNNING'"), 2)
  await rig.eventually(async () => {
    const ends = await Promise.all(ids.map(async (id) => (await second.client.invocations.get(id))!.status))
    return ends.every((status) => status === 'SUCCEEDED') ? ends : `${ends}`
  }, 60_000)
  assert.ok(most.get('')! <= 2, `${most.get('')} at one time`)
  assert.equal(rig.target.arrivals.length, 10)
  assert.equal((await third.client.services.get(service.id))!.limit!.running, 0)
})
