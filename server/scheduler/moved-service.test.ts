import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitedService } from '../../test/limited-service.ts'
import { startReceiver } from '../../test/receiver.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { deleteService } from '../commands/delete-service.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { retry } from '../commands/retry.ts'
import { setExecutionMode } from '../commands/set-execution-mode.ts'
import { updateAction } from '../commands/update-action.ts'
import { publicId } from '../domain/ids.ts'
import type { Context } from '../graphql/context.ts'
import { createLoaders } from '../graphql/loaders.ts'
import { requestOf } from '../graphql/request.ts'
import { newId } from '../new-id.ts'
import { takeDue } from '../store/mark-running.ts'

/** What a receipt of the run shows. */
async function addressOf({ db }: SchedulerRig, id: string): Promise<string> {
  const { action, ...run } = await db.prisma.invocation.findUniqueOrThrow({
    where: { id },
    include: { action: { include: { service: true } } },
  })
  return (await requestOf(run, action, { db, loaders: createLoaders(db) } as Context)).url
}

const waits = (attempts: number) => (row: { status: string; attempt_count: number }) =>
  row.status === 'RETRYING' && row.attempt_count === attempts

for (const [how, settings] of [
  ['runs of a service', {}],
  ['runs that take turns in lanes', { limit: { maxConcurrency: 5 } }],
] as const) {
  test(`${how}: another base URL is for what was not sent yet; all else keeps the address that it was sent to`, async () => {
    await using rig = await schedulerRig()
    const { ctx, target: old } = rig
    const next = await startReceiver()
    next.answer = () => ({ status: 410 })
    try {
      const service = await limitedService(ctx, `${old.url}/v1`, settings)
      const retries = { retryable: true, retry: { maxAttempts: 4, delaysSeconds: [3_600] } }
      const actionId = await service.action(retries)
      const action = publicId('action', actionId)
      old.answer = () => ({ status: 503 })
      await rig.schedule()
      const { id: edited } = await invokeNow(ctx, action)
      await rig.until(edited, waits(1))
      await updateAction(ctx, action, { body: { edited: true } })
      const { id: sent } = await invokeNow(ctx, action)
      await rig.until(sent, waits(1))
      await setExecutionMode(ctx, 'ALL_PAUSED')
      const { id: waiting } = await invokeNow(ctx, action)
      await service.edit({ baseUrl: `${next.url}/v2` })
      assert.equal(await addressOf(rig, waiting), `${next.url}/v2/`)
      await setExecutionMode(ctx, 'ACTIVE')

      assert.deepEqual(
        (await rig.ended([waiting])).map(({ status }) => status),
        ['FAILED'],
      )
      for (const id of [edited, sent]) {
        await rig.makeDue(id)
        await rig.until(id, waits(2))
        assert.equal(await addressOf(rig, id), `${old.url}/v1/`)
      }
      // The signature is still the service's, under its limit.
      const { rows } = await rig.db.pool.query('select distinct service_id from action_versions')
      assert.deepEqual(rows, [{ service_id: service.id }])
      assert.deepEqual(
        old.arrivals.map(({ url, body }) => [url, body]),
        [
          ['/v1/', ''],
          ['/v1/', '{"edited":true}'],
          ['/v1/', ''],
          ['/v1/', '{"edited":true}'],
        ],
      )
      assert.deepEqual(
        next.arrivals.map(({ url }) => url),
        ['/v2/'],
      )

      // Whatever comes next changes no receipt.
      await service.edit({ baseUrl: 'https://third.example.com' })
      old.answer = undefined
      for (const id of [edited, sent]) await rig.makeDue(id)
      await rig.ended([edited, sent])
      const again = await retry(ctx, publicId('invocation', waiting))
      await rig.ended([again.id])
      await deleteAction(ctx, action)
      await deleteService(ctx, publicId('service', service.id))
      const found = await Promise.all([edited, sent, waiting, again.id].map((id) => addressOf(rig, id)))
      assert.deepEqual(found, [`${old.url}/v1/`, `${old.url}/v1/`, `${next.url}/v2/`, `${next.url}/v2/`])
      assert.equal(next.arrivals.length, 2)
    } finally {
      await next.close()
    }
  })
}

test('what was sent to a URL is taken again while another host is busy, also when its action calls a service by now', async () => {
  await using rig = await schedulerRig()
  const { ctx, target } = rig
  target.answer = () => ({ status: 503 })
  const service = await limitedService(ctx, 'https://service.example.com')
  const actionId = await service.action({ target: { url: target.url }, retryable: true, retry: { maxAttempts: 2, delaysSeconds: [3_600] } })
  const { id } = await invokeNow(ctx, publicId('action', actionId))
  const scheduler = await rig.schedule()
  await rig.until(id, waits(1))
  await scheduler.stop({ deadlineMs: 1_000 })
  await updateAction(ctx, publicId('action', actionId), { target: { serviceId: publicId('service', service.id), path: '/' } })
  await rig.makeDue(id)
  const taken = (...saturated: string[]) => takeDue(rig.db.engine, { owner: newId(), limit: 5, saturated })
  assert.equal((await taken(`${target.url}/`)).rows.length, 0)
  const { rows } = await taken('https://service.example.com/')
  assert.deepEqual(
    rows.map((run) => [run.id, run.url]),
    [[id, `${target.url}/`]],
  )
})

test('attempts at an address that a service had before say nothing of its circuit: they neither open nor close it', async () => {
  await using rig = await schedulerRig()
  const { ctx, target: old } = rig
  const next = await startReceiver()
  try {
    // Its cooldown is over when the test says so.
    const breaker = { minAttempts: 4, failureShare: 0.5, cooldownSeconds: 600 }
    const service = await limitedService(ctx, `${old.url}/v1`, { breaker })
    const retries = (maxAttempts: number) => ({ retryable: true, retry: { maxAttempts, delaysSeconds: [3_600] } })
    const [moved, fresh] = [await service.action(retries(9)), await service.action(retries(3))]
    old.answer = () => ({ status: 503 })
    next.answer = old.answer
    await rig.schedule()
    const firstOf = async (action: string) => {
      const { id } = await invokeNow(ctx, publicId('action', action))
      await rig.until(id, waits(1))
      return id
    }
    const pinned = [await firstOf(moved), await firstOf(moved)]
    await service.edit({ baseUrl: `${next.url}/v2` })
    for (const attempts of [2, 3]) {
      for (const id of pinned) {
        await rig.makeDue(id)
        await rig.until(id, waits(attempts))
      }
    }
    // Two failed before it moved; these are the third and the fourth that count.
    await firstOf(fresh)
    const last = await firstOf(fresh)
    const until = (state: string, failedProbes: number) =>
      rig.eventually(async () => {
        const { rows } = await rig.db.pool.query<{ state: string; failed_probes: number }>('select state, failed_probes from breakers')
        const [found] = rows
        return found?.state === state && found.failed_probes === failedProbes ? found : JSON.stringify(rows)
      })
    await until('OPEN', 0)
    assert.equal(next.arrivals.length, 2)

    old.answer = undefined
    const inLane = async (...ids: string[]) => {
      for (const id of ids) await rig.makeDue(id)
      await rig.eventually(async () => {
        const { rows } = await rig.db.pool.query('select id from invocations where id = any($1) and lane is not null', [ids])
        return rows.length === ids.length ? rows : `${rows.length} wait in a lane`
      })
    }
    const cool = () => rig.db.pool.query('update breakers set probe_at = clock_timestamp()')
    // Of those that wait, the one that shows something is the probe, though the others are due for longer and have more attempts left.
    await inLane(...pinned, last)
    await cool()
    await until('OPEN', 1)
    assert.deepEqual([next.arrivals.length, old.arrivals.length], [3, 6])
    // By themselves they go out all the same, and whoever comes next is still a probe.
    await cool()
    assert.deepEqual(
      (await rig.ended(pinned)).map(({ status }) => status),
      ['SUCCEEDED', 'SUCCEEDED'],
    )
    await rig.makeDue(last)
    await until('OPEN', 2)
    const { rows } = await rig.db.pool.query("select type from events where type like 'breaker.%' order by seq")
    assert.deepEqual(
      rows.map(({ type }) => type),
      ['breaker.opened', 'breaker.half_opened', 'breaker.opened', 'breaker.half_opened', 'breaker.opened'],
    )
  } finally {
    await next.close()
  }
})
