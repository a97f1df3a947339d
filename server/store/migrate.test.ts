import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../../test/harness.ts'
import { migrate } from './migrate.ts'
import { StartRefused } from './starting.ts'

const log = { info() {}, warn() {} }

function folderOf(migrations: Record<string, string>) {
  const directory = mkdtempSync(join(tmpdir(), 'docket-migrations-'))
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'migration.sql'), sql)
  }
  writeFileSync(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n')
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) }
}

async function rows<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const result = await client.query<T>(sql)
  await client.end()
  return result.rows
}

const FIRST = { '20260101000000_create_a': 'create table a (n integer);\ninsert into a values (1);\n' }
const BOTH = { ...FIRST, '20260102000000_add_b': 'alter table a add b text;\n' }

test('applies what is missing in order, once, and keeps the row Prisma would keep', async () => {
  await using database = await testDatabase({ template: false })
  using first = folderOf(FIRST)
  using both = folderOf(BOTH)
  assert.deepEqual(await migrate({ database: database.url, directory: first.directory, log }), ['20260101000000_create_a'])
  assert.deepEqual(await migrate({ database: database.url, directory: both.directory, log }), ['20260102000000_add_b'])
  assert.deepEqual(await migrate({ database: database.url, directory: both.directory, log }), [])
  assert.deepEqual(await rows(database.url, 'select n, b from a'), [{ n: 1, b: null }])
  const [row] = await rows(
    database.url,
    `select checksum, applied_steps_count, finished_at is not null as finished, rolled_back_at, logs, length(id) as id
       from _prisma_migrations order by migration_name limit 1`,
  )
  assert.deepEqual(row, {
    // printf 'create table a (n integer);\ninsert into a values (1);\n' | sha256sum
    checksum: '915bbcc464ce0e5c63559071887f1e52e37076aa83a9b2befa0213771cbb07f5',
    applied_steps_count: 1,
    finished: true,
    rolled_back_at: null,
    logs: null,
    id: 36,
  })
})

test('servers that start together take turns', async () => {
  await using database = await testDatabase({ template: false })
  using both = folderOf(BOTH)
  const applied = await Promise.all([1, 2, 3].map(() => migrate({ database: database.url, directory: both.directory, log })))
  assert.equal(applied.flat().length, 2)
})

test('a migration that fails leaves nothing, and the next start goes on', async () => {
  await using database = await testDatabase({ template: false })
  using broken = folderOf({ ...FIRST, '20260102000000_add_b': 'alter table a add b text;\nselect 1/0;\n' })
  using repaired = folderOf(BOTH)
  await assert.rejects(
    migrate({ database: database.url, directory: broken.directory, log }),
    /20260102000000_add_b failed.*division by zero/,
  )
  assert.deepEqual(await rows(database.url, 'select * from a'), [{ n: 1 }])
  assert.deepEqual(await migrate({ database: database.url, directory: repaired.directory, log }), ['20260102000000_add_b'])
})

test('refuses a database that a newer version migrated', async () => {
  await using database = await testDatabase({ template: false })
  using old = folderOf(FIRST)
  using newer = folderOf(BOTH)
  await migrate({ database: database.url, directory: newer.directory, log })
  await assert.rejects(migrate({ database: database.url, directory: old.directory, log }), (error) => {
    assert(error instanceof StartRefused)
    assert.match(error.message, /newer version of Docket.*20260102000000_add_b/)
    return true
  })
})

test('refuses a migration that changed after it was applied, but not other line endings', async () => {
  await using database = await testDatabase({ template: false })
  using first = folderOf(FIRST)
  using edited = folderOf({ '20260101000000_create_a': 'create table a (n bigint);\n' })
  using windows = folderOf({ '20260101000000_create_a': FIRST['20260101000000_create_a'].replaceAll('\n', '\r\n') })
  await migrate({ database: database.url, directory: first.directory, log })
  await assert.rejects(migrate({ database: database.url, directory: edited.directory, log }), /create_a changed after being applied/)
  assert.deepEqual(await migrate({ database: database.url, directory: windows.directory, log }), [])
})

test('refuses a migration that Prisma began and did not finish', async () => {
  await using database = await testDatabase({ template: false })
  using first = folderOf(FIRST)
  await migrate({ database: database.url, directory: first.directory, log })
  await rows(database.url, 'update _prisma_migrations set finished_at = null')
  await assert.rejects(migrate({ database: database.url, directory: first.directory, log }), /began and did not finish/)
})

test('a database that cannot be reached is named in a sentence without its password', async () => {
  using first = folderOf(FIRST)
  await assert.rejects(migrate({ database: 'postgresql://me:hunter2@127.0.0.1:1/docket', directory: first.directory, log }), (error) => {
    assert(error instanceof StartRefused)
    assert.match(error.message, /cannot be reached.*ECONNREFUSED/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
})

test('the migrations of this version apply to an empty database', async () => {
  await using database = await testDatabase()
  const [found] = await rows<{ count: number }>(database.url, 'select count(*)::int as count from _prisma_migrations')
  assert(found!.count > 0)
})
