import { spawn } from 'node:child_process'
import { chownSync, mkdtempSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { accountFor, runAs } from '../server/store/embedded/account.ts'
import { findBinaries } from '../server/store/embedded/binaries.ts'
import { ensureCluster } from '../server/store/embedded/cluster.ts'
import type { Progress } from '../server/store/starting.ts'

export type ThrowawayCluster = {
  /** Address of a database of this cluster. */
  urlOf(database: string): string
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

const SETTINGS = {
  listen_addresses: '',
  // Test files run in parallel, each server in them with its own pools.
  max_connections: '400',
  // Nothing here must outlive a power failure.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  log_checkpoints: 'off',
  jit: 'off',
}

/** $0 is the folder, the rest the server's command line. */
const GUARD = '"$@" >"$0/postgres.log" 2>&1 & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0"'

const silent: Progress = { info() {}, warn() {} }

/**
 * A PostgreSQL cluster in the folder for temporary files. It ends with this process however that ends: a shell holds the other end of a
 * pipe to us, and when the pipe closes it stops the server and removes the folder.
 *
 * @param settings of the server, in place of those that only suit tests
 */
export async function startThrowawayCluster(log: Progress = silent, settings: Record<string, string> = {}): Promise<ThrowawayCluster> {
  const home = mkdtempSync(join(tmpdir(), 'docket-test-'))
  const account = accountFor(home)
  if (account) chownSync(home, account.uid, account.gid)
  const binaries = findBinaries(account, account ? '/var/lib/docket' : resolve(import.meta.dirname, '../.cache'), log)
  const place = { home, cluster: join(home, 'cluster'), binaries, sockets: home, account }
  await ensureCluster(place, silent, { durable: false })

  const flags = Object.entries({ ...SETTINGS, ...settings, unix_socket_directories: home }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const program = [join(binaries, 'bin', 'postgres'), '-D', place.cluster, '-p', '5432', ...flags]
  const shell = spawn('/bin/sh', ['-c', GUARD, home, ...program], {
    ...runAs(account),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  shell.unref()
  const pipe = shell.stdin as Socket
  pipe.unref()

  const urlOf = (database: string) => `postgresql://postgres@localhost:5432/${database}?host=${encodeURIComponent(home)}&sslmode=disable`
  await answering(urlOf('postgres'), () => shell.exitCode !== null)
  return {
    urlOf,
    async stop() {
      shell.ref()
      pipe.end()
      await ended
    },
  }
}

/** It starts in about 100 ms; a loaded machine gets more. */
const START_LIMIT_MS = 30_000

async function answering(url: string, over: () => boolean): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (over() || Date.now() > deadline) throw new Error('The PostgreSQL for tests does not start.', { cause: error })
      await delay(20)
    }
  }
}
