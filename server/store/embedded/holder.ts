import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { StartRefused } from '../starting.ts'
import { isAlive } from './process-state.ts'

/** The server that has DATA_DIR, as written to `DATA_DIR/server.json`. */
export type Holder = { pid: number; port: number; url: string; startedAt: string }

/** Any two numbers that stay the same for ever: the lock of "one server per embedded database". */
const HOLDER_LOCK = [1_685_021_547, 2]

/** PostgreSQL notices within milliseconds that a killed server's connection is gone, but a busy machine may take longer. */
const DEAD_HOLDER_MS = 2_000

/**
 * Takes the embedded database for this process, for as long as the connection lives: a lock that even `kill -9` gives back.
 *
 * @throws StartRefused that names the process that has it
 */
export async function takeHold(client: pg.Client, dataDir: string): Promise<void> {
  const deadline = Date.now() + DEAD_HOLDER_MS
  // Where another server reads who holds the lock; the file can be missing, or be a copy in another folder.
  await client.query(`set application_name = 'docket ${process.pid}'`)
  for (;;) {
    const taken = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', HOLDER_LOCK)
    if (taken.rows[0]?.taken) return
    const pid = await holderPid(client)
    if ((pid !== undefined && isAlive(pid)) || Date.now() > deadline) throw new StartRefused(refusal(dataDir, pid))
    await delay(20)
  }
}

export function writeHolder(dataDir: string, holder: Holder): void {
  const file = holderFile(dataDir)
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(holder, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.${process.pid}`, file)
}

function readHolder(dataDir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(holderFile(dataDir), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Removes the file if it is this process's own. */
export function removeHolder(dataDir: string): void {
  if (readHolder(dataDir)?.pid === process.pid) rmSync(holderFile(dataDir), { force: true })
}

const holderFile = (dataDir: string): string => join(dataDir, 'server.json')

async function holderPid(client: pg.Client): Promise<number | undefined> {
  const found = await client.query<{ application_name: string }>(
    `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.objsubid = 2 and l.granted`,
    HOLDER_LOCK,
  )
  const pid = /^docket (\d+)$/.exec(found.rows[0]?.application_name ?? '')?.[1]
  return pid === undefined ? undefined : Number(pid)
}

function refusal(dataDir: string, pid: number | undefined): string {
  const holder = readHolder(dataDir)
  const known = holder && holder.pid === pid ? `, at ${holder.url} since ${holder.startedAt}` : ''
  const who = pid === undefined ? 'another Docket server' : `process ${pid}${known}`
  const stop = pid === undefined ? 'Stop that server' : `Stop that server (kill ${pid})`
  return `Docket is already running on ${dataDir}: ${who}. ${stop}, or set DATA_DIR to another folder to start a second one.`
}
