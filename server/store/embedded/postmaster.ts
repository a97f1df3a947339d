import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../starting.ts'
import { runAs } from './account.ts'
import type { Place } from './place.ts'
import { commandLine, isAlive } from './process-state.ts'

/** PostgreSQL names its socket after a port, also where it listens on none. */
export const SOCKET_PORT = 5432

/** Settings of the server process, as for `postgres -c`. */
export type Settings = Record<string, string>

/** What no edit of postgresql.conf may change: who can connect, and that an acknowledged row is on the disk. */
const FIXED: Settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  logging_collector: 'off',
  // Our statements are short; compiling them costs more than it saves.
  jit: 'off',
  log_checkpoints: 'off',
}

/** A server we started; `ended` becomes true when that process is gone. */
export type Launched = { readonly pid: number | undefined; ended: boolean; failure: string | undefined }

/**
 * Starts the server process in a session of its own, so that Ctrl-C in our terminal does not reach it before our shutdown is done with
 * it, and so that it outlives a `kill -9` of ours with nothing half written.
 */
export function launch(place: Place, settings: Settings = {}): Launched {
  const all = { ...FIXED, unix_socket_directories: place.sockets, ...settings }
  const args = [
    '-D',
    place.cluster,
    '-p',
    String(SOCKET_PORT),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const log = openLog(place)
  const child = spawn(join(place.binaries, 'bin', 'postgres'), args, {
    ...runAs(place.account),
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const launched: Launched = { pid: child.pid, ended: false, failure: undefined }
  child.once('error', (error) => Object.assign(launched, { ended: true, failure: error.message }))
  child.once('exit', () => Object.assign(launched, { ended: true }))
  return launched
}

/** The server process that has this cluster open, from the file PostgreSQL keeps; undefined when there is none. */
export function readPostmaster(place: Pick<Place, 'cluster'>): { pid: number; sockets: string } | undefined {
  try {
    const lines = readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return pid > 0 ? { pid, sockets: lines[4]?.trim() ?? '' } : undefined
  } catch {
    return undefined
  }
}

/** Whether that process is there and really is PostgreSQL: after a reboot or in a new container the number may be another program's. */
export function isPostmaster(pid: number): boolean {
  return isAlive(pid) && /(^|\/)postgres(:|$)/.test(commandLine(pid)[0] ?? '')
}

/**
 * Removes the files by which PostgreSQL would take another program, which got the number of a dead server process, for that server.
 * Call it only when `isPostmaster` said no. PostgreSQL handles a number that is free by itself.
 */
export function removeStalePidFile(place: Place): void {
  rmSync(join(place.cluster, 'postmaster.pid'), { force: true })
  rmSync(join(place.sockets, `.s.PGSQL.${SOCKET_PORT}.lock`), { force: true })
}

/** Fast shutdown waits for its last checkpoint, which on a slow disk takes seconds. After that, recovery at the next start does the rest. */
const FAST_SHUTDOWN_MS = 10_000
const IMMEDIATE_SHUTDOWN_MS = 5_000

/** Stops the server process and waits until it is gone: open transactions are rolled back, everything acknowledged is on the disk. */
export async function stopPostmaster(place: Place, log: Progress): Promise<void> {
  const pid = readPostmaster(place)?.pid
  if (!pid || !isPostmaster(pid)) return
  process.kill(pid, 'SIGINT')
  if (await gone(place, pid, FAST_SHUTDOWN_MS)) return
  log.warn(`The embedded PostgreSQL did not stop within ${FAST_SHUTDOWN_MS / 1000} s; stopping it at once.`)
  process.kill(pid, 'SIGQUIT')
  await gone(place, pid, IMMEDIATE_SHUTDOWN_MS)
}

async function gone(place: Place, pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isAlive(pid) && readPostmaster(place)?.pid === pid) {
    if (Date.now() > deadline) return false
    await delay(10)
  }
  return true
}

/** The end of what the server wrote to its log, for a message about a start that failed. */
export function logTail(place: Place): string {
  try {
    return readFileSync(logFile(place), 'utf8').trim().split('\n').slice(-8).join('\n')
  } catch {
    return ''
  }
}

export const logFile = (place: Pick<Place, 'home'>): string => join(place.home, 'postgres.log')

/** One older log is kept. */
const LOG_KEPT_BYTES = 8 * 1024 * 1024

function openLog(place: Place): number {
  const file = logFile(place)
  if (existsSync(file) && statSync(file).size > LOG_KEPT_BYTES) renameSync(file, `${file}.1`)
  // Root opens a file in another user's folder: never through a link that user may have put there.
  return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, 0o600)
}
