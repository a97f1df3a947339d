import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { provideAdminToken } from './admin-token.ts'
import { startAuditBeat } from './audit-beat.ts'
import { banner } from './banner.ts'
import { reading } from './clock-skew.ts'
import { ConfigError, publicUrl, readConfig } from './config.ts'
import { createForwarder } from './delivery/forward.ts'
import { createGuard } from './delivery/guard.ts'
import { createEgressRules } from './domain/egress.ts'
import { createReceiptTokens } from './domain/receipt.ts'
import { warmUpZones } from './domain/warm-up-zones.ts'
import { openDoor } from './door.ts'
import { createApp } from './http/app.ts'
import { createLifecycle, type Lifecycle, Stopped } from './lifecycle.ts'
import { createLive } from './live/live.ts'
import { createLog } from './log.ts'
import { ownServer } from './own-server.ts'
import { createScheduler } from './scheduler/scheduler.ts'
import { ensureAuditKey } from './store/audit-key.ts'
import { openDatabase } from './store/database.ts'
import { makeDataDir } from './store/embedded/place.ts'
import { startEmbedded } from './store/embedded/start.ts'
import { ensureSigning } from './store/ensure-signing.ts'
import { keptText } from './store/kept-text.ts'
import { hasFinishedAdmin } from './store/memberships.ts'
import { migrate } from './store/migrate.ts'
import { ensureDefaultProject } from './store/projects.ts'
import { readClock } from './store/read-clock.ts'
import { ensureReceiptKey } from './store/receipt-key.ts'
import { sealPlainHeaders } from './store/rekey.ts'
import { checkSealingKeys } from './store/sealing-keys.ts'
import { createLink, PRINTED_LINK_MS } from './store/sessions.ts'
import { type Progress, StartRefused } from './store/starting.ts'
import { createVault } from './store/vault.ts'

/** Names us in the targets' logs. */
const USER_AGENT = `Docket/${manifest.version}`
const MIGRATIONS = resolve(import.meta.dirname, '../prisma/migrations')

/** A start talks to the person at the terminal; the running server writes JSON lines (`log.ts`). */
const say: Progress = { info: (line) => console.log(line), warn: (line) => console.error(line) }

const lifecycle = createLifecycle(say)
// A closed terminal must not end the process by EPIPE before it has stopped cleanly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
lifecycle.stopOnSignals()
try {
  await start(lifecycle)
} catch (error) {
  if (!(error instanceof Stopped)) await fail(error)
}

/** Everything in the order of its start; it ends in the reverse order. */
async function start({ start }: Lifecycle): Promise<void> {
  const config = readConfig()
  const log = createLog(config.logLevel)
  const door = await start(
    'port',
    () => openDoor(config),
    (door) => door.close(),
  )
  const url = publicUrl(config, door.port)
  const egress = createEgressRules(config.egressAllow, ownServer(door, url))
  makeDataDir(config.dataDir)

  const embedded = config.databaseUrl
    ? undefined
    : await start(
        'embedded PostgreSQL',
        () => startEmbedded({ dataDir: config.dataDir, log: say, serving: { port: door.port, url }, onLost: fail }),
        (postgres) => postgres.stop(),
      )
  const databaseUrl = config.databaseUrl ?? embedded!.url
  const secretKey = config.secretKey ?? keptText(join(config.dataDir, 'secret-key'), () => randomBytes(32).toString('hex')).text
  await start('migrations', () => migrate({ database: databaseUrl, directory: MIGRATIONS, log: say }))
  const db = await start(
    'database connections',
    () => openDatabase(databaseUrl, log, { vault: createVault({ secretKey, previous: config.previousSecretKey }) }),
    (db) => db.close(),
  )
  await reading([db.skew], () => readClock(db.pool))
  await checkSealingKeys(db)
  const projectId = await ensureDefaultProject(db)
  await ensureSigning(db)
  await sealPlainHeaders(db, say)
  await ensureReceiptKey(db)
  await ensureAuditKey(db)
  const admin = await provideAdminToken(db, projectId, config)

  await start(
    'audit anchors',
    () => startAuditBeat({ db, log }),
    (beat) => beat.stop(),
  )
  const live = await start(
    'live events',
    () => createLive({ db, log }),
    (live) => live.close(),
  )
  // Before the first schedule is worked out, so that none of them waits for it.
  warmUpZones(Date.now())
  const { app } = await start(
    'dashboard and API',
    () => {
      const { forward, close } = createForwarder({ guard: createGuard({ rules: egress }) })
      const app = createApp({
        db,
        live,
        log,
        forward,
        config: {
          publicUrl: url,
          secretKey,
          previousSecretKey: config.previousSecretKey,
          headerPrefix: config.headerPrefix,
          egress,
          oidc: config.oidc,
        },
      })
      door.open({ request: app.handleRequest, upgrade: app.handleUpgrade })
      return { app, close }
    },
    async ({ app, close }, hurry) => {
      await Promise.all([app.close(), door.shut(hurry)])
      await close()
    },
  )
  // After the API, so that it stops before it: what it sends to Docket's own echo is answered, and so is who waits for a run that ends.
  if (config.scheduler === 'in-process')
    await start(
      'scheduler',
      async () => {
        const receipts = createReceiptTokens(secretKey)
        const receiptUrl = (id: string, version: number) => `${url}/r/${receipts.seal(id, version)}`
        const { headerPrefix, retentionDays: retention, smtp } = config
        const scheduler = createScheduler({
          db,
          log,
          headerPrefix,
          userAgent: USER_AGENT,
          egress,
          receiptUrl,
          publicUrl: url,
          smtp,
          retention,
        })
        await scheduler.start()
        return scheduler
      },
      (scheduler, hurry) => scheduler.stop({ hurry }),
    )
  await start(
    'readiness',
    () => app,
    (app) => app.retire(),
  )
  // Later starts print no link: whoever reads the log must not become an administrator by it.
  const link = (await hasFinishedAdmin(db.pool, projectId)) ? undefined : await createLink(db, projectId, PRINTED_LINK_MS)
  say.info(
    banner({
      url,
      signInLink: link && `${url}/sign-in#${link}`,
      newToken: admin.made,
      tokenFile: admin.file,
      data: embedded?.location ?? config.databaseUrl!.replace(/:[^:@/]*@/, ':***@'),
      seconds: performance.now() / 1000,
    }),
  )
}

/** Says why and ends: an expected refusal as its sentence, anything else with its stack. */
async function fail(error: unknown): Promise<void> {
  const expected = error instanceof ConfigError || error instanceof StartRefused
  console.error(expected ? error.message : error)
  lifecycle.hurry()
  await lifecycle.stop()
  process.exit(1)
}
