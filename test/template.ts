import { resolve } from 'node:path'
import pg from 'pg'
import { migrate } from '../server/store/migrate.ts'

/** The database every test copies. */
export const TEMPLATE = 'docket_template'

/**
 * Makes the database with all migrations applied that tests copy.
 *
 * @param server address of the database `postgres` of a cluster
 */
export async function createTemplate(server: string): Promise<void> {
  await runOn(server, `create database ${TEMPLATE}`)
  await migrate({ database: databaseOf(server, TEMPLATE), directory: MIGRATIONS, log: { info() {}, warn() {} } })
}

const MIGRATIONS = resolve(import.meta.dirname, '../prisma/migrations')

/** The address of another database of the same server. */
export function databaseOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = name
  return url.href
}

/** One statement over a connection of its own. */
export async function runOn(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
