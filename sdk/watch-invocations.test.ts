import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCuttableProxy } from '../test/cuttable-proxy.ts'
import { testDatabase } from '../test/harness.ts'
import { startReceiver } from '../test/receiver.ts'
import { startServer, type TestServer } from '../test/server.ts'
import { createClient, type DocketClient, type InvocationEvent } from './index.ts'

test('cut again and again, a watch resumes by cursor: each event once, in order', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  await using proxy = await startCuttableProxy(server.port)
  const client = createClient({ url: proxy.url, token: server.token })
  const after = await cursorNow(server)

  const runs = 60
  let interruptions = 0
  const watching = watchUntilDone(client, after, runs, {
    onInterrupted: () => {
      interruptions += 1
    },
    onEvent: (count) => {
      if (count % 40 === 0) proxy.cut()
    },
  })
  for (let sent = 0; sent < runs; sent += 20) {
    const results = await server.client.sendMany(Array.from({ length: 20 }, () => ({ url: receiver.url })))
    assert.deepEqual(
      results.filter(({ error }) => error),
      [],
    )
  }
  const seen = await watching
  assert.ok(interruptions >= 3, `was cut ${interruptions} times`)
  assert.deepEqual(seen, await invocationEvents(server.client, after))
  await client.close()
})

test('a watch outlives the server: what happened meanwhile is replayed', async () => {
  await using receiver = await startReceiver()
  await using database = await testDatabase()
  const first = await startServer({ databaseUrl: database.url })
  await using _first = first
  const client = createClient({ url: first.url, token: first.token })
  const after = await cursorNow(first)

  await first.client.send({ url: `${receiver.url}/before` })
  const lost = Promise.withResolvers<void>()
  const before = Promise.withResolvers<void>()
  const watching = watchUntilDone(client, after, 2, {
    onInterrupted: () => lost.resolve(),
    onEvent: (_count, event) => {
      if (event.status === 'SUCCEEDED') before.resolve()
    },
  })
  await before.promise
  await first.stop('SIGKILL')
  await lost.promise

  // Made by a server the watch does not know, while its own is away.
  const other = await startServer({ databaseUrl: database.url })
  await using _other = other
  const { id } = await other.client.send({ url: `${receiver.url}/between` })
  await receiver.arrived(1, ({ url }) => url === '/between')
  await using second = await startServer({ databaseUrl: database.url, port: first.port })
  assert.equal(second.url, first.url)

  const seen = await watching
  assert.deepEqual(seen, await invocationEvents(other.client, after))
  assert.ok(seen.some((event) => event.invocationId === id))
  await client.close()
})

test('a revoked token ends its watch as UNAUTHENTICATED', async () => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { token, apiToken } = await server.client.tokens.create({ name: 'a watch' })
  const client = createClient({ url: server.url, token })
  const watch = client.watchInvocations({ after: await cursorNow(server) })
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString()
  await server.client.send({ url: 'http://127.0.0.1:4/', scheduledAt })
  assert.equal((await watch.next()).value?.status, 'PENDING', 'the socket is open')
  const ended = assert.rejects(watch.next(), { name: 'DocketApiError', code: 'UNAUTHENTICATED' })
  await server.client.tokens.revoke(apiToken.id)
  await ended
  await assert.rejects(client.viewer(), { code: 'UNAUTHENTICATED' })
})

test('a forged cursor and an unknown action are refused, not retried', async () => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const { client } = server
  await assert.rejects(client.watchInvocations({ after: 'evt_forged' }).next(), { code: 'BAD_USER_INPUT' })
  await assert.rejects(client.watchInvocations({ actionId: 'act_01h455vb4pex5vsknk084sn02q' }).next(), { code: 'NOT_FOUND' })
})

interface Seen {
  cursor: string
  invocationId: string
  status: string
}

interface Watching {
  onInterrupted(): void
  onEvent(count: number, event: InvocationEvent): void
}

/** All events up to the one with which the last of `runs` invocations has succeeded. */
async function watchUntilDone(client: DocketClient, after: string, runs: number, { onInterrupted, onEvent }: Watching): Promise<Seen[]> {
  const seen: Seen[] = []
  let succeeded = 0
  for await (const event of client.watchInvocations({ after, onInterrupted })) {
    seen.push({ cursor: event.cursor, invocationId: event.invocation.id, status: event.status })
    if (event.status === 'SUCCEEDED') succeeded += 1
    onEvent(seen.length, event)
    if (succeeded === runs) break
  }
  return seen
}

/** The same from the log itself, page by page. */
async function invocationEvents(client: DocketClient, start: string): Promise<Seen[]> {
  const all: Seen[] = []
  for (let after: string | null = start; after; ) {
    const page: Awaited<ReturnType<DocketClient['events']>> = await client.events({ first: 100, after })
    for (const { cursor, invocationId, status } of page.items) if (invocationId && status) all.push({ cursor, invocationId, status })
    after = page.hasNextPage ? page.endCursor : null
  }
  return all
}

/** A cursor behind all that is in the log of a server that rests. */
async function cursorNow({ client }: TestServer): Promise<string> {
  await client.services.create({ name: 'a first event', baseUrl: 'http://127.0.0.1:4' })
  return (await client.events({ first: 100 })).endCursor!
}
