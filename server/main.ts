import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { ConfigError, publicUrl, readConfig } from './config.ts'
import { openDoor } from './door.ts'
import { createLifecycle, type Lifecycle, Stopped } from './lifecycle.ts'
import { createLog } from './log.ts'
import { openDatabase } from './store/database.ts'
import { makeDataDir } from './store/embedded/place.ts'
import { startEmbedded } from './store/embedded/start.ts'
import { keptText } from './store/kept-text.ts'
import { migrate } from './store/migrate.ts'
import { ensureDefaultProject } from './store/projects.ts'
import { type Progress, StartRefused } from './store/starting.ts'

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
  makeDataDir(config.dataDir)

  const embedded = config.databaseUrl
    ? undefined
    : await start(
        'embedded PostgreSQL',
        () => startEmbedded({ dataDir: config.dataDir, log: say, serving: { port: door.port, url }, onLost: fail }),
        (postgres) => postgres.stop(),
      )
  const databaseUrl = config.databaseUrl ?? embedded!.url
  await start('migrations', () => migrate({ database: databaseUrl, directory: MIGRATIONS, log: say }))
  const db = await start(
    'database connections',
    () => openDatabase(databaseUrl, log),
    (db) => db.close(),
  )
  const secretKey = config.secretKey ?? keptText(join(config.dataDir, 'secret-key'), () => randomBytes(32).toString('hex')).text
  const projectId = await ensureDefaultProject(db)
}

/** Says why and ends: an expected refusal as its sentence, anything else with its stack. */
async function fail(error: unknown): Promise<void> {
  const expected = error instanceof ConfigError || error instanceof StartRefused
  console.error(expected ? error.message : error)
  lifecycle.hurry()
  await lifecycle.stop()
  process.exit(1)
}
