import { spawn } from 'node:child_process'
import { accessSync, chownSync, constants, mkdtempSync, statfsSync } from 'node:fs'
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
  log_checkpoints: 'off',
  jit: 'off',
}

/** Nothing must outlive a power failure, and in memory nothing is to be kept for a standby or a long recovery. */
const FLEETING = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
}

/** A file system in memory, which Linux has. */
const MEMORY = '/dev/shm'
/** Dozens of databases at a time, of 12 MB each; containers often have less. */
const MEMORY_BYTES = 2 * 1024 ** 3

/** Each test's database is some 600 files: made in 20 ms in memory, in 300 ms on a usual disk. */
function folderFor(): string {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= MEMORY_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** $0 is the folder, the rest the server's command line. */
const GUARD = '"$@" >"$0/postgres.log" 2>&1 & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0"'

const silent: Progress = { info() {}, warn() {} }

/**
 * A PostgreSQL cluster in memory or in the folder for temporary files. It ends with this process however that ends: a shell holds the other
 * end of a pipe to us, and when the pipe closes it stops the server and removes the folder.
 *
 * @param durable on disk, and each commit as safe as in operation: for benches
 */
export async function startThrowawayCluster(log: Progress = silent, { durable = false } = {}): Promise<ThrowawayCluster> {
  const home = mkdtempSync(join(durable ? tmpdir() : folderFor(), 'docket-test-'))
  const account = accountFor(home)
  if (account) chownSync(home, account.uid, account.gid)
  const binaries = findBinaries(account, account ? '/var/lib/docket' : resolve(import.meta.dirname, '../.cache'), log)
  const place = { home, cluster: join(home, 'cluster'), binaries, sockets: home, account }
  await ensureCluster(place, silent, { durable })

  const flags = Object.entries({ ...SETTINGS, ...(durable ? {} : FLEETING), unix_socket_directories: home }).flatMap(([name, value]) => [
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
