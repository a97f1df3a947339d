import { resolve } from 'node:path'
import pg from 'pg'
import { send } from '../server/commands/send.ts'
import { sendMany } from '../server/commands/send-many.ts'
import type { SendInput } from '../server/domain/action-input.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { createEgressRules } from '../server/domain/egress.ts'
import { createLog } from '../server/log.ts'
import { createScheduler } from '../server/scheduler/scheduler.ts'
import { type Database, openDatabase } from '../server/store/database.ts'
import { migrate } from '../server/store/migrate.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import type { Vault } from '../server/store/vault.ts'
import { testVault } from '../test/vault.ts'
import type { Job, Peer } from './peer-interface.ts'

const TARGET = process.env.TARGET_URL ?? 'http://127.0.0.1:7701'
const log = createLog('warn')
/** The target is on this machine. */
const egress = createEgressRules(['127.0.0.1', 'localhost'])
/** DOCKET_BENCH_PLAIN=1 leaves out signatures, encryption and the removal of secrets from answers, to see what they cost. The guard judges connections, not requests, and stays. */
const PLAIN = process.env.DOCKET_BENCH_PLAIN === '1'
/** DOCKET_BENCH_AUDIT=0 leaves out the audit. */
const AUDIT = process.env.DOCKET_BENCH_AUDIT !== '0'
const PLAIN_VAULT: Vault = { keyId: '', keyIds: [], seal: (_place, text) => text, open: (_place, sealed) => sealed }
const vault = PLAIN ? PLAIN_VAULT : testVault()

/** Docket as a contestant: the commands behind `send` and `sendMany`, and the scheduler with its own delivery. */
export const docket: Peer = {
  store: 'postgres',

  async setup(url) {
    await migrate({ database: url, directory: resolve(import.meta.dirname, '../prisma/migrations'), log: { info() {}, warn() {} } })
  },

  async producer(url) {
    const db = openDatabase(url, log, { vault, audit: AUDIT })
    const ctx = { db, projectId: await projectIn(db), actor: SYSTEM, egress }
    return {
      enqueue: (job) => send(ctx, inputOf(job)),
      enqueueMany: (jobs) => sendMany(ctx, jobs.map(inputOf)),
      close: () => db.close(),
    }
  },

  async consumer(url, { concurrency, tune }) {
    const db = openDatabase(url, log, { vault, audit: AUDIT })
    const scheduler = createScheduler({ db, log, egress, concurrency, perOrigin: tune?.perOrigin ?? concurrency })
    await scheduler.open()
    return {
      start: () => scheduler.start(),
      async stop() {
        await scheduler.stop({ deadlineMs: 5_000 })
        await db.close()
      },
    }
  },

  done: (url) => once(url, ON_RECORD),
}

async function projectIn(db: Database): Promise<string> {
  const id = await ensureDefaultProject(db)
  if (PLAIN) await db.pool.query('update projects set signing_secret = null')
  return id
}

const inputOf = (job: Job): SendInput => ({
  url: `${TARGET}/${job.delay ? `?delay=${job.delay}` : ''}`,
  headers: { 'content-type': 'application/json', 'x-id': String(job.id), 'x-at': String(job.at) },
  body: job.body,
  scheduledAt: new Date(job.at),
})

/** Succeeded, with its attempt and with exactly the three events of its life. */
const ON_RECORD = `
select count(*)::int as n
from invocations i
join attempts a on a.invocation_id = i.id and a.number = 1 and a.response_code = 200
join (
  select invocation_id from events where invocation_id is not null
  group by invocation_id
  having count(*) = 3
    and bit_or(case type when 'invocation.created' then 1 when 'invocation.running' then 2 when 'invocation.succeeded' then 4 else 0 end) = 7
) e on e.invocation_id = i.id
where i.status = 'SUCCEEDED'`

async function once(url: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<{ n: number }>(sql)).rows[0]?.n ?? 0
  } finally {
    await client.end()
  }
}
