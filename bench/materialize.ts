import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { CommandContext } from '../server/commands/context.ts'
import { createActions } from '../server/commands/create-actions.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { createLog } from '../server/log.ts'
import { openDatabase } from '../server/store/database.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { LOOPBACK } from '../test/loopback.ts'
import { startServer, type TestServer } from '../test/server.ts'
import { createTemplate, databaseOf, runOn, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { testVault } from '../test/vault.ts'
import { printTable, spread } from './figures.ts'

// node bench/materialize.ts [actions]
// Recurring actions that are due in the same minute: how long until each has its run, and how the API answers meanwhile.
// Once with the runs spread over an hour, so that almost nothing is sent, and once with all of them sent at once.

const ACTIONS = Number(process.argv[2] ?? 10_000)
/** From the moment the actions are there: a start that is still warm, and the API at rest to compare with. */
const BEFORE_MS = 12_000
/** Arrive on their own time, also while answers are slow. */
const QUERIES_PER_SECOND = 50
const BATCH = 1_000
const MINUTE_MS = 60_000

const QUERIES = [
  '{ actions(first: 20) { edges { node { id name enabled nextRunAt lastInvocation { id status } } } } }',
  '{ invocations(first: 20) { edges { node { id status scheduledFor runAt action { name } } } } }',
  '{ viewer { actor { name } } }',
]

const cluster = await startThrowawayCluster(undefined, { durable: true })
try {
  await createTemplate(cluster.urlOf('postgres'))
  const spreadOut = await round(3_600)
  const atOnce = await round(0)
  const rows = spreadOut.map(([name, figure], n) => [name!, figure!, atOnce[n]![1]!])
  printTable(`${ACTIONS.toLocaleString('en')} recurring actions due in the same minute, ${QUERIES_PER_SECOND} queries/s meanwhile`, rows)
} finally {
  await cluster.stop()
}

async function round(spreadSeconds: number) {
  const name = `materialize_${spreadSeconds}`
  await runOn(cluster.urlOf('postgres'), `create database ${name} template ${TEMPLATE}`)
  const url = databaseOf(cluster.urlOf('postgres'), name)
  const target = await startTarget()
  const server = await startServer({ databaseUrl: url })
  const db = openDatabase(url, createLog('warn'), { vault: testVault() })
  try {
    const ctx: CommandContext = { db, projectId: await ensureDefaultProject(db), actor: SYSTEM, egress: LOOPBACK }
    await db.pool.query('update projects set enabled_quota = $1', [2 * ACTIONS])
    const due = Math.ceil((Date.now() + BEFORE_MS + ACTIONS / 2) / MINUTE_MS) * MINUTE_MS
    const at = new Date(due)
    const schedule = { cronExpression: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, timezone: 'UTC', spreadSeconds }
    for (let from = 0; from < ACTIONS; from += BATCH) {
      const inputs = Array.from({ length: Math.min(BATCH, ACTIONS - from) }, (_, n) => ({
        name: `Action ${from + n}`,
        target: { url: `${target.url}/${from + n}` },
        schedule,
      }))
      for (const result of await createActions(ctx, inputs)) if (!('id' in result)) throw result
    }
    const answers: Answer[] = []
    const load = new AbortController()
    const asking = ask(server, answers, load.signal)
    await delay(due - 5_000 - Date.now())
    const cpu = cpuOf(server.pid)
    const made = await untilMade(db)
    const cpuMs = cpuOf(server.pid) - cpu
    const sent = spreadSeconds > 0 ? undefined : await untilSent(db)
    load.abort()
    await asking
    const first = Number(made.first)
    const last = Number(made.last)
    const before = spread(answers.filter(({ at }) => at > due - BEFORE_MS && at < due - 5_000).map(({ ms }) => ms))
    const between = (from: number, to: number) => spread(answers.filter(({ at, ms }) => at + ms >= from && at <= to).map(({ ms }) => ms))
    const during = between(first, last)
    const sending = sent && between(due, sent.at)
    return [
      ['runs', sent ? 'all sent at once' : 'spread over an hour'],
      ['first row to last', `${Math.round(last - first)} ms`],
      ['first row before the instant', `${Math.round(due - first)} ms`],
      ['last row after it', `${Math.round(last - due)} ms`],
      ['CPU of the server', `${Math.round(cpuMs)} ms`],
      ['API p95 at rest', `${before.p95} ms`],
      ['API p50 while they are made', `${during.p50} ms`],
      ['API p95 while they are made', `${during.p95} ms`],
      ['API p50 while they are sent', sending ? `${sending.p50} ms` : '–'],
      ['API p95 while they are sent', sending ? `${sending.p95} ms` : '–'],
      ['API failures', answers.filter(({ failed }) => failed).length],
      ['start late p50', sent ? `${sent.p50} ms` : '–'],
      ['start late p99', sent ? `${sent.p99} ms` : '–'],
      ['last start after the instant', sent ? `${Math.round(sent.at - due)} ms` : '–'],
    ]
  } finally {
    await db.close()
    await server[Symbol.asyncDispose]()
    await target.stop()
  }
}

interface Answer {
  /** When its query was to leave, epoch ms. */
  at: number
  ms: number
  failed: boolean
}

/** Sends queries at their pace until `end`; an answer is timed from when its query was to leave. */
async function ask({ url, token }: TestServer, answers: Answer[], end: AbortSignal) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const open = new Set<Promise<void>>()
  const started = performance.now()
  for (let n = 0; !end.aborted; n++) {
    const leaves = started + (n * 1000) / QUERIES_PER_SECOND
    await delay(Math.max(0, leaves - performance.now()))
    const one = fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: QUERIES[n % QUERIES.length] }) })
      .then((response) => response.json())
      .then((answer) => {
        const ms = performance.now() - leaves
        answers.push({ at: Date.now() - ms, ms, failed: !(answer as { data?: object }).data })
      })
      .finally(() => open.delete(one))
    open.add(one)
  }
  await Promise.all(open)
}

type Db = ReturnType<typeof openDatabase>

/** First and last moment at which a run was made, epoch ms, when all were. */
async function untilMade({ pool }: Db): Promise<{ first: number; last: number }> {
  for (;;) {
    const { rows } = await pool.query<{ n: number; first: number; last: number }>(
      `select count(*)::int as n, date_part('epoch', min(created_at)) * 1000 as first, date_part('epoch', max(created_at)) * 1000 as last
       from invocations`,
    )
    if (rows[0]!.n >= ACTIONS) return rows[0]!
    await delay(100)
  }
}

/** Lateness of the starts, ms, when all have ended; `at`: the last start, epoch ms. */
async function untilSent({ pool }: Db): Promise<{ p50: number; p99: number; at: number }> {
  for (;;) {
    const { rows } = await pool.query<{ open: number; p50: number; p99: number; at: number }>(
      `select (count(*) filter (where finished_at is null))::int as open, date_part('epoch', max(started_at)) * 1000 as at,
         round(percentile_cont(0.5) within group (order by date_part('epoch', started_at - run_at) * 1000)) as p50,
         round(percentile_cont(0.99) within group (order by date_part('epoch', started_at - run_at) * 1000)) as p99
       from invocations`,
    )
    if (rows[0]!.open === 0) return rows[0]!
    await delay(200)
  }
}

/** CPU time of a process, ms. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  // utime and stime, counted in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** A target on a thread of its own, that answers at once. */
async function startTarget() {
  const worker = new Worker(
    `const { createServer } = require('node:http')
     const { parentPort } = require('node:worker_threads')
     const server = createServer({ keepAliveTimeout: 60000 }, (request, response) => request.resume().on('end', () => response.end('{}')))
     server.listen(0, '127.0.0.1', 1024, () => parentPort.postMessage(server.address().port))`,
    { eval: true },
  )
  const port = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  return { url: `http://127.0.0.1:${port}`, stop: () => worker.terminate() }
}
