import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isAlive } from './process-state.ts'

const holder = resolve(import.meta.dirname, '../../../test/hold-embedded.ts')
const folder = mkdtempSync(join(tmpdir(), 'docket-embedded-'))
// Run by root, the tests have PostgreSQL run as another user, who has to get through.
chmodSync(folder, 0o711)
const dataDir = join(folder, 'data')

type Said = { url: string; adopted: boolean; refused?: undefined } | { refused: string }
type Server = { child: ChildProcess; said: Said }

async function server(): Promise<Server> {
  const child = spawn(process.execPath, [holder, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = await once(createInterface(child.stdout!), 'line')
  return { child, said: JSON.parse(line) }
}

async function end({ child }: Server, how?: 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit')
  if (how) child.kill(how)
  else child.stdin!.end()
  await ended
}

function urlOf({ said }: Server): string {
  assert(said.refused === undefined, said.refused)
  return said.url
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const children: ChildProcess[] = []
const pidFile = join(dataDir, 'postgres/cluster/postmaster.pid')
const postmaster = (): number => Number(readFileSync(pidFile, 'utf8').split('\n')[0])

after(async () => {
  // Only a failed test leaves them running.
  for (const child of children) child.kill('SIGKILL')
  if (existsSync(pidFile) && isAlive(postmaster())) process.kill(postmaster(), 'SIGQUIT')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

test('of two simultaneous first starts one serves and the other names it', async () => {
  const both = await Promise.all([server(), server()])
  const [winner, loser] = both[0].said.refused === undefined ? both : [both[1], both[0]]
  const url = urlOf(winner)
  assert.match(loser.said.refused ?? '', new RegExp(`already running on ${dataDir}: process ${winner.child.pid}`))
  const [settings] = await query(
    url,
    `select current_database() as name, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
       current_setting('listen_addresses') as network, current_setting('timezone') as zone, pg_encoding_to_char(encoding) as encoding,
       datlocale as locale from pg_database where datname = current_database()`,
  )
  assert.deepEqual(settings, { name: 'docket', fsync: 'on', commit: 'on', network: '', zone: 'UTC', encoding: 'UTF8', locale: 'C.UTF-8' })
  assert.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)
  assert.equal(statSync(dataDir).mode & 0o007, 0)
  assert.equal(JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')).pid, winner.child.pid)
  await query(url, 'create table kept (n integer)')
  const pid = postmaster()
  await end(winner)
  assert(!isAlive(pid) && !existsSync(pidFile) && !existsSync(join(dataDir, 'server.json')))
})

test('a second start is refused within two seconds and names the first, whose database goes on', async () => {
  const first = await server()
  const started = performance.now()
  const second = await server()
  assert(performance.now() - started < 2_000)
  assert.match(
    second.said.refused ?? '',
    new RegExp(`process ${first.child.pid}, at http://127.0.0.1:4600 since .*kill ${first.child.pid}.*DATA_DIR`),
  )
  assert.deepEqual(await query(urlOf(first), 'select 1 as one'), [{ one: 1 }])
  await end(first)
})

test('after kill -9 of the server the next start goes on with the database left running', async () => {
  const killed = await server()
  await query(urlOf(killed), 'insert into kept values (1)')
  const pid = postmaster()
  await end(killed, 'SIGKILL')
  assert(isAlive(pid))
  const next = await server()
  assert.deepEqual(await query(urlOf(next), 'select n from kept'), [{ n: 1 }])
  assert(next.said.refused === undefined && next.said.adopted)
  assert.equal(postmaster(), pid)
  await end(next)
  assert(!isAlive(pid))
})

test('a database killed while in use is started again, with every acknowledged row', async () => {
  const running = await server()
  const url = urlOf(running)
  await query(url, 'insert into kept values (2)')
  const pid = postmaster()
  process.kill(pid, 'SIGKILL')
  while (!existsSync(pidFile) || postmaster() === pid) await delay(10)
  let rows: { n: number }[] | undefined
  while (!rows) rows = await query<{ n: number }>(url, 'select n from kept order by n').catch(() => undefined)
  assert.deepEqual(rows, [{ n: 1 }, { n: 2 }])
  const second = await server()
  assert.match(second.said.refused ?? '', /already running/)
  await end(running)
})

test('a pid file that names another program does not keep it from starting', async () => {
  const lines = [
    process.pid,
    join(dataDir, 'postgres/cluster'),
    1_700_000_000,
    5432,
    join(dataDir, 'postgres/sockets'),
    '',
    '  1 1',
    'ready',
  ]
  writeFileSync(pidFile, `${lines.join('\n')}\n`)
  const started = await server()
  assert.deepEqual(await query(urlOf(started), 'select 1 as one'), [{ one: 1 }])
  await end(started)
})
