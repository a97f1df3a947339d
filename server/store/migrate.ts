import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Progress, StartRefused } from './starting.ts'

export type MigrateOptions = {
  /** Database to migrate, or an open connection to it that nobody else uses meanwhile. */
  database: string | pg.Client
  /** Folder of `<time>_<verb_noun>/migration.sql`, applied in the order of their names. */
  directory: string
  log: Progress
}

/**
 * Brings the database to the schema of this version. Each migration runs in a transaction together with its row in `_prisma_migrations`
 * (Prisma's own table, so that `prisma migrate deploy` agrees): a kill at any statement leaves nothing of it. Servers that start at the
 * same time take turns.
 *
 * @returns the names of the migrations that were applied now
 * @throws StartRefused when PostgreSQL is too old, a migration was edited after it was applied, one began and did not finish, or the
 * database was migrated by a newer version
 */
export async function migrate({ database, directory, log }: MigrateOptions): Promise<string[]> {
  if (typeof database !== 'string') return await migrateOver(database, directory, log)
  const client = new pg.Client({ connectionString: database, application_name: 'docket migrate' })
  // The statement in progress reports a lost connection; the event as well would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw new StartRefused(
      `The database cannot be reached: ${(error as Error).message || String(error)}. Check DATABASE_URL and that the server runs.`,
    )
  }
  try {
    return await migrateOver(client, directory, log)
  } finally {
    await client.end().catch(() => {})
  }
}

/** The lock Prisma's own migrate commands take, so that they and Docket never migrate at the same time. */
const PRISMA_MIGRATE_LOCK = 72_707_369

/** PostgreSQL 15: the oldest the SQL is written for. */
const OLDEST_SERVER = 150_000

type Migration = { name: string; sql: string }
type Applied = { migration_name: string; checksum: string; finished_at: Date | null }

async function migrateOver(client: pg.Client, directory: string, log: Progress): Promise<string[]> {
  await requireVersion(client)
  await client.query('select pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK])
  try {
    await client.query(CREATE_TABLE)
    const migrations = readMigrations(directory)
    const applied = await client.query<Applied>(
      'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null order by started_at',
    )
    requireAgreement(migrations, applied.rows)
    const known = new Set(applied.rows.map((row) => row.migration_name))
    const missing = migrations.filter((migration) => !known.has(migration.name))
    for (const migration of missing) await apply(client, migration, log)
    return missing.map((migration) => migration.name)
  } finally {
    // On a lost connection the server gives the lock back by itself.
    await client.query('select pg_advisory_unlock($1)', [PRISMA_MIGRATE_LOCK]).catch(() => {})
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const found = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  )
  const version = found.rows[0]
  if (version && version.number < OLDEST_SERVER) {
    throw new StartRefused(
      `The database server is PostgreSQL ${version.name}; Docket needs 15 or later. Set DATABASE_URL to a newer server.`,
    )
  }
}

/** The table as Prisma's schema engine makes it. */
const CREATE_TABLE = `create table if not exists _prisma_migrations (
  id                  varchar(36) primary key not null,
  checksum            varchar(64) not null,
  finished_at         timestamptz,
  migration_name      varchar(255) not null,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`

/** Prisma's order and layout: a folder per migration, sorted by name; other files in the directory do not count. */
function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(directory, name, 'migration.sql'), 'utf8') }))
}

function requireAgreement(migrations: Migration[], applied: Applied[]): void {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  const unknown = applied.filter((row) => !byName.has(row.migration_name)).map((row) => row.migration_name)
  if (unknown.length > 0) {
    throw new StartRefused(
      `The database was migrated by a newer version of Docket: this version does not know ${unknown.join(', ')}. ` +
        'Start the newer version, or restore a backup from before the update.',
    )
  }
  const unfinished = applied.find((row) => row.finished_at === null)
  if (unfinished) {
    throw new StartRefused(
      `Migration ${unfinished.migration_name} began and did not finish, which only prisma migrate can leave behind. ` +
        'Repair the database, then mark the migration with prisma migrate resolve.',
    )
  }
  const edited = applied.filter((row) => !checksums(byName.get(row.migration_name)!.sql).includes(row.checksum))
  if (edited.length > 0) {
    throw new StartRefused(
      `${edited.map((row) => row.migration_name).join(', ')} changed after being applied to this database, so its schema is unknown. ` +
        'Bring the file back as it was and put the change into a new migration.',
    )
  }
}

async function apply(client: pg.Client, { name, sql }: Migration, log: Progress): Promise<void> {
  log.info(`Applying migration ${name}.`)
  const startedAt = new Date()
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), sha256(sql), name, startedAt],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw new Error(`Migration ${name} failed and left nothing behind: ${(error as Error).message}`, { cause: error })
  }
}

/** Prisma accepts the file with either line ending, because git may change them. */
function checksums(sql: string): string[] {
  const unix = sql.replaceAll('\r\n', '\n')
  return [sql, unix, unix.replaceAll('\n', '\r\n')].map(sha256)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
