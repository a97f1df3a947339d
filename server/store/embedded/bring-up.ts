import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { errorCode, type Progress, StartRefused } from '../starting.ts'
import type { Place } from './place.ts'
import {
  isPostmaster,
  type Launched,
  launch,
  logFile,
  logTail,
  readPostmaster,
  removeStalePidFile,
  type Settings,
  SOCKET_PORT,
} from './postmaster.ts'
import { isAlive } from './process-state.ts'

/** How long a server process that others started may be unreachable (it shuts down, say), or ours may fail in ways that pass. */
const PATIENCE_MS = 30_000
/** After a crash PostgreSQL replays its log before it answers; that takes as long as it takes, so the operator is told. */
const TELL_EVERY_MS = 5_000

/**
 * Connects to the cluster's server process, whatever it takes: uses the one that runs, waits for one that starts, recovers or shuts
 * down, and starts one when there is none.
 *
 * @returns a connection to the database `postgres`, and whether the server process was there before
 * @throws StartRefused with the end of PostgreSQL's log when it cannot be started
 */
export async function bringUp(place: Place, settings: Settings, log: Progress): Promise<{ client: pg.Client; adopted: boolean }> {
  const started = Date.now()
  let launched: Launched | undefined
  let told = started
  for (;;) {
    const sockets = readPostmaster(place)?.sockets || place.sockets
    const answer = await connect(sockets, 'postgres')
    if (answer !== 'absent' && answer !== 'busy') return { client: answer, adopted: !launched || launched.ended }

    const waited = Date.now() - started
    if (launched?.ended) {
      if (!passing(launched, place) || waited > PATIENCE_MS) throw failed(place, launched)
      launched = undefined
      await delay(200)
    }
    const running = readPostmaster(place)
    if (running && isAlive(running.pid) && !isPostmaster(running.pid)) removeStalePidFile(place)
    const busy = answer === 'busy' || (running !== undefined && isPostmaster(running.pid))
    if (!launched && !busy) launched = launch(place, settings)
    if (!launched && waited > PATIENCE_MS && answer === 'absent') throw unreachable(place, running?.pid)
    if (Date.now() - told > TELL_EVERY_MS) {
      told = Date.now()
      log.info(`Waiting for the embedded PostgreSQL, which is starting, recovering or stopping (its log: ${logFile(place)}).`)
    }
    await delay(15)
  }
}

/**
 * One attempt to connect.
 *
 * @returns `absent` when nothing listens there, `busy` when PostgreSQL is there but starts, recovers or shuts down
 */
async function connect(sockets: string, database: string): Promise<pg.Client | 'absent' | 'busy'> {
  const client = new pg.Client({ host: sockets, port: SOCKET_PORT, user: 'postgres', database, ssl: false, connectionTimeoutMillis: 5_000 })
  // A connection that ends without anybody waiting for it must not end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(code)) return 'absent'
    if (code.startsWith('57P') || ['ECONNRESET', 'EPIPE', '53300'].includes(code) || /terminated|timeout/.test((error as Error).message))
      return 'busy'
    throw new StartRefused(`The embedded PostgreSQL in ${sockets} cannot be used: ${(error as Error).message}.`)
  }
}

/** Failures that end by themselves: another start was faster, or the last processes of a killed server are still on their way out. */
function passing(launched: Launched, place: Place): boolean {
  return launched.failure === undefined && /lock file|pre-existing shared memory/.test(logTail(place))
}

function failed(place: Place, launched: Launched): StartRefused {
  return new StartRefused(`PostgreSQL does not start (its log is ${logFile(place)}):\n${launched.failure ?? logTail(place)}`)
}

function unreachable(place: Place, pid: number | undefined): StartRefused {
  return new StartRefused(
    `A PostgreSQL server (process ${pid}) has ${place.cluster} open but does not answer on its socket. Stop it (kill -INT ${pid}) and start again.`,
  )
}
