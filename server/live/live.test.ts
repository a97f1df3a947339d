import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testVault } from '../../test/vault.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { cancel } from '../commands/cancel.ts'
import { send } from '../commands/send.ts'
import { sendMany } from '../commands/send-many.ts'
import { publicId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../store/database.ts'
import { headOfLog } from '../store/event-log.ts'
import { createLive, type LiveEvent, type SubscribeOptions } from './live.ts'

const url = 'http://127.0.0.1:4/'
const later = () => new Date(Date.now() + 3_600_000)

async function openLive(workspace: Workspace, options = {}) {
  const live = createLive({ db: workspace.db, log: createLog('silent'), ...options })
  return {
    live,
    subscribe: (options: Partial<SubscribeOptions> = {}) => live.subscribe({ projectId: workspace.projectId, ...options }),
    [Symbol.asyncDispose]: () => live.close(),
  }
}

async function take(events: AsyncIterator<LiveEvent>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = []
  while (taken.length < count) {
    const { value, done } = await events.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

/** What is on record about invocations, in order. */
async function logged({ db }: Workspace): Promise<bigint[]> {
  const { rows } = await db.pool.query<{ seq: string }>('select seq from events where invocation_id is not null order by seq')
  return rows.map(({ seq }) => BigInt(seq))
}

const seqs = (items: readonly LiveEvent[]) => items.map(({ event }) => event.seq)

test('a subscriber hears of what happens next, with the invocation', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  await send(workspace.ctx, { url, scheduledAt: later() })
  const events = server.subscribe({ after: await headOfLog(workspace.db) })
  const first = events.next()
  const { id } = await send(workspace.ctx, { url, scheduledAt: later() })
  await cancel(workspace.ctx, publicId('invocation', id))
  const { value } = await first
  assert.deepEqual([value?.event.type, value?.invocation.id], ['invocation.created', id])
  const [second] = await take(events, 1)
  assert.deepEqual([second?.event.type, second?.invocation.status], ['invocation.cancelled', 'CANCELLED'])
})

test('topics: one action, one invocation, and never another project', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  const ids = (
    await sendMany(
      workspace.ctx,
      [1, 2, 3].map(() => ({ url, scheduledAt: later() })),
    )
  ).map((item) => ('id' in item ? item.id : ''))
  const { actionId } = await workspace.db.prisma.invocation.findUniqueOrThrow({ where: { id: ids[1] } })
  const ofAction = server.subscribe({ actionId, after: 0n })
  const ofInvocation = server.subscribe({ invocationId: ids[2], after: 0n })
  const foreign = server.subscribe({ projectId: crypto.randomUUID(), invocationId: ids[2], after: 0n })
  const silent = foreign.next()
  for (const id of ids) await cancel(workspace.ctx, publicId('invocation', id))
  assert.deepEqual(
    (await take(ofAction, 2)).map(({ invocation }) => invocation.id),
    [ids[1], ids[1]],
  )
  assert.deepEqual(
    (await take(ofInvocation, 2)).map(({ invocation }) => invocation.id),
    [ids[2], ids[2]],
  )
  await foreign.return?.()
  assert.deepEqual(await silent, { value: undefined, done: true })
})

test('replay joins the live flow without gap or double while many write', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  const batch = (count: number) => Array.from({ length: count }, () => ({ url, scheduledAt: later() }))
  await sendMany(workspace.ctx, batch(700))
  const before = await logged(workspace)
  const writers = 5
  const rounds = 20
  const eventsPerRound = 1 + 1 + 3
  const total = before.length + writers * rounds * eventsPerRound
  const middle = before[350]!
  const readers = [
    take(server.subscribe({ after: 0n }), total),
    take(server.subscribe({ after: 0n }), total),
    take(server.subscribe({ after: middle }), total - 351),
  ]
  const write = async () => {
    for (let round = 0; round < rounds; round++) {
      const { id } = await send(workspace.ctx, { url, scheduledAt: later() })
      await Promise.all([cancel(workspace.ctx, publicId('invocation', id)), sendMany(workspace.ctx, batch(3))])
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  const all = await logged(workspace)
  const [whole, again, part] = await Promise.all(readers)
  assert.deepEqual(seqs(whole!), all)
  assert.deepEqual(seqs(again!), all)
  assert.deepEqual(
    seqs(part!),
    all.filter((seq) => seq > middle),
  )
})

test('a subscriber that stops asking keeps no queue, is reported as stalled, and loses nothing', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace, { stalledMs: 20 })
  const after = await headOfLog(workspace.db)
  const { promise: stalled, resolve: onStalled } = Promise.withResolvers<void>()
  const slow = server.subscribe({ after, onStalled })
  const quick = server.subscribe({ after, onStalled: () => assert.fail('the quick one is not stalled') })
  const first = slow.next()
  const others = take(quick, 1_000)
  const { id } = await send(workspace.ctx, { url, scheduledAt: later() })
  assert.equal((await first).value?.invocation.id, id)
  const many = Array.from({ length: 333 }, () => ({ url, scheduledAt: later() }))
  for (let batch = 0; batch < 3; batch++) await sendMany(workspace.ctx, many)
  assert.equal((await others).length, 1_000)
  await stalled
  assert.deepEqual(seqs(await take(slow, 999)), (await logged(workspace)).slice(1))
})

test('without a cursor a subscriber hears what comes after the call', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  await send(workspace.ctx, { url, scheduledAt: later() })
  const head = await headOfLog(workspace.db)
  const one = server.subscribe()
  let told = false
  const first = one.next().finally(() => {
    told = true
  })
  while (!told) await send(workspace.ctx, { url, scheduledAt: later() })
  assert.ok((await first).value!.event.seq > head)
})

test('events of another server process arrive', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  const other = openDatabase(workspace.url, createLog('silent'), { vault: testVault() })
  const first = server.subscribe({ after: await headOfLog(workspace.db) }).next()
  const { id } = await send({ ...workspace.ctx, db: other }, { url, scheduledAt: later() })
  assert.equal((await first).value?.invocation.id, id)
  await other.close()
})

test('many subscribers share one query for the invocations of a batch', async () => {
  await using workspace = await openWorkspace()
  const db = openDatabase(workspace.url, createLog('silent'), { vault: testVault(), logQueries: true })
  const live = createLive({ db, log: createLog('silent') })
  const after = await headOfLog(db)
  const subscribers = Array.from({ length: 200 }, () => live.subscribe({ projectId: workspace.projectId, after }))
  const ready = subscribers.map((events) => events.next())
  await send(workspace.ctx, { url, scheduledAt: later() })
  await Promise.all(ready)
  let queries = 0
  db.prisma.$on('query' as never, () => queries++)
  const next = subscribers.map((events) => events.next())
  await send(workspace.ctx, { url, scheduledAt: later() })
  const snapshots = new Set((await Promise.all(next)).map(({ value }) => value?.invocation))
  assert.equal(snapshots.size, 1, 'all were handed the same row')
  assert.equal(queries, 1)
  await live.close()
  await db.close()
})

test('return, the signal and close end a subscription that waits', async () => {
  await using workspace = await openWorkspace()
  await using server = await openLive(workspace)
  const controller = new AbortController()
  const subscriptions = [server.subscribe(), server.subscribe({ signal: controller.signal }), server.subscribe({ after: 0n })]
  const waiting = subscriptions.map((events) => events.next())
  await subscriptions[0]!.return?.()
  controller.abort()
  await server.live.close()
  for (const end of await Promise.all(waiting)) assert.deepEqual(end, { value: undefined, done: true })
  for (const events of subscriptions) assert.deepEqual(await events.next(), { value: undefined, done: true })
})
