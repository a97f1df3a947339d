import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createAction } from '../server/commands/create-action.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { createLog } from '../server/log.ts'
import { createMaterializer } from '../server/scheduler/materializer.ts'
import { createReconciler } from '../server/scheduler/reconciler.ts'
import { createAfterRuns } from '../server/scheduler/rolling.ts'
import { findAbandoned } from '../server/store/abandoned.ts'
import { claim } from '../server/store/claim.ts'
import { openDatabase } from '../server/store/database.ts'
import { takeDue } from '../server/store/mark-running.ts'
import { settleOverlap } from '../server/store/overlap.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { createTemplate, databaseOf, runOn, TEMPLATE } from '../test/template.ts'
import { startThrowawayCluster } from '../test/throwaway-cluster.ts'
import { testVault } from '../test/vault.ts'
import { printTable, spread } from './figures.ts'

// node bench/idle-tick.ts [actions]
// Many enabled recurring actions and none of them due: what each round of the scheduler costs.

const ACTIONS = Number(process.argv[2] ?? 100_000)
const ROUNDS = 200

const log = createLog('warn')
const cluster = await startThrowawayCluster(undefined, { durable: true })
try {
  await createTemplate(cluster.urlOf('postgres'))
  await runOn(cluster.urlOf('postgres'), `create database idle_tick template ${TEMPLATE}`)
  const db = openDatabase(databaseOf(cluster.urlOf('postgres'), 'idle_tick'), log, { vault: testVault() })
  try {
    await fill()
    const pool = db.engine
    const tell = () => {}
    const materializer = createMaterializer({ pool, db, log, onMade: tell })
    const afterRuns = createAfterRuns({ pool, log, onChange: tell })
    const owner = crypto.randomUUID()
    const rows: (string | number)[][] = [
      ['', 'first', 'p50', 'p95', 'slowest'],
      await measure('making runs', () => materializer.round()),
      await measure('claiming', () => claim(pool, { owner, aheadMs: 1_000, leaseMs: 15_000, limit: 500, saturated: [] })),
      await measure('taking what is due', () => takeDue(pool, { owner, limit: 64, saturated: [] })),
      await measure('judging overlap', () => settleOverlap(pool, owner)),
      await measure('going on after runs', () => afterRuns.round()),
      await measure('taking over', () => findAbandoned(pool, 500)),
    ]
    rows.push(await check())
    printTable(`${ACTIONS.toLocaleString('en')} enabled actions, none due: ms per round`, rows)
  } finally {
    await db.close()
  }

  /** Copies of one action, due at any minute of the coming day but not the first. */
  async function fill() {
    const ctx = { db, projectId: await ensureDefaultProject(db), actor: SYSTEM }
    const now = Date.now()
    const schedule = { cronExpression: '0 0 1 1 *', timezone: 'UTC' }
    const { id } = await createAction(ctx, { name: 'Action', target: { url: 'https://example.com/' }, schedule }, now)
    const { rows } = await db.pool.query<{ names: string }>(
      `select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
       where table_schema = 'public' and table_name = 'actions' and column_name not in ('id', 'name', 'cron_expression', 'next_run_at')`,
    )
    const { names } = rows[0]!
    await db.pool.query('update projects set enabled_quota = $1', [2 * ACTIONS])
    await db.pool.query(
      `insert into actions (id, name, cron_expression, next_run_at, ${names})
       select gen_random_uuid(), 'Action ' || n, extract(minute from at) || ' ' || extract(hour from at) || ' * * *', at, ${names}
       from actions, lateral (
         select n, date_trunc('minute', to_timestamp($2::float8 / 1000)) + (3 + n % 1437) * interval '1 minute' as at from generate_series(1, $3::int) n
       ) g where id = $1`,
      [id, now, ACTIONS - 1],
    )
    await runOn(databaseOf(cluster.urlOf('postgres'), 'idle_tick'), 'vacuum analyze')
  }

  /** Not a round of every moment: once at the start and once a day. */
  async function check() {
    const reconciler = createReconciler({ pool: db.engine, log, onMoved() {} })
    const stalls = monitorEventLoopDelay({ resolution: 1 })
    stalls.enable()
    const started = performance.now()
    const moved = await reconciler.round()
    const ms = Math.round(performance.now() - started)
    stalls.disable()
    const stall = Math.round(stalls.max / 1e6)
    return [`checking all, once a day (${moved} moved, longest stall ${stall})`, ms, '–', '–', '–']
  }
} finally {
  await cluster.stop()
}

async function measure(round: string, work: () => Promise<unknown>) {
  const took: number[] = []
  for (let n = 0; n <= ROUNDS; n++) {
    const started = performance.now()
    await work()
    took.push(performance.now() - started)
  }
  const [first, ...rest] = took
  const { p50, p95, max } = spread(rest)
  return [round, Math.round(first! * 10) / 10, p50, p95, max]
}
