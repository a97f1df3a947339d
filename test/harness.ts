import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { createTemplate, databaseOf, runOn, TEMPLATE } from './template.ts'
import { startThrowawayCluster, type ThrowawayCluster } from './throwaway-cluster.ts'

/** A database of its own for one test. */
export type TestDatabase = {
  url: string
  /** Drops it, also while connections are open. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A fresh database with all migrations applied and nothing else in it: `await using database = await testDatabase()`.
 * It is copied from a template in about 20 ms where there is room for it in memory, so every test can have its own and files can run in parallel.
 *
 * Under `npm test` all files share the cluster that DOCKET_TEST_DATABASE names. A file run alone (`node --test file`) starts one.
 *
 * @param template false gives a database without any table
 */
export async function testDatabase({ template = true } = {}): Promise<TestDatabase> {
  const server = process.env.DOCKET_TEST_DATABASE ?? (await ownCluster())
  const name = `test_${randomBytes(8).toString('hex')}`
  await runOn(server, `create database ${name} template ${template ? TEMPLATE : 'template0'} strategy file_copy`)
  return {
    url: databaseOf(server, name),
    [Symbol.asyncDispose]: () => runOn(server, `drop database if exists ${name} with (force)`),
  }
}

let own: Promise<ThrowawayCluster> | undefined

/** One per process; it ends after the last test of the file. */
async function ownCluster(): Promise<string> {
  own ??= startThrowawayCluster().then(async (cluster) => {
    await createTemplate(cluster.urlOf('postgres'))
    return cluster
  })
  return (await own).urlOf('postgres')
}

after(async () => {
  if (own) await (await own).stop()
})
