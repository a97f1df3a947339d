import { resolve } from 'node:path'
import pg from 'pg'
import { newId } from '../server/domain/ids.ts'
import { createLog } from '../server/log.ts'
import { createScheduler } from '../server/scheduler/scheduler.ts'
import { openDatabase } from '../server/store/database.ts'
import { migrate } from '../server/store/migrate.ts'
import type { Job, Peer } from './peer-interface.ts'

const TARGET = process.env.TARGET_URL ?? 'http://127.0.0.1:7701'
const log = createLog('warn')
const PROJECT = '00000000-0000-7000-8000-000000000001'

/** Docket as a contestant: the commands behind `send` and `sendMany`, and the scheduler with its own delivery. */
export const docket: Peer = {
  store: 'postgres',

  async setup(url) {
    await migrate({ database: url, directory: resolve(import.meta.dirname, '../prisma/migrations'), log: { info() {}, warn() {} } })
    await once(url, `insert into projects (id, name, created_at) values ('${PROJECT}', 'default', now())`)
  },

  async producer(url) {
    const db = openDatabase(url, log)
    const many = async (jobs: Job[]) => {
      await db.pool.query(TEMP, [PROJECT, JSON.stringify(jobs.map(row))])
      db.signal.emit('due')
    }
    return { enqueue: (job) => many([job]), enqueueMany: many, close: () => db.close() }
  },

  async consumer(url, { concurrency, tune }) {
    const db = openDatabase(url, log)
    const scheduler = createScheduler({ db, log, concurrency, perOrigin: tune?.perOrigin ?? concurrency })
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

const row = (job: Job) => ({
  a: newId(),
  i: newId(),
  u: `${TARGET}/${job.delay ? `?delay=${job.delay}` : ''}`,
  t: job.at,
  h: { 'content-type': 'application/json', 'x-id': String(job.id), 'x-at': String(job.at) },
  b: job.body,
})
const TEMP = `
with g as materialized (select * from json_to_recordset($2) as g(a uuid, i uuid, u text, t float8, h json, b text)),
x as (insert into actions (id, project_id, name, kind, url, headers, body, scheduled_at, created_at, updated_at)
  select a, $1, 'POST', 'ONE_TIME', u, h, b, to_timestamp(t/1000), now(), now() from g),
y as (insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at)
  select i, $1, a, 'PENDING', 'API', to_timestamp(t/1000), to_timestamp(t/1000), to_timestamp(t/1000), 1, 'SYSTEM', now() from g)
insert into events (project_id, type, at, action_id, invocation_id, status)
select $1, 'invocation.created', now(), a, i, 'PENDING'::invocation_status from g
union all select $1, 'action.created', now(), a, null, null from g`

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
