import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseId } from '../server/domain/ids.ts'
import { createLog } from '../server/log.ts'
import { newId } from '../server/new-id.ts'
import { openDatabase } from '../server/store/database.ts'
import { type Outcome, settle } from '../server/store/settle.ts'
import { startServer, type TestServer } from '../test/server.ts'
import { createTemplate, databaseOf, runOn, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { testVault } from '../test/vault.ts'
import { printTable, spread } from './figures.ts'

// node bench/receipts.ts [receipts] [runs per second]
// Receipts that are watched all at once, each over a WebSocket of its own, while their runs end at a steady rate: how long from the commit
// of an end until the page has it. Then one receipt with as many watchers.

const RECEIPTS = Number(process.argv[2] ?? 1_000)
const PER_SECOND = Number(process.argv[3] ?? 100)
/** What is due is settled together, as the scheduler does. */
const TICK_MS = 20
const OWNER = newId()
const BODY = JSON.stringify({ order: 4711, items: Array.from({ length: 20 }, (_, n) => ({ sku: `A-${n}`, count: n })) })

const cluster = await startThrowawayCluster(undefined, { durable: true })
try {
  await createTemplate(cluster.urlOf('postgres'))
  await runOn(cluster.urlOf('postgres'), `create database receipts template ${TEMPLATE}`)
  const url = databaseOf(cluster.urlOf('postgres'), 'receipts')
  const db = openDatabase(url, createLog('warn'), { vault: testVault() })
  // The runs are ended from here.
  const server = await startServer({ databaseUrl: url, env: { SCHEDULER: 'off' } })
  try {
    const each = await makeRuns(server, RECEIPTS)
    const [one] = await makeRuns(server, 1)
    await db.pool.query(
      `update invocations set status = 'RUNNING', attempt_count = 1, action_version = 1, lease_owner = $1,
         lease_until = clock_timestamp() + interval '1 hour', started_at = clock_timestamp(), dispatched_at = clock_timestamp()`,
      [OWNER],
    )
    const rows = [
      ['', 'p50', 'p95', 'p99', 'max'],
      await round(`${RECEIPTS} receipts, ${PER_SECOND} ends/s`, each, each),
      await round(
        `1 receipt, ${RECEIPTS} watchers`,
        Array.from({ length: RECEIPTS }, () => one!),
        [one!],
      ),
    ]
    printTable('From the commit of an end to its watchers: ms', rows)
  } finally {
    await server[Symbol.asyncDispose]()
    await db.close()
  }

  async function round(name: string, watched: Run[], ending: Run[]): Promise<(string | number)[]> {
    const watchers = fork(resolve(import.meta.dirname, 'receipt-watchers.ts'), { serialization: 'advanced' })
    watchers.send({ url: server.url, tokens: watched.map(({ token }) => token) })
    await once(watchers, 'message')
    // Sockets that were opened in a herd have settled by then.
    await delay(1_000)
    const committed = new Map<string, number>()
    const started = performance.now()
    for (let ended = 0; ended < ending.length; await delay(TICK_MS)) {
      const due = Math.min(ending.length, Math.ceil(((performance.now() - started) * PER_SECOND) / 1_000))
      if (due === ended) continue
      const batch = ending.slice(ended, due)
      const settled = await settle(db.engine, batch.map(outcomeOf))
      if (settled.size !== batch.length) throw new Error(`${settled.size} of ${batch.length} were settled`)
      const at = performance.timeOrigin + performance.now()
      db.signal.emit('events')
      for (const { id } of batch) committed.set(id, at)
      ended = due
    }
    const [seen] = (await once(watchers, 'message')) as [{ id: string; at: number }[]]
    await once(watchers, 'exit')
    const took = seen.map(({ id, at }) => Math.max(0, at - committed.get(id)!)).sort((a, b) => a - b)
    const { p50, p95, max } = spread(took)
    return [name, p50, p95, Math.round(took[Math.floor(0.99 * took.length)]! * 10) / 10, max]
  }
} finally {
  await cluster.stop()
}

interface Run {
  id: string
  token: string
}

async function makeRuns({ url, token, client }: TestServer, count: number): Promise<Run[]> {
  const runs: Run[] = []
  const scheduledAt = new Date(Date.now() + 3_600_000).toISOString()
  while (runs.length < count) {
    const size = Math.min(100, count - runs.length)
    const input = {
      name: 'Watched',
      url: `${url}/echo`,
      headers: { authorization: 'Bearer of-the-bench' },
      body: JSON.parse(BODY),
      scheduledAt,
    }
    await client.sendMany(Array.from({ length: size }, () => input))
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ invocations(first: 100) { edges { node { id receiptUrl } } } }' }),
    })
    const { data } = (await response.json()) as { data: { invocations: { edges: { node: { id: string; receiptUrl: string } }[] } } }
    for (const { node } of data.invocations.edges.slice(0, size))
      runs.push({ id: parseId(node.id)!.uuid, token: node.receiptUrl.split('/r/')[1]! })
  }
  return runs
}

function outcomeOf({ id }: Run): Outcome {
  const now = Date.now()
  return {
    invocationId: id,
    attempt: 1,
    owner: OWNER,
    status: 'SUCCEEDED',
    retryAt: null,
    attemptId: newId(),
    startedAt: now - 40,
    finishedAt: now,
    durationMs: 40,
    responseCode: 200,
    responseHeaders: { 'content-type': 'application/json' },
    responseBody: BODY,
    truncated: false,
    errorSource: null,
    errorCode: null,
    errorMessage: null,
    phases: [1, 2, null, 0.1, 36, 1],
    failedPhase: null,
    callback: false,
    limited: false,
  }
}
