import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../test/harness.ts'
import { runOn } from '../test/template.ts'
import { schemaDifference } from './schema-difference.ts'

const TABLES = `
  create table things (
    id integer primary key,
    name text not null,
    size integer not null default 1,
    big boolean generated always as (size > 9) stored,
    constraint things_size_check check (size > 0)
  ) with (fillfactor = 70);
  create unique index things_big_key on things (name) where big;`

const schema = (fields: string) => ({
  path: 'schema.prisma',
  folder: '.',
  content: `
    datasource db {
      provider = "postgresql"
    }
    model Thing {
      id   Int      @id
      name String
      size Int      @default(1)
      big  Boolean?
      ${fields}
      @@map("things")
    }`,
})

test('what Prisma cannot say is no difference: CHECKs, partial indexes, generated columns, storage', async () => {
  await using database = await testDatabase({ template: false })
  await runOn(database.url, TABLES)
  assert.equal(await schemaDifference(database.url, schema('')), '')
})

test('a column, an index and a default that differ are named, beside a generated column', async () => {
  await using database = await testDatabase({ template: false })
  await runOn(database.url, `${TABLES} alter table things alter size set default 2; create index things_name_idx on things (name);`)
  const sql = await schemaDifference(database.url, schema('colour String'))
  assert.match(sql, /DROP INDEX "things_name_idx"/)
  assert.match(sql, /ADD COLUMN +"colour" TEXT NOT NULL/)
  assert.match(sql, /ALTER COLUMN "size" SET DEFAULT 1/)
  assert.doesNotMatch(sql, /big/)
})
