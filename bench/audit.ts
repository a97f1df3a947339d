import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sendMany } from '../server/commands/send-many.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { createEgressRules } from '../server/domain/egress.ts'
import { createLog } from '../server/log.ts'
import { verifyAudit } from '../server/store/audit-verify.ts'
import { audited } from '../server/store/audited.ts'
import { type Database, openDatabase } from '../server/store/database.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { createTemplate, databaseOf, runOn, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { testVault } from '../test/vault.ts'
import { printTable } from './figures.ts'
import { storeCpu } from './store-cpu.ts'

// node bench/audit.ts [deliveries] [rounds] [entries]
// What the audit costs: so many due runs are brought to their target with it and without it, in turns; the same for commands that change one row;
// and how long it takes to verify so many entries.

const DELIVERIES = Number(process.argv[2] ?? 20_000)
const ROUNDS = Number(process.argv[3] ?? 3)
const ENTRIES = Number(process.argv[4] ?? 100_000)
const WRITERS = 16
const CHANGES = 2_000

const perSecond = (seconds: number) => Math.round(DELIVERIES / seconds)
const micros = (seconds: number) => Math.round((seconds / DELIVERIES) * 1e6)
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
const share = (on: number[], off: number[]) => Math.round((median(on) / median(off)) * 100)

const log = createLog('warn')
const egress = createEgressRules(['127.0.0.1'])
const cluster = await startThrowawayCluster(undefined, { durable: true })
const target = fork(resolve(import.meta.dirname, 'drain-target.ts'))
const [port] = (await once(target, 'message')) as [number]
try {
  await createTemplate(cluster.urlOf('postgres'))
  await drains()
  await changes()
  await verification()
} finally {
  target.disconnect()
  await cluster.stop()
}

async function withDatabase<T>(name: string, work: (db: Database, url: string) => Promise<T>, audit = true): Promise<T> {
  await runOn(cluster.urlOf('postgres'), `create database ${name} template ${TEMPLATE}`)
  const url = databaseOf(cluster.urlOf('postgres'), name)
  const db = openDatabase(url, log, { vault: testVault(), audit })
  try {
    return await work(db, url)
  } finally {
    await db.close()
    await runOn(cluster.urlOf('postgres'), `drop database ${name} with (force)`)
  }
}

async function drains() {
  const rows: (string | number)[][] = [['', 'deliveries/s', 'on record/s', 'node CPU µs/delivery', 'PostgreSQL CPU µs/delivery', 'entries']]
  const rates = { on: [] as number[], off: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, and each first as often: the machine is not the same all the time.
    for (const audit of round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      const { arrived, recorded, cpu, store, entries } = await withDatabase(`drain_${round}_${audit}`, (db, url) => drain(db, url, audit))
      rates[audit].push(DELIVERIES / recorded)
      rows.push([`round ${round + 1}, audit ${audit}`, perSecond(arrived), perSecond(recorded), micros(cpu), micros(store), entries])
    }
  }
  printTable(`${DELIVERIES.toLocaleString('en')} due runs, 64 at a time`, rows)
  console.log(`  with the audit: ${share(rates.on, rates.off)} % of the rate without it (medians of what is on record)\n`)
}

async function drain(db: Database, url: string, audit: 'on' | 'off') {
  const ctx = { db, projectId: await ensureDefaultProject(db), actor: SYSTEM, egress }
  const scheduledAt = new Date(Date.now() - 1_000)
  for (let n = 0; n < DELIVERIES; n += 1_000) {
    const inputs = Array.from({ length: Math.min(1_000, DELIVERIES - n) }, (_, i) => ({
      url: `http://127.0.0.1:${port}/`,
      headers: { 'content-type': 'application/json', 'x-id': String(n + i) },
      body: { order: n + i },
      scheduledAt,
    }))
    await sendMany(ctx, inputs)
  }
  await db.pool.query('checkpoint')
  const worker = fork(resolve(import.meta.dirname, 'drain-worker.ts'), [url, audit])
  try {
    return await drainBy(worker, db, audit)
  } finally {
    worker.kill()
  }
}

async function drainBy(worker: ChildProcess, db: Database, audit: 'on' | 'off') {
  await once(worker, 'message')
  target.send(DELIVERIES)
  const complete = once(target, 'message')
  const storeBefore = await storeCpu(db.pool)
  const began = performance.now()
  worker.send('start')
  await complete
  const arrived = (performance.now() - began) / 1_000
  while ((await countOf(db, "invocations where status <> 'SUCCEEDED'")) > 0) await delay(5)
  const recorded = (performance.now() - began) / 1_000
  const store = (await storeCpu(db.pool)) - storeBefore
  const cpu = await stop(worker)
  const entries = await countOf(db, "audit_entries where verb = 'invocation.sent'")
  if (entries !== (audit === 'on' ? DELIVERIES : 0)) throw new Error(`${entries} entries`)
  return { arrived, recorded, cpu, store, entries }
}

async function stop(worker: ChildProcess): Promise<number> {
  worker.send('stop')
  const [cpu] = (await once(worker, 'message')) as [number]
  await once(worker, 'exit')
  return cpu
}

async function countOf(db: Database, from: string): Promise<number> {
  return (await db.pool.query<{ n: number }>(`select count(*)::int as n from ${from}`)).rows[0]!.n
}

async function changes() {
  const rates = { on: [] as number[], off: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const audit of ['off', 'on'] as const) {
      const rate = await withDatabase(`changes_${round}_${audit}`, change, audit === 'on')
      rates[audit].push(rate)
    }
  }
  printTable(`Transactions that change a row each, ${WRITERS} at a time`, [
    ['', 'per second'],
    ['audit off', Math.round(median(rates.off))],
    ['audit on', Math.round(median(rates.on))],
    ['share', `${share(rates.on, rates.off)} %`],
  ])
}

async function change(db: Database): Promise<number> {
  const projectId = await ensureDefaultProject(db)
  const ctx = { db, projectId, actor: SYSTEM }
  await db.pool.query('create table things (id int primary key, amount int not null)')
  await db.pool.query('insert into things select n, 0 from generate_series(0, $1) n', [WRITERS])
  const write = (id: number) =>
    audited(ctx, async (sql, note) => {
      await sql.query({ name: 'thing', text: 'update things set amount = amount + 1 where id = $1', values: [id] })
      note({ verb: 'thing.updated', object: { type: 'thing', id: String(id) }, before: { amount: 1 }, after: { amount: 2 } })
    })
  await Promise.all(Array.from({ length: WRITERS }, (_, id) => write(id)))
  let left = CHANGES
  const began = performance.now()
  const writer = async (id: number) => {
    while (left-- > 0) await write(id)
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, id) => writer(id)))
  return CHANGES / ((performance.now() - began) / 1_000)
}

async function verification() {
  await withDatabase('verification', async (db) => {
    const ctx = { db, projectId: await ensureDefaultProject(db), actor: SYSTEM, ip: '127.0.0.1' }
    const fill = async (name: number) => {
      for (let n = 0; n < ENTRIES / 4; n += 500) {
        await audited(ctx, async (_, note) => {
          for (let i = 0; i < 500; i++)
            note({
              verb: 'thing.updated',
              object: { type: 'thing', id: `${name} ${n + i}` },
              data: { why: 'it was asked for' },
              before: { n },
              after: { n: n + i },
            })
        })
      }
    }
    const filling = performance.now()
    await Promise.all([0, 1, 2, 3].map(fill))
    const filled = performance.now()
    const before = process.cpuUsage()
    const { ok, entries, chains } = await verifyAudit(db)
    const { user, system } = process.cpuUsage(before)
    if (!ok || entries !== ENTRIES) throw new Error(`${entries} entries, ${ok}`)
    printTable(`${ENTRIES.toLocaleString('en')} entries in ${chains} chains`, [
      ['', 's'],
      ['written, 500 a transaction', ((filled - filling) / 1_000).toFixed(1)],
      ['verified', ((performance.now() - filled) / 1_000).toFixed(1)],
      ['of that, CPU of this process', ((user + system) / 1e6).toFixed(1)],
    ])
  })
}
