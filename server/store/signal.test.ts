import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../../test/harness.ts'
import { createLog, type Log } from '../log.ts'
import { openSignal, type Signal } from './signal.ts'

/** Two servers of one database that listen, and a connection beside them. */
async function pair({ log, options = '', prepare }: { log?: Log; options?: string; prepare?: string } = {}) {
  const database = await testDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  if (prepare) await client.query(prepare)
  const quiet = createLog('silent')
  const far = openSignal(database.url, quiet)
  await connected(far)
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and application_name = $1',
    ['docket signal'],
  )
  const near = openSignal(withOptions(database.url, options), log ?? quiet)
  await connected(near)
  const got: string[] = []
  for (const topic of ['due', 'events', 'access'] as const) far.on(topic, () => got.push(topic))
  return {
    near,
    client,
    got,
    /** The next time that the far one is told of it. */
    told: (topic: 'access' | 'due') => new Promise<void>((resolve) => far.on(topic, resolve)),
    /** Ends the near one's connection. */
    cut: () =>
      client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1 and pid <> $2',
        ['docket signal', rows[0]!.pid],
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all([near.close(), far.close(), client.end()])
      await database[Symbol.asyncDispose]()
    },
  }
}

function withOptions(address: string, options: string): string {
  const url = new URL(address)
  url.searchParams.set('options', options)
  return url.href
}

/** It tells everything when its connection stands. */
const connected = (signal: Signal) =>
  new Promise<void>((resolve) => {
    const end = signal.on('events', () => {
      end()
      resolve()
    })
  })

const LIMIT = { timeout: 10_000 }

test('what is announced while the connection is broken is told when it stands again', LIMIT, async () => {
  await using both = await pair()
  const told = both.told('access')
  await both.cut()
  both.near.emit('access')
  await told
  assert.deepEqual(both.got, ['access'])
})

test('also when the database takes no connection for a while', LIMIT, async () => {
  const log = createLog('silent')
  const refusals = new EventEmitter()
  log.warn = (_: unknown, text?: string) => text?.startsWith('no connection for wake-ups') && refusals.emit('refused')
  await using both = await pair({ log })
  const told = Promise.all([both.told('access'), both.told('due')])
  const allow = (allowed: boolean) =>
    both.client.query('update pg_database set datallowconn = $1 where datname = current_database()', [allowed])
  await allow(false)
  const refused = once(refusals, 'refused')
  await both.cut()
  both.near.emit('access')
  await refused
  both.near.emit('due')
  await once(refusals, 'refused')
  await allow(true)
  await told
  assert.deepEqual(both.got, ['access', 'due'], 'once each')
})

test('an announcement that the database refuses is made again', LIMIT, async () => {
  await using both = await pair({
    options: '-c search_path=public,pg_catalog',
    prepare: `
      create sequence tries;
      create function public.pg_notify(text, text) returns void language plpgsql as $$
      begin
        if nextval('tries') < 3 then raise 'not now'; end if;
        perform pg_catalog.pg_notify($1, $2);
      end $$`,
  })
  const told = both.told('access')
  both.near.emit('access')
  await told
  assert.deepEqual(both.got, ['access'])
})
