import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancel } from '../server/commands/cancel.ts'
import { sendMany } from '../server/commands/send-many.ts'
import type { SendInput } from '../server/domain/action-input.ts'
import { publicId } from '../server/domain/ids.ts'
import { startReceiver } from './receiver.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

const serve = (rig: SchedulerRig) => startServer({ databaseUrl: rig.url })

async function storeMany({ ctx }: SchedulerRig, inputs: readonly SendInput[]): Promise<string[]> {
  return (await sendMany(ctx, inputs)).map((result) => {
    assert.ok('id' in result)
    return result.id
  })
}

test('F26: two thousand that are due within seconds, while the API is read: each sent once, none early', async () => {
  await using rig = await schedulerRig()
  await using server = await serve(rig)
  const from = Date.now() + 3_500
  const input = (n: number) => ({ url: `${rig.target.url}/${n}`, scheduledAt: new Date(from + Math.floor(n * 1.5)).toISOString() })
  const ids: string[] = []
  for (const half of [0, 1_000])
    ids.push(
      ...(await storeMany(
        rig,
        Array.from({ length: 1_000 }, (_, n) => input(half + n)),
      )),
    )
  let over = false
  const reading = (async () => {
    let reads = 0
    for (; !over; reads++) assert.ok((await server.client.invocations.list({ first: 20 })).items.length > 0)
    return reads
  })()
  const rows = await rig.ended(ids).finally(() => {
    over = true
  })
  assert.ok((await reading) > 0)
  assert.ok(rows.every(({ status, attempt_count }) => status === 'SUCCEEDED' && attempt_count === 1))
  assert.deepEqual(
    [rig.target.arrivals.length, new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key'])).size],
    [2_000, 2_000],
  )
  for (const { at, url } of rig.target.arrivals) assert.ok(at >= Date.parse(input(Number(url.slice(1))).scheduledAt), `${url} came early`)
})

test('F27: a host that never answers has 500 requests: those of another one are all sent while it keeps its own hanging', async () => {
  await using rig = await schedulerRig()
  await using dead = await startReceiver()
  dead.answer = () => ({ hang: true })
  const hanging = await storeMany(
    rig,
    Array.from({ length: 500 }, () => ({ url: `${dead.url}/` })),
  )
  const scheduledAt = new Date(Date.now() + 2_000).toISOString()
  const live = await storeMany(
    rig,
    Array.from({ length: 200 }, (_, n) => ({ url: `${rig.target.url}/`, scheduledAt: n < 100 ? undefined : scheduledAt })),
  )
  await using _server = await serve(rig)
  await dead.arrived(64)
  for (const row of await rig.ended(live)) assert.equal(row.status, 'SUCCEEDED')
  const states = new Set((await Promise.all(hanging.map((id) => rig.row(id)))).map(({ status }) => status))
  assert.deepEqual([...states].sort(), ['PENDING', 'RUNNING'])
  dead.answer = undefined
  dead.release()
  for (const row of await rig.ended(hanging)) assert.deepEqual([row.status, row.attempt_count], ['SUCCEEDED', 1])
  assert.equal(dead.arrivals.length, 500)
})

test('F31: a thousand are cancelled while two servers send them: each is cancelled and never sent, or sent and not cancelled', async () => {
  await using rig = await schedulerRig()
  await using _one = await serve(rig)
  await using _two = await serve(rig)
  const at = Date.now() + 1_500
  const ids = await storeMany(
    rig,
    Array.from({ length: 1_000 }, (_, n) => ({ url: `${rig.target.url}/`, scheduledAt: new Date(at + (n % 100) * 8).toISOString() })),
  )
  await rig.until(ids[0]!, ({ status }) => status !== 'PENDING')
  const answers = await Promise.allSettled(ids.map((id) => cancel(rig.ctx, publicId('invocation', id))))
  const rows = new Map((await rig.ended(ids)).map((row) => [row.id, row]))
  const sent = new Set(rig.target.arrivals.map(({ headers }) => headers['idempotency-key']))
  assert.equal(sent.size, rig.target.arrivals.length)
  let cancelled = 0
  for (const [n, id] of ids.entries()) {
    const answer = answers[n]!
    if (answer.status === 'fulfilled') cancelled++
    else assert.equal(answer.reason.code, 'INVALID_TRANSITION')
    assert.equal(rows.get(id)!.status, answer.status === 'fulfilled' ? 'CANCELLED' : 'SUCCEEDED')
    assert.equal(sent.has(publicId('invocation', id)), answer.status === 'rejected')
  }
  assert.ok(cancelled > 0 && cancelled < ids.length, `${cancelled} of ${ids.length} were cancelled; the race was not there`)
})
